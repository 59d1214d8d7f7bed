"""Stores to search, empty and filled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.database import Database
from archive.settings import Settings
from tests.archive.search.searcher.library import Archive, fill


@pytest.fixture
def archive(database: Database, settings: Settings) -> Archive:
    """In both dialects."""
    return Archive(database, settings)


@pytest.fixture
def local(sqlite_database: Database, settings: Settings) -> Archive:
    """In SQLite, where the dialect makes no difference."""
    return Archive(sqlite_database, settings)


@pytest.fixture
def library(local: Archive) -> Archive:
    """A few messages, to change as one likes."""
    fill(local)
    return local


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: Path) -> Iterator[Archive]:
    """The same messages, for reading only."""
    folder = tmp_path_factory.mktemp("shelf")
    shutil.copy(_migrated_sqlite, folder / "pakar.db")
    settings = Settings(data_dir=folder)
    database = Database(settings.database_url)
    archive = Archive(database, settings)
    fill(archive)
    yield archive
    database.close()
