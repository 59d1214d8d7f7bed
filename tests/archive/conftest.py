"""Fixtures of the archive's tests: a store with lists, and doors before it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from archive.database import Database
from archive.doors.door import SmtpDoor
from archive.lists.registry import add_list, receiving_address
from archive.settings import Settings
from archive.store.store import Store
from tests.archive.door_clients import Running


@pytest.fixture
def store(sqlite_database: Database, settings: Settings) -> Store:
    return Store(sqlite_database, settings)


@pytest.fixture
def rooms(sqlite_database: Database, settings: Settings) -> dict[str, str]:
    """Receiving addresses by list address."""
    with sqlite_database.transaction() as session:
        lists = [add_list(session, f"{name}@lists.example.org") for name in ("talk", "dev", "ops")]
        return {one.address: receiving_address(one, settings) for one in lists}


@pytest.fixture
def opened(
    settings: Settings, sqlite_database: Database, store: Store
) -> Iterator[Callable[..., Running]]:
    """Opens a door: settings to change, and ``options`` of the door."""
    with ExitStack() as stack:

        def open_door(
            options: dict[str, Any] | None = None, database: Database | None = None, **changes: Any
        ) -> Running:
            changed = settings.model_copy(update={"smtp_port": 0, **changes})
            kept_in = database or sqlite_database
            keeper = store if database is None else Store(database, changed)
            running = Running(SmtpDoor(changed, kept_in, keeper, **options or {}))
            stack.callback(running.close)
            return running

        yield open_door


@pytest.fixture
def running(opened: Callable[..., Running]) -> Running:
    return opened()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    try:
        subprocess.run(
            [*command, "-keyout", key, "-out", cert], check=True, capture_output=True, timeout=60
        )
    except FileNotFoundError:
        pytest.skip("no openssl command to make a certificate with")
    return cert, key
