"""Archives behind the API's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from archive.settings import Settings
from tests.api.archives import Archive, fill


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The small archive with a story, ranked; for tests that only read."""
    opened = Archive(Settings(data_dir=tmp_path_factory.mktemp("story")))
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def client(story: Archive) -> TestClient:
    """A client of the whole application over ``story``; it follows no redirects."""
    return TestClient(create_app(story.context), follow_redirects=False)


@pytest.fixture
def archive(settings: Settings) -> Iterator[Archive]:
    """The same archive once more, for a test that changes it."""
    opened = Archive(settings)
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture
def own_client(archive: Archive) -> TestClient:
    """A client of the whole application over ``archive``; it follows no redirects."""
    return TestClient(create_app(archive.context), follow_redirects=False)
