"""The fast path of threading: add a new message at the edge of its thread.

Most messages answer one that the archive has, and nothing in the archive waits for
them. Then the place of the new message does not depend on the rest of the thread, and
no other message moves. So a thread of hundreds of thousands of messages grows as fast
as a short one. Every other case is left to the complete rule in
``archive.threads.placement``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.audience import Audience
from archive.lists.layers import PUBLIC, FreeIds, readers_of
from archive.mail.fingerprints import split_marks
from archive.tables import Message, Posting, Reference, Thread, seconds
from archive.threads.facts import Claims, ThreadedMessage
from archive.threads.guesses import SUBJECT_WINDOW_SECONDS, is_broken
from archive.threads.placement import declared_parent
from archive.threads.rows import entry_into_layer

MAX_FRESH = 50
"""Most new messages placed one by one. More of them are threaded together."""


def grow(session: Session, fresh: Sequence[int], claims: Claims, private: frozenset[int]) -> bool:
    """Place the new messages if all of them are simple cases; else change nothing.

    private: row ids of the private lists. A message is no simple case if one is involved
    that readers of its layer may not read.

    Returns whether they were placed.
    """
    if len(fresh) > MAX_FRESH:
        return False
    claimed = {*claims, *(parent for parent in claims.values() if parent is not None)}
    with session.begin_nested() as attempt:
        for layer, row in _in_order(session, fresh, private):
            place = _place(session, _load(session, row), claimed, readers_of(layer, private))
            if place is None:
                attempt.rollback()
                return False
            _write(session, place, layer)
    return True


def _in_order(
    session: Session, fresh: Sequence[int], private: frozenset[int]
) -> list[tuple[int, int]]:
    """The layer and the row id of each new message, as the layer's mail came."""
    if not private:
        return [(PUBLIC, row) for row in fresh]
    posted: dict[int, list[tuple[int, int]]] = {row: [] for row in fresh}
    for message, mailing_list, posting in session.execute(
        select(Posting.message_id, Posting.list_id, Posting.id).where(Posting.message_id.in_(fresh))
    ):
        posted[message].append((mailing_list, posting))
    entries = [(*entry_into_layer(found, private), row) for row, found in posted.items()]
    return [(layer, row) for layer, _, row in sorted(entries)]


@dataclass(frozen=True, slots=True)
class _Place:
    """A new message, the thread it joins (None: it begins a new one) and its parent."""

    message: ThreadedMessage
    thread: int | None
    parent: int | None
    source: str | None


def _load(session: Session, row: int) -> ThreadedMessage:
    found = session.execute(
        select(
            Message.id,
            Message.message_id,
            Message.digest,
            seconds(Message.date),
            Message.parent_reference,
            Message.base_subject,
            Message.is_reply,
            Message.quote_marks,
        ).where(Message.id == row)
    ).one()
    references = session.scalars(
        select(Reference.target).where(Reference.message_id == row).order_by(Reference.position)
    )
    number, message_id, digest, date, parent, subject, is_reply, marks = found
    return ThreadedMessage(
        number,
        message_id,
        digest,
        date,
        tuple(references),
        parent,
        subject,
        is_reply,
        (),
        split_marks(marks),
    )


def _place(
    session: Session, message: ThreadedMessage, claimed: set[str], readers: Audience
) -> _Place | None:
    """The place of the message; None when the complete rule must decide."""
    if message.message_id in claimed or _is_awaited(session, message):
        return None
    stored = _stored(session, message.references)
    ghosts = [name for name in message.references if name not in stored]
    threads = {thread for thread, _ in stored.values()} | _threads_of_ghosts(
        session, message.id, ghosts
    )
    if len(threads) > 1 or None in threads:
        return None
    if threads and readers.closed and not _are_readable(session, message, readers):
        return None
    link = declared_parent(message, {name: first for name, (_, first) in stored.items()})
    if link is None and ((threads and claimed) or _has_candidates(session, message)):
        return None
    if _is_candidate(session, message):
        return None
    thread = next(iter(threads), None)
    if thread is not None and message.order <= _oldest(session, thread):
        return None
    return _Place(message, thread, link[0].id if link else None, link[1] if link else None)


def _is_awaited(session: Session, message: ThreadedMessage) -> bool:
    """Whether another version of the message, or one that references it, is stored."""
    version = exists().where(Message.message_id == message.message_id, Message.id != message.id)
    awaiting = exists().where(
        Reference.target == message.message_id, Reference.message_id != message.id
    )
    return bool(session.scalar(select(or_(version, awaiting))))


def _stored(
    session: Session, names: Sequence[str]
) -> dict[str, tuple[int | None, ThreadedMessage]]:
    """The first version of each stored Message-ID, with its thread."""
    found: dict[str, tuple[int | None, ThreadedMessage]] = {}
    for part in in_parts(names):
        rows = session.execute(
            select(
                Message.id,
                Message.message_id,
                Message.digest,
                seconds(Message.date),
                Message.thread_id,
            )
            .where(Message.message_id.in_(part))
            .order_by(Message.date, Message.digest)
        )
        for row, message_id, digest, date, thread in rows:
            first = ThreadedMessage(row, message_id, digest, date, (), None, "", False, ())
            found.setdefault(message_id, (thread, first))
    return found


def _threads_of_ghosts(session: Session, row: int, names: Sequence[str]) -> set[int | None]:
    """Threads of other messages that reference Message-IDs which the archive does not have."""
    found: set[int | None] = set()
    for part in in_parts(names):
        found.update(
            session.scalars(
                select(Message.thread_id)
                .join(Reference, Reference.message_id == Message.id)
                .where(Reference.target.in_(part), Reference.message_id != row)
                .distinct()
            )
        )
    return found


def _are_readable(session: Session, message: ThreadedMessage, readers: Audience) -> bool:
    """Whether ``readers`` may read all that has, or names, a Message-ID this message names."""
    for part in in_parts(message.references):
        naming = select(Reference.message_id).where(Reference.target.in_(part))
        involved = Message.message_id.in_(part) | Message.id.in_(naming)
        unread = exists().where(involved, Message.id != message.id, ~readers.message())
        if session.scalar(select(unread)):
            return False
    return True


def _has_candidates(session: Session, message: ThreadedMessage) -> bool:
    """Whether a parent may be guessed for this message, which has no known one."""
    return is_broken(message) and _same_subject(session, message, -SUBJECT_WINDOW_SECONDS, 0)


def _is_candidate(session: Session, message: ThreadedMessage) -> bool:
    """Whether this message may be the guessed parent of a stored message."""
    return bool(message.base_subject) and _same_subject(session, message, 0, SUBJECT_WINDOW_SECONDS)


def _same_subject(session: Session, message: ThreadedMessage, first: int, last: int) -> bool:
    """Whether another message with this subject is dated within an interval around this one.

    first, last: ends of the interval, in seconds relative to this message.
    """
    date = datetime.fromtimestamp(message.date, UTC)
    return bool(
        session.scalar(
            select(
                exists().where(
                    Message.base_subject == message.base_subject,
                    Message.id != message.id,
                    Message.date.between(date + timedelta(0, first), date + timedelta(0, last)),
                )
            )
        )
    )


def _oldest(session: Session, thread: int) -> tuple[int, bytes]:
    row = session.execute(
        select(seconds(Message.date), Message.digest)
        .where(Message.thread_id == thread)
        .order_by(Message.date, Message.digest)
        .limit(1)
    ).one()
    return row[0], bytes(row[1])


def _write(session: Session, place: _Place, layer: int) -> None:
    message = place.message
    address, subject = session.execute(
        select(Message.address_id, Message.subject).where(Message.id == message.id)
    ).one()
    date = datetime.fromtimestamp(message.date, UTC)
    thread = place.thread
    if thread is None:
        thread = FreeIds(session, Thread.id).take(layer)
        row = {"id": thread, "subject": subject, "first": date, "last": date}
        session.execute(insert(Thread).values(**row, messages=1, people=1))
    else:
        wrote = exists().where(Message.address_id == address, Message.thread_id == thread)
        known = bool(session.scalar(select(wrote)))
        last = session.scalar(select(Thread.last).where(Thread.id == thread))
        session.execute(
            update(Thread)
            .where(Thread.id == thread)
            .values(
                messages=Thread.messages + 1,
                people=Thread.people + int(not known),
                last=max(last, date) if last else date,
            )
        )
    session.execute(
        update(Message)
        .where(Message.id == message.id)
        .values(thread_id=thread, parent_id=place.parent, parent_source=place.source)
    )
