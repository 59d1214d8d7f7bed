"""Threads in the store: brought up to date after every change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from archive.models import Message, Posting, Reference, Thread, seconds, table_of
from archive.threads import (
    SUBJECT_WINDOW_SECONDS,
    Placement,
    ThreadedMessage,
    place,
)

WHOLE_STORE_FROM = 1_000
"""From this many new messages on, threading everything is cheaper than finding
what the new ones touch."""

_SELECTION = 500
"""Values in one IN list: well under the limits of SQLite and PostgreSQL."""


def thread_new(session: Session) -> dict[int, int | None]:
    """Thread every message that has no thread yet, and what they touch.

    Returns the threads that ceased to exist, each with the thread that took
    over its oldest message.
    """
    fresh = list(session.scalars(select(Message.id).where(Message.thread_id.is_(None))))
    if not fresh:
        return {}
    if len(fresh) >= WHOLE_STORE_FROM:
        return thread_all(session)
    return _write(session, _load(session, sorted(_closed_set(session, fresh))))


def thread_again(session: Session, messages: Sequence[int]) -> None:
    """Thread anew what is left of threads that lost messages."""
    if len(messages) >= WHOLE_STORE_FROM:
        thread_all(session)
    elif messages:
        _write(session, _load(session, sorted(_closed_set(session, messages))))


def thread_all(session: Session) -> dict[int, int | None]:
    """Thread the whole store again; returns what ``thread_new`` does."""
    return _write(session, _load(session, None))


def placements_until(
    session: Session, instant: int, last_message: int
) -> tuple[dict[int, Placement], dict[int, int | None]]:
    """Threads as they stood before any message dated after ``instant`` (Unix seconds) was there.

    Messages with ids above ``last_message`` are left out too. Returns where
    each remaining message stood, and the thread that its row names today.
    """
    stored = [
        entry
        for entry in _load(session, None)
        if entry.message.date <= instant and entry.message.id <= last_message
    ]
    today = {entry.message.id: entry.thread for entry in stored}
    return place(entry.message for entry in stored), today


def parts(values: Sequence[int] | Sequence[str]) -> Iterator[Sequence[int] | Sequence[str]]:
    """``values`` in slices that fit one IN list."""
    for start in range(0, len(values), _SELECTION):
        yield values[start : start + _SELECTION]


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored message with the placement and the author its row has now."""

    message: ThreadedMessage
    thread: int | None
    parent: int | None
    parent_source: str | None
    address: int
    subject: str


def _closed_set(session: Session, fresh: Sequence[int]) -> set[int]:
    """Rows of the new messages and of every thread they can join, split or change."""
    names: set[str] = set()
    threads: set[int | None] = set()
    for part in parts(fresh):
        rows = session.execute(
            select(
                Message.message_id, Message.base_subject, seconds(Message.date).label("date")
            ).where(Message.id.in_(part))
        ).all()
        names.update(row.message_id for row in rows)
        threads.update(
            _threads_of_subjects(
                session, [(row.base_subject, row.date) for row in rows if row.base_subject]
            )
        )
        names.update(
            session.scalars(select(Reference.target).where(Reference.message_id.in_(part)))
        )
    for named in parts(sorted(names)):
        threads.update(
            session.scalars(select(Message.thread_id).where(Message.message_id.in_(named)))
        )
        threads.update(
            session.scalars(
                select(Message.thread_id)
                .join(Reference, Reference.message_id == Message.id)
                .where(Reference.target.in_(named))
            )
        )
    closed = set(fresh)
    for part in parts(sorted(thread for thread in threads if thread is not None)):
        closed.update(session.scalars(select(Message.id).where(Message.thread_id.in_(part))))
    return closed


def _threads_of_subjects(session: Session, dated: Sequence[tuple[str, int]]) -> set[int | None]:
    """Threads with one of these base subjects near its date, in Unix seconds."""
    if not dated:
        return set()
    dates: dict[str, list[int]] = defaultdict(list)
    for base_subject, date in dated:
        dates[base_subject].append(date)
    first = min(date for _, date in dated) - SUBJECT_WINDOW_SECONDS
    last = max(date for _, date in dated) + SUBJECT_WINDOW_SECONDS
    # One question for all: posts that come together have dates close together.
    rows = session.execute(
        select(Message.thread_id, Message.base_subject, seconds(Message.date).label("date")).where(
            Message.base_subject.in_(sorted(dates)),
            Message.date.between(
                datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)
            ),
        )
    )
    return {
        row.thread_id
        for row in rows
        if any(abs(row.date - date) <= SUBJECT_WINDOW_SECONDS for date in dates[row.base_subject])
    }


def _load(session: Session, rows: Sequence[int] | None) -> list[_Stored]:
    """The messages of ``rows``, or all of them."""
    references: dict[int, list[str]] = defaultdict(list)
    lists: dict[int, list[int]] = defaultdict(list)
    stored: list[_Stored] = []
    for part in [None] if rows is None else parts(rows):
        reference_query = select(Reference.message_id, Reference.target).order_by(
            Reference.message_id, Reference.position
        )
        posting_query = select(Posting.message_id, Posting.list_id).order_by(Posting.list_id)
        message_query = select(
            Message.id,
            Message.message_id,
            Message.digest,
            seconds(Message.date).label("date"),
            Message.parent_reference,
            Message.base_subject,
            Message.is_reply,
            Message.thread_id,
            Message.parent_id,
            Message.parent_source,
            Message.address_id,
            Message.subject,
        )
        if part is not None:
            reference_query = reference_query.where(Reference.message_id.in_(part))
            posting_query = posting_query.where(Posting.message_id.in_(part))
            message_query = message_query.where(Message.id.in_(part))
        for message, target in session.execute(reference_query):
            references[message].append(target)
        for message, mailing_list in session.execute(posting_query):
            lists[message].append(mailing_list)
        stored.extend(
            _Stored(
                ThreadedMessage(
                    row.id,
                    row.message_id,
                    row.digest,
                    row.date,
                    tuple(references.pop(row.id, ())),
                    row.parent_reference,
                    row.base_subject,
                    row.is_reply,
                    tuple(lists.pop(row.id, ())),
                ),
                row.thread_id,
                row.parent_id,
                row.parent_source,
                row.address_id,
                row.subject,
            )
            for row in session.execute(message_query)
        )
    return stored


def _write(session: Session, stored: list[_Stored]) -> dict[int, int | None]:
    placements = place(entry.message for entry in stored)
    members: dict[int, list[_Stored]] = defaultdict(list)
    for entry in stored:
        members[placements[entry.message.id].thread].append(entry)
    for group in members.values():
        group.sort(key=lambda entry: entry.message.order)
    identifiers = _identify(session, members)
    _write_threads(session, members, identifiers)
    _write_placements(session, stored, placements, identifiers)
    return _remove_empty(session, stored, placements, identifiers)


def _identify(session: Session, members: dict[int, list[_Stored]]) -> dict[int, int]:
    """A database id for every thread: the one its oldest member had, where still free."""
    taken: set[int] = set()
    identifiers: dict[int, int] = {}
    for number, group in members.items():
        known = (entry.thread for entry in group if entry.thread is not None)
        kept = next((thread for thread in known if thread not in taken), None)
        if kept is not None:
            identifiers[number] = kept
            taken.add(kept)
    next_free = (session.scalar(select(func.max(Thread.id))) or 0) + 1
    for number in members:
        if number not in identifiers:
            identifiers[number] = next_free
            next_free += 1
    return identifiers


def _write_threads(
    session: Session, members: dict[int, list[_Stored]], identifiers: dict[int, int]
) -> None:
    known: set[int] = set()
    for part in parts(sorted(identifiers.values())):
        known.update(session.scalars(select(Thread.id).where(Thread.id.in_(part))))
    added: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    for number, group in members.items():
        identifier = identifiers[number]
        row: dict[str, object] = {
            "subject": group[0].subject,
            "first": datetime.fromtimestamp(group[0].message.date, UTC),
            "last": datetime.fromtimestamp(group[-1].message.date, UTC),
            "messages": len(group),
            "people": len({entry.address for entry in group}),
        }
        if identifier in known:
            changed.append(row | {"identifier": identifier})
        else:
            added.append(row | {"id": identifier})
    if added:
        session.connection().execute(insert(table_of(Thread)), added)
    if changed:
        table = table_of(Thread)
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("identifier"))
            .values({name: bindparam(name) for name in changed[0] if name != "identifier"}),
            changed,
        )


def _write_placements(
    session: Session,
    stored: list[_Stored],
    placements: dict[int, Placement],
    identifiers: dict[int, int],
) -> None:
    changes: list[dict[str, object]] = []
    for entry in stored:
        placement = placements[entry.message.id]
        thread = identifiers[placement.thread]
        now = (thread, placement.parent, placement.parent_source)
        if now != (entry.thread, entry.parent, entry.parent_source):
            changes.append(
                {
                    "row": entry.message.id,
                    "thread": thread,
                    "parent": placement.parent,
                    "source": placement.parent_source,
                }
            )
    if changes:
        table = table_of(Message)
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("row"))
            .values(
                thread_id=bindparam("thread"),
                parent_id=bindparam("parent"),
                parent_source=bindparam("source"),
            ),
            changes,
        )


def _remove_empty(
    session: Session,
    stored: list[_Stored],
    placements: dict[int, Placement],
    identifiers: dict[int, int],
) -> dict[int, int | None]:
    """Forget threads whose messages all moved. What is derived from them goes by cascade."""
    kept = set(identifiers.values())
    gone: dict[int, int | None] = {}
    for entry in sorted(stored, key=lambda entry: entry.message.order):
        if entry.thread is not None and entry.thread not in kept:
            successor = identifiers[placements[entry.message.id].thread]
            gone.setdefault(entry.thread, successor)
    for part in parts(sorted(gone)):
        session.execute(delete(Thread).where(Thread.id.in_(part)))
    return gone
