"""Read messages from the store for threading, and write changed places back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.layers import FreeIds, layer_of, layer_of_id
from archive.mail.fingerprints import own_marks, split_marks
from archive.tables import Message, OwnText, Posting, Reference, Thread, seconds, table_of
from archive.threads.facts import Placement, ThreadedMessage


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A stored message with the place and the author that its row has now.

    layer: as in ``archive.lists.layers``.
    arrival: row id of the posting that brought it into its layer.
    """

    message: ThreadedMessage
    thread: int | None
    parent: int | None
    parent_source: str | None
    address: int
    subject: str
    layer: int
    arrival: int


def load_messages(
    session: Session, rows: Sequence[int] | None, private: Collection[int]
) -> list[StoredMessage]:
    """Load the messages with these row ids; None loads all.

    private: row ids of the private lists.
    """
    references: dict[int, list[str]] = defaultdict(list)
    postings: dict[int, list[tuple[int, int]]] = defaultdict(list)
    stored: list[StoredMessage] = []
    for part in [None] if rows is None else in_parts(rows):
        reference_query = select(Reference.message_id, Reference.target).order_by(
            Reference.message_id, Reference.position
        )
        posting_query = select(Posting.message_id, Posting.list_id, Posting.id).order_by(
            Posting.list_id
        )
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
        for message, mailing_list, posting in session.execute(posting_query):
            postings[message].append((mailing_list, posting))
        for row in session.execute(message_query):
            posted = postings.pop(row.id, [])
            lists = tuple(mailing_list for mailing_list, _ in posted)
            layer, arrival = entry_into_layer(posted, private)
            threaded = ThreadedMessage(
                row.id,
                row.message_id,
                row.digest,
                row.date,
                tuple(references.pop(row.id, ())),
                row.parent_reference,
                row.base_subject,
                row.is_reply,
                lists,
                split_marks(row.quote_marks),
            )
            now = (row.thread_id, row.parent_id, row.parent_source, row.address_id, row.subject)
            stored.append(StoredMessage(threaded, *now, layer, arrival))
    return stored


def entry_into_layer(
    posted: Sequence[tuple[int, int]], private: Collection[int]
) -> tuple[int, int]:
    """The layer of a message, and the first posting that brought it there.

    posted: its lists and postings, by row ids.
    """
    layer = layer_of([mailing_list for mailing_list, _ in posted], private)
    brought = (
        posting for mailing_list, posting in posted if layer_of([mailing_list], private) == layer
    )
    return layer, min(brought, default=0)


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
    # New threads are numbered as their layer's mail came, whatever else came between.
    for entry in sorted(stored, key=lambda entry: (entry.layer, entry.arrival)):
        members[placements[entry.message.id].thread].append(entry)
    for group in members.values():
        group.sort(key=lambda entry: entry.message.order)
    identifiers = _identify(session, members)
    _write_threads(session, members, identifiers)
    _write_placements(session, stored, placements, identifiers)
    return _remove_empty(session, stored, placements, identifiers)


def _identify(session: Session, members: dict[int, list[StoredMessage]]) -> dict[int, int]:
    """Choose a row id for every thread: the id that its oldest member had, if still free.

    Its layer is the first of its members', whose ids alone it may keep.
    """
    taken: set[int] = set()
    identifiers: dict[int, int] = {}
    layers: dict[int, int] = {}
    for number, group in members.items():
        layer = layers[number] = min(entry.layer for entry in group)
        known = (
            entry.thread
            for entry in group
            if entry.layer == layer
            and entry.thread is not None
            and layer_of_id(entry.thread) == layer
        )
        kept = next((thread for thread in known if thread not in taken), None)
        if kept is not None:
            identifiers[number] = kept
            taken.add(kept)
    free = FreeIds(session, Thread.id)
    for number in members:
        if number not in identifiers:
            identifiers[number] = free.take(layers[number])
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
