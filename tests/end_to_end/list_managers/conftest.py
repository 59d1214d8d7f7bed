"""A smarthost, an archive, and what to do where a list manager is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import pytest

from tests.end_to_end.list_managers.archive import Archive, running_archive
from tests.end_to_end.list_managers.post_office import PostOffice, free_port
from tests.mandatory import MANDATORY


def give_up(reason: str) -> NoReturn:
    """Skip (a laptop), or fail where list managers are mandatory (the gate)."""
    if "LIST_MANAGERS" in MANDATORY:
        pytest.fail(f"{reason}, and list managers are mandatory here")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    """The smarthost; every mail that it took must have found its way."""
    started = PostOffice()
    started.start()
    yield started
    started.stop()
    assert not started.failures


@pytest.fixture(scope="module")
def door() -> int:
    """The port of the archive's SMTP door, known before the archive runs."""
    return free_port()


@pytest.fixture(scope="module")
def archive(
    office: PostOffice, door: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    """The archive."""
    with running_archive(tmp_path_factory.mktemp("archive") / "data", office, door) as started:
        yield started
