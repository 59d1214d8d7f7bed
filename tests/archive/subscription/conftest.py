"""A relay that counts, and archives that send by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.database import Database
from archive.settings import Settings
from archive.store.store import Store
from tests.archive.subscription.archives import Archive
from tests.archive.subscription.relays import CountingRelay


@pytest.fixture
def relay() -> Iterator[CountingRelay]:
    with CountingRelay() as running:
        yield running


@pytest.fixture
def archive(database: Database, settings: Settings, relay: CountingRelay) -> Archive:
    return Archive(Store(database, settings), relay)


@pytest.fixture
def on_sqlite(sqlite_database: Database, settings: Settings, relay: CountingRelay) -> Archive:
    return Archive(Store(sqlite_database, settings), relay)
