"""Verify a whole store: bytes against digests, threads, references and the search index."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from archive.errors import StoreUnavailableError
from archive.search.audiences import AudienceIndexes
from archive.search.follower import IndexFollower
from archive.search.state import TornIndexError
from archive.store.compression import decompress
from archive.store.store import Store
from archive.tables import (
    Address,
    MailingList,
    Message,
    MessageCopy,
    OwnText,
    Person,
    Posting,
    RawMessage,
    SetAsideMail,
    Thread,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in the store: where it is, and what is wrong."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying a store.

    messages, threads: how many the store has.
    indexed: how many messages the search index of the public holds.
    digests: SHA-256 of every message and of every copy of one, hexadecimal, sorted.
    set_aside: how many mails set aside were verified.
    """

    messages: int
    threads: int
    indexed: int
    digests: tuple[str, ...]
    set_aside: int
    faults: tuple[Fault, ...]


def verify(store: Store, indexes: AudienceIndexes) -> Verification:
    """Verify everything; change nothing."""
    digests: list[str] = []
    faults = list(_check_messages(store, digests))
    faults.extend(_check_whole_rows(store, MessageCopy, "copy of a message", digests))
    aside: list[str] = []
    faults.extend(_check_whole_rows(store, SetAsideMail, "mail set aside", aside))
    with store.database.session() as session:
        faults.extend(_check_references(session))
        faults.extend(_check_threads(session))
        messages = session.scalar(select(func.count()).select_from(Message)) or 0
        threads = session.scalar(select(func.count()).select_from(Thread)) or 0
        held = [_check_index(session, *one, faults) for one in indexes.kept()]
    return Verification(
        messages, threads, held[0], tuple(sorted(digests)), len(aside), tuple(faults)
    )


def _check_index(
    session: Session, audience: str, follower: IndexFollower, faults: list[Fault]
) -> int:
    """How many messages an index holds. Being behind the store is not a fault."""
    where = f"search index {audience}".rstrip()
    try:
        found = follower.differences(session)
    except (TornIndexError, StoreUnavailableError) as error:
        faults.append(Fault(where, str(error)))
        return 0
    held = follower.index.searcher().num_docs
    missing, surplus, stale = found.missing, found.surplus, found.stale
    if follower.is_behind(session):
        # The next follow deletes and replaces; but what it has passed must be there.
        missing, surplus, stale = missing & _followed(session, follower), frozenset(), frozenset()
    if missing or surplus:
        expected = held + len(missing) - len(surplus)
        faults.append(
            Fault(where, f"holds {held} messages instead of {expected}")
            if held != expected
            else Fault(where, f"holds {len(surplus)} wrong messages")
        )
    elif stale:
        faults.append(Fault(where, f"holds {len(stale)} messages in an old state"))
    return held


def _followed(session: Session, follower: IndexFollower) -> frozenset[int]:
    """Ids of the messages that an index has passed, on lists about which nothing changed."""
    state = follower.index.state
    if state is None:
        return frozenset()
    unsure = {*follower.readers(session).closed, *state.closed, *state.changed}
    passed = select(Posting.message_id).where(
        Posting.id <= state.posting, Posting.list_id.not_in(unsure)
    )
    return frozenset(session.scalars(passed))


def _check_messages(store: Store, digests: list[str]) -> Iterator[Fault]:
    last = 0
    while True:
        with store.database.session() as session:
            rows = session.execute(
                select(Message.id, Message.digest, Message.size)
                .add_columns(RawMessage.data, RawMessage.dictionary_id)
                .outerjoin(RawMessage, RawMessage.message_id == Message.id)
                .where(Message.id > last)
                .order_by(Message.id)
                .limit(500)
            ).all()
        if not rows:
            return
        yield from _check_bytes(store, "message", rows, digests)
        last = rows[-1].id


def _check_whole_rows(
    store: Store, model: type[SetAsideMail | MessageCopy], name: str, digests: list[str]
) -> Iterator[Fault]:
    """Check the bytes of tables that keep them in the row itself."""
    last = 0
    while True:
        with store.database.session() as session:
            rows = session.execute(
                select(model.id, model.digest, model.size)
                .add_columns(model.data, model.dictionary_id)
                .where(model.id > last)
                .order_by(model.id)
                .limit(500)
            ).all()
        if not rows:
            return
        yield from _check_bytes(store, name, rows, digests)
        last = rows[-1].id


def _check_bytes(
    store: Store, name: str, rows: Sequence[Row[Any]], digests: list[str]
) -> Iterator[Fault]:
    """Check that the bytes of ``rows`` exist and match their digests; collect the digests."""
    for row in rows:
        where = f"{name} {row.id}"
        if row.data is None:
            yield Fault(where, "its bytes are missing")
            continue
        try:
            raw = decompress(row.data, store.dictionary(row.dictionary_id), row.size)
        except ValueError as error:
            yield Fault(where, f"its bytes are damaged: {error}")
            continue
        digest = hashlib.sha256(raw).digest()
        digests.append(digest.hex())
        if digest != bytes(row.digest):
            yield Fault(where, "its bytes do not match their digest")
        elif len(raw) != row.size:
            yield Fault(where, f"has {len(raw)} bytes instead of {row.size}")


def _check_references(session: Session) -> Iterator[Fault]:
    """Find rows that name missing rows, and messages that lack a row which each must have."""
    checks = (
        (Posting.message_id, Message.id, "posting", "message"),
        (OwnText.message_id, Message.id, "own text", "message"),
        (RawMessage.message_id, Message.id, "raw bytes", "message"),
        (Message.address_id, Address.id, "message", "address"),
        (Message.thread_id, Thread.id, "message", "thread"),
        (Message.id, Posting.message_id, "message", "posting"),
        (Message.id, OwnText.message_id, "message", "own text"),
        (Address.person_id, Person.id, "address", "person"),
        (SetAsideMail.list_id, MailingList.id, "mail set aside", "list"),
        (MessageCopy.message_id, Message.id, "copy", "message"),
    )
    for column, target, name, target_name in checks:
        owner = column.class_
        missing = session.scalars(
            select(column)
            .select_from(owner)
            .outerjoin(target.class_, target == column)
            .where(column.is_not(None), target.is_(None))
            .limit(20)
        )
        for value in missing:
            yield Fault(f"{name} → {target_name} {value}", f"has no {target_name}")


def _check_threads(session: Session) -> Iterator[Fault]:
    unthreaded = session.scalars(select(Message.id).where(Message.thread_id.is_(None)).limit(20))
    for message in unthreaded:
        yield Fault(f"message {message}", "is in no thread")
    counted = (
        select(Message.thread_id, func.count().label("held")).group_by(Message.thread_id).subquery()
    )
    wrong = session.execute(
        select(Thread.id, Thread.messages, counted.c.held)
        .outerjoin(counted, counted.c.thread_id == Thread.id)
        .where(func.coalesce(counted.c.held, 0) != Thread.messages)
        .limit(20)
    )
    for thread, said, held in wrong:
        yield Fault(f"thread {thread}", f"says {said} messages and holds {held or 0}")
    parent = select(Message.id, Message.thread_id).subquery()
    astray = session.scalars(
        select(Message.id)
        .outerjoin(parent, parent.c.id == Message.parent_id)
        .where(
            Message.parent_id.is_not(None),
            parent.c.thread_id.is_distinct_from(Message.thread_id),
        )
        .limit(20)
    )
    for message in astray:
        yield Fault(f"message {message}", "hangs under a parent outside its thread")
