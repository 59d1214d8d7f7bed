"""The SMTP door when the store cannot take mail, and when the service stops."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from archive.database import Database
from archive.doors.door import SmtpDoor
from archive.errors import StoreUnavailableError
from archive.settings import Settings
from archive.store.arrivals import Incoming, Kept
from archive.store.store import Store
from tests.archive.door_clients import LIST, SENDER, Running, mail, postings, refusal, start_data


def test_a_locked_store_answers_451_and_stores_nothing(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_url: str
) -> None:
    database = Database(sqlite_url, busy_timeout_ms=200)
    running = opened(database=database)
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with running.client() as client:
        code, text = refusal(client, rooms[LIST])
        assert (code, text[:5]) == (451, "4.3.0")
        assert "Traceback" not in text
        assert "sqlite" not in text.lower()
        holder.execute("ROLLBACK")
        holder.close()
        assert postings(database) == []
        client.sendmail(SENDER, [rooms[LIST]], mail())
    assert len(postings(database)) == 1
    database.close()


class Failing:
    """A store that fails as told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read_ahead(self, raw: bytes) -> None:
        pass

    def keep(self, incoming: Sequence[Incoming]) -> list[Kept]:
        raise self.error


@pytest.mark.parametrize(
    ("error", "reply"),
    [
        (StoreUnavailableError("the store is unavailable: database or disk is full"), "452 4.3.1"),
        (StoreUnavailableError("the store is unavailable: no route"), "451 4.3.0"),
        (ValueError("a fault of our own"), "451 4.3.0"),
    ],
)
def test_no_fault_of_the_store_is_blamed_on_the_message(
    settings: Settings,
    sqlite_database: Database,
    rooms: dict[str, str],
    error: Exception,
    reply: str,
) -> None:
    changed = settings.model_copy(update={"smtp_port": 0})
    running = Running(SmtpDoor(changed, sqlite_database, Failing(error)))
    try:
        with running.client() as client:
            code, text = refusal(client, rooms[LIST])
            assert f"{code} {text}".startswith(reply)
            assert "fault" not in text
            assert client.noop()[0] == 250
    finally:
        running.close()


def test_an_unreachable_database_answers_451_to_recipients(
    opened: Callable[..., Running], tmp_path: Path
) -> None:
    without_tables = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with opened(database=without_tables).client() as client:
        code, text = refusal(client, "archive+talk.secret@localhost")
    assert (code, text[:5]) == (451, "4.3.0")
    without_tables.close()


def test_a_taken_port_is_one_clear_error(
    settings: Settings, sqlite_database: Database, store: Store
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        changed = settings.model_copy(update={"smtp_port": port})
        with pytest.raises(StoreUnavailableError, match=f"cannot listen on 127.0.0.1:{port}"):
            asyncio.run(SmtpDoor(changed, sqlite_database, store).start())


def test_stopping_finishes_what_is_in_flight_and_dismisses_the_rest(
    settings: Settings, sqlite_database: Database, store: Store, rooms: dict[str, str]
) -> None:
    changed = settings.model_copy(update={"smtp_port": 0})
    running = Running(SmtpDoor(changed, sqlite_database, store))
    with running.socket() as idle, running.socket() as busy:
        assert idle.reply().startswith("220")
        start_data(busy, rooms[LIST])
        stopping = asyncio.run_coroutine_threadsafe(running.door.stop(), running.loop)
        assert idle.reply().startswith("421 4.3.2")
        busy.send(mail() + b".")
        assert busy.reply().startswith("250 2.0.0")
        assert busy.reply().startswith("421 4.3.2")
        stopping.result(20)
    assert len(postings(sqlite_database)) == 1
    with pytest.raises(ConnectionRefusedError):
        running.socket()
    running.loop.call_soon_threadsafe(running.loop.stop)
