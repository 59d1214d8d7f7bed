"""Folders of an index, and stores it follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.database import Database
from archive.settings import Settings
from tests.archive.search.index.followed import Archive


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.index_folder


@pytest.fixture
def archive(database: Database, settings: Settings) -> Archive:
    """In both dialects."""
    return Archive(database, settings)


@pytest.fixture
def local(sqlite_database: Database, settings: Settings) -> Archive:
    """In SQLite, where the dialect makes no difference."""
    return Archive(sqlite_database, settings)
