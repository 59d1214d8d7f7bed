"""Read messages from the store for threading, and write changed places back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.mail.fingerprints import own_marks, split_marks
from archive.tables import Message, OwnText, Posting, Reference, Thread, seconds, table_of
from archive.threads.facts import Placement, ThreadedMessage


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A stored message with the place and the author that its row has now."""

    message: ThreadedMessage
    thread: int | None
    parent: int | None
    parent_source: str | None
    address: int
    subject: str


def load_messages(session: Session, rows: Sequence[int] | None) -> list[StoredMessage]:
    """Load the messages with these row ids; None loads all."""
    references: dict[int, list[str]] = defaultdict(list)
    lists: dict[int, list[int]] = defaultdict(list)
    stored: list[StoredMessage] = []
    for part in [None] if rows is None else in_parts(rows):
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
            Message.quote_marks,
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
            StoredMessage(
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
                    split_marks(row.quote_marks),
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


def read_own_marks(session: Session, rows: Sequence[int]) -> Mapping[int, frozenset[bytes]]:
    """The hashes of the messages' own lines, by row id."""
    found: dict[int, frozenset[bytes]] = {}
    for part in in_parts(rows):
        texts = session.execute(
            select(OwnText.message_id, OwnText.text).where(OwnText.message_id.in_(part))
        )
        found.update((message, own_marks(text)) for message, text in texts)
    return found


def write_placements(
    session: Session, stored: Sequence[StoredMessage], placements: Mapping[int, Placement]
) -> dict[int, int | None]:
    """Update the rows of ``stored`` to their new places.

    Returns the ids of threads that no longer exist. Each maps to the thread that took
    over its oldest message.
    """
    members: dict[int, list[StoredMessage]] = defaultdict(list)
    for entry in stored:
        members[placements[entry.message.id].thread].append(entry)
    for group in members.values():
        group.sort(key=lambda entry: entry.message.order)
    identifiers = _identify(session, members)
    _write_threads(session, members, identifiers)
    _write_placements(session, stored, placements, identifiers)
    return _remove_empty(session, stored, placements, identifiers)


def _identify(session: Session, members: dict[int, list[StoredMessage]]) -> dict[int, int]:
    """Choose a row id for every thread: the id that its oldest member had, if still free."""
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
    session: Session, members: dict[int, list[StoredMessage]], identifiers: dict[int, int]
) -> None:
    known: set[int] = set()
    for part in in_parts(sorted(identifiers.values())):
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
    stored: Sequence[StoredMessage],
    placements: Mapping[int, Placement],
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
    stored: Sequence[StoredMessage],
    placements: Mapping[int, Placement],
    identifiers: dict[int, int],
) -> dict[int, int | None]:
    """Delete threads that lost all messages. Rows derived from them are deleted by cascade."""
    kept = set(identifiers.values())
    gone: dict[int, int | None] = {}
    for entry in sorted(stored, key=lambda entry: entry.message.order):
        if entry.thread is not None and entry.thread not in kept:
            successor = identifiers[placements[entry.message.id].thread]
            gone.setdefault(entry.thread, successor)
    for part in in_parts(sorted(gone)):
        session.execute(delete(Thread).where(Thread.id.in_(part)))
    return gone
