"""Fixtures that every floor's tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser

from archive import migration
from archive.database import Database
from archive.settings import PREFIX, Settings
from tests.browser import chromium_path, launched
from tests.mandatory import MANDATORY
from tests.paths import SHARED_DATA
from tests.postgresql import PostgresServer

# A busy machine is no fault of the code; the gate looks at the same examples every time, so
# that it never turns red over a change that is not to blame.
hypothesis.settings.register_profile("pakar", deadline=None)
hypothesis.settings.register_profile("gate", deadline=None, derandomize=True)
hypothesis.settings.load_profile("pakar")


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """A developer's own settings, and what the gate demands, must not reach Pakar."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(PREFIX):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real archives and cases beside the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no folder of real mail at ../shared/data beside the repository")
    return SHARED_DATA


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "pakar.db"
    database = Database(f"sqlite:///{path}")
    migration.upgrade(database.engine)
    # The last connection's end folds the write-ahead log into the one file that is copied.
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    """The session's PostgreSQL server, started when the first test asks for it."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A fresh data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def sqlite_url(data_dir: Path, _migrated_sqlite: Path) -> str:
    """The URL of a migrated SQLite store without rows, in ``data_dir``."""
    path = data_dir / "pakar.db"
    shutil.copy(_migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server: PostgresServer) -> Iterator[str]:
    """The URL of a migrated PostgreSQL store without rows."""
    url = postgresql_server.migrated_database()
    yield url
    postgresql_server.drop(url)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated store without rows, once in each dialect."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store without tables, once in each dialect."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgresql_server")
    url = server.empty_database()
    yield url
    server.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated store without rows, once in each dialect."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A migrated SQLite store without rows; the one ``settings`` names."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def settings(request: pytest.FixtureRequest, data_dir: Path) -> Settings:
    """Settings over ``data_dir`` and the test's own store: ``database`` if it asks for that."""
    asked = "database_url" if "database_url" in request.fixturenames else "sqlite_url"
    url: str = request.getfixturevalue(asked)
    return Settings(data_dir=data_dir, database_url=url)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The path of Chromium; skips without one, or fails where browser tests are mandatory."""
    path = chromium_path()
    if path is None:
        if "BROWSER" in MANDATORY:
            pytest.fail("Chromium is not installed and browser tests are mandatory here")
        pytest.skip("Chromium is not installed")
    return path


# Playwright's loop occupies the thread while it lives, so it is kept to the module that asks.
@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """A headless Chromium."""
    with launched(chromium) as started:
        yield started
