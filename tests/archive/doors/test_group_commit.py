"""Group commit: one transaction for what arrives together, one answer for each."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import wait
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from archive.database import Database
from archive.doors import group_commit
from archive.doors.group_commit import GroupCommit, QueueFullError
from archive.errors import StoreUnavailableError
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.store.arrivals import Incoming, Kept
from archive.store.store import Store
from archive.tables import Message, Posting

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def post(number: int, list_id: int) -> Incoming:
    raw = (
        f"From: Ayu Lestari <ayu@example.org>\r\nMessage-ID: <{number}@example.org>\r\n"
        f"Subject: post {number}\r\n\r\nText {number}\r\n"
    )
    return Incoming(raw.encode(), list_id, "smtp", NOW, "ayu@example.org")


class Gate:
    """A store whose every batch is noted, may be held back, and may fail."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.batches: list[list[bytes]] = []
        self.open = threading.Event()
        self.open.set()
        self.poison = b"never in a message"
        self.unavailable = False

    def read_ahead(self, raw: bytes) -> None:
        self.store.read_ahead(raw)

    def keep(self, incoming: Sequence[Incoming]) -> list[Kept]:
        self.batches.append([one.raw for one in incoming])
        assert self.open.wait(20)
        if self.unavailable:
            raise StoreUnavailableError("the store is away")
        if any(self.poison in one.raw for one in incoming):
            raise ValueError("cannot be stored")
        return self.store.keep(incoming)


@pytest.fixture
def list_id(sqlite_database: Database) -> int:
    with sqlite_database.transaction() as session:
        return add_list(session, "talk@lists.example.org").id


@pytest.fixture
def gate(sqlite_database: Database, settings: Settings) -> Gate:
    return Gate(Store(sqlite_database, settings))


@pytest.fixture
def group(gate: Gate) -> Iterator[GroupCommit]:
    started = GroupCommit(gate)
    started.start()
    yield started
    gate.open.set()
    started.stop()


def stored(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def test_what_waits_together_shares_a_commit_and_each_gets_its_own_row(
    group: GroupCommit, gate: Gate, list_id: int, sqlite_database: Database
) -> None:
    gate.open.clear()
    first = group.submit([post(0, list_id)])
    while not gate.batches:
        pass
    rest = [group.submit([post(number, list_id)]) for number in range(1, 21)]
    gate.open.set()
    kept = [future.result(20) for future in [first, *rest]]
    assert [len(batch) for batch in gate.batches] == [1, 20]
    assert len({one.message for [one] in kept}) == 21
    with sqlite_database.session() as session:
        for number, [one] in enumerate(kept):
            message = session.get_one(Message, one.message)
            assert message.message_id == f"{number}@example.org"


def test_a_batch_has_a_bound(group: GroupCommit, gate: Gate, list_id: int) -> None:
    gate.open.clear()
    futures = [group.submit([post(number, list_id)]) for number in range(150)]
    gate.open.set()
    wait(futures, 20)
    assert sum(map(len, gate.batches)) == 150
    assert max(map(len, gate.batches)) <= group_commit.BATCH_MESSAGES


def test_one_bad_message_does_not_fail_its_neighbours(
    group: GroupCommit, gate: Gate, list_id: int, sqlite_database: Database
) -> None:
    gate.poison = b"Text 3\r\n"
    gate.open.clear()
    futures = [group.submit([post(number, list_id)]) for number in range(6)]
    gate.open.set()
    wait(futures, 20)
    failed = [number for number, future in enumerate(futures) if future.exception() is not None]
    assert failed == [3]
    assert stored(sqlite_database) == 5


def test_an_unavailable_store_fails_the_batch_without_storing_or_trying_each_alone(
    group: GroupCommit, gate: Gate, list_id: int, sqlite_database: Database
) -> None:
    gate.open.clear()
    futures = [group.submit([post(0, list_id)])]
    while not gate.batches:
        pass
    gate.unavailable = True
    futures += [group.submit([post(number, list_id)]) for number in range(1, 9)]
    gate.open.set()
    wait(futures, 20)
    assert all(isinstance(future.exception(), StoreUnavailableError) for future in futures)
    assert len(gate.batches) == 2
    assert stored(sqlite_database) == 0


def test_messages_submitted_together_are_stored_together_or_not_at_all(
    group: GroupCommit, gate: Gate, list_id: int, sqlite_database: Database
) -> None:
    gate.poison = b"Text 2\r\n"
    future = group.submit([post(1, list_id), post(2, list_id)])
    assert isinstance(future.exception(20), ValueError)
    assert stored(sqlite_database) == 0


def test_a_full_queue_refuses_at_once(
    group: GroupCommit, gate: Gate, list_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "QUEUE_MESSAGES", 3)
    gate.open.clear()
    accepted = [group.submit([post(0, list_id)])]
    while not gate.batches:
        pass
    accepted += [group.submit([post(number, list_id)]) for number in (1, 2, 3)]
    with pytest.raises(QueueFullError):
        group.submit([post(4, list_id)])
    gate.open.set()
    assert all(future.result(20)[0].new_message for future in accepted)
    assert group.submit([post(5, list_id)]).result(20)[0].new_message


def test_a_message_whose_sender_hung_up_before_its_turn_is_not_stored(
    group: GroupCommit, gate: Gate, list_id: int, sqlite_database: Database
) -> None:
    gate.open.clear()
    first = group.submit([post(0, list_id)])
    while not gate.batches:
        pass
    second = group.submit([post(1, list_id)])
    assert second.cancel()
    gate.open.set()
    assert first.result(20)[0].new_message
    assert group.submit([post(2, list_id)]).result(20)[0].new_message
    assert stored(sqlite_database) == 2


def test_stop_stores_what_waits_and_then_takes_no_more(
    gate: Gate, list_id: int, sqlite_database: Database
) -> None:
    group = GroupCommit(gate)
    group.start()
    gate.open.clear()
    futures = [group.submit([post(number, list_id)]) for number in range(10)]
    stopper = threading.Thread(target=group.stop)
    stopper.start()
    gate.open.set()
    stopper.join(20)
    assert not stopper.is_alive()
    assert all(future.done() for future in futures)
    assert stored(sqlite_database) == 10
    with pytest.raises(StoreUnavailableError):
        group.submit([post(11, list_id)])


def test_the_same_message_twice_in_one_batch_is_stored_once(
    group: GroupCommit, gate: Gate, list_id: int, sqlite_database: Database
) -> None:
    gate.open.clear()
    futures = [group.submit([post(1, list_id)]) for _ in range(4)]
    gate.open.set()
    kept = [future.result(20)[0] for future in futures]
    assert sum(one.new_message for one in kept) == 1
    assert stored(sqlite_database) == 1
    with sqlite_database.session() as session:
        assert session.scalar(select(func.count()).select_from(Posting)) == 1
