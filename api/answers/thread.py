"""One conversation: who answers whom, with every message's text, in parts of bounded size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from api import schemas
from api.answers import references
from api.answers.messages import ReadableText, parsed, readable
from api.answers.visibility import Visibility, visibility
from api.context import Context
from api.paging import decode_cursor, encode_cursor, next_url
from api.readers import ANYONE, Reader
from archive.errors import NotFoundError
from archive.tables import Address, Message
from archive.tables import Thread as ThreadRow
from archive.threads.tree import Entry, Node, in_order, tree

MAX_MESSAGES = 1_000
"""Messages of one answer; ``next`` leads to those after them."""
MAX_TEXT_CHARACTERS = 10_000_000
"""Texts of one answer together; messages after that come without their text."""

_CURSOR = "thread"


def thread(
    context: Context,
    thread_id: int,
    *,
    reader: Reader = ANYONE,
    start: int = 0,
    limit: int | None = None,
    cursor: str | None = None,
) -> schemas.Thread:
    """The thread of that id, or of a long one a part. Raises ``NotFoundError``.

    start, limit: how many messages to pass over, and to give at most, in
    reading order; ghosts count. cursor: from an answer's ``next``, in the
    place of ``start``.
    """
    missing = NotFoundError.of("thread-unknown", thread=thread_id)
    position = decode_cursor(cursor, _CURSOR, (int,))
    start = max(0, int(position[0])) if position else start
    with context.database.session() as session:
        row = session.get(ThreadRow, thread_id)
        if row is None:
            raise missing
        limits = visibility(session, reader)
        ordered = _places(tree(session, thread_id, limits.audience))
        if not ordered:
            raise missing
        part = ordered[start : start + min(limit or MAX_MESSAGES, MAX_MESSAGES)]
        shown = _load(session, limits, ordered, part)
        lists = references.lists_of_threads(session, limits, [thread_id])
        topics = references.topics_of_threads(session, limits, [thread_id])
        subject = references.thread_subjects(session, limits, {row.id: row.subject})[thread_id]
        people = _people(session, limits, thread_id)
    dates = [version.date for place in ordered for version in place.versions]
    texts = _texts(context, part, shown)
    following = start + len(part)
    more = encode_cursor(_CURSOR, (following,)) if part and following < len(ordered) else None
    url = f"/threads/{row.id}"
    return schemas.Thread(
        id=row.id,
        subject=limits.redaction(frozenset()).text(subject),
        lists=lists.get(thread_id, []),
        topics=topics.get(thread_id, []),
        first=datetime.fromtimestamp(min(dates), UTC),
        last=datetime.fromtimestamp(max(dates), UTC),
        people=people,
        posts=len(dates),
        author=shown.author_of(ordered[0]),
        url=url,
        total=len(ordered),
        next=next_url(url, {}, more),
        messages=_nested(part, shown, texts),
    )


def thread_of_message(context: Context, message_id: str, *, reader: Reader = ANYONE) -> int:
    """The id of the thread that a Message-ID (without ``<>``) is in. Raises ``NotFoundError``."""
    with context.database.session() as session:
        limits = visibility(session, reader)
        found = session.scalar(
            select(Message.thread_id)
            .where(
                Message.message_id == message_id,
                Message.thread_id.is_not(None),
                limits.message(),
            )
            .order_by(Message.id)
            .limit(1)
        )
    if found is None:
        raise NotFoundError.of("message-unknown", message=message_id[:200])
    return found


class _Place(NamedTuple):
    """A node that is shown: how deep, and under which."""

    node: Node
    depth: int
    holder: Node | None

    @property
    def versions(self) -> Sequence[Entry]:
        """The stored messages; none of a ghost."""
        return self.node.versions


def _places(tops: Sequence[Node]) -> list[_Place]:
    """Every node in reading order."""
    ordered = list(in_order(tops))
    holders = {id(child): node for _, node in ordered for child in node.children}
    return [_Place(node, depth, holders.get(id(node))) for depth, node in ordered]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a part of a thread is made from.

    messages, lists: by row. authors: of each Message-ID that one of the part answers.
    """

    limits: Visibility
    messages: Mapping[int, Message]
    lists: Mapping[int, Mapping[int, str]]
    authors: Mapping[str, str]

    def message(self, place: _Place) -> Message | None:
        return self.messages.get(place.versions[0].row) if place.versions else None

    def author_of(self, place: _Place) -> schemas.Author | None:
        message = self.message(place)
        return references.author(self.limits, message, message.address) if message else None


def _load(
    session: Session, limits: Visibility, ordered: Sequence[_Place], part: Sequence[_Place]
) -> _Shown:
    """The rows of a part, and those of the messages that it answers."""
    first = {place.node.message_id: place.versions[0].row for place in ordered if place.versions}
    answered = {name for place in part if (name := place.node.answered) and name in first}
    wanted = {place.versions[0].row for place in (ordered[0], *part) if place.versions}
    wanted.update(first[name] for name in answered)
    statement = select(Message).options(joinedload(Message.address))
    messages = {
        message.id: message
        for (message,) in references.rows_for(session, statement, Message.id, wanted)
    }
    authors = {
        name: references.author(limits, messages[first[name]], messages[first[name]].address).name
        for name in answered
    }
    lists = references.lists_of_messages(session, limits, wanted)
    return _Shown(limits, messages, lists, authors)


def _people(session: Session, limits: Visibility, thread_id: int) -> int:
    writers = (
        select(func.count(Address.person_id.distinct()))
        .join(Message, Message.address_id == Address.id)
        .where(Message.thread_id == thread_id)
    )
    return session.scalar(writers.where(limits.message()) if limits.private else writers) or 0


def _texts(context: Context, part: Sequence[_Place], shown: _Shown) -> dict[int, ReadableText]:
    """The texts of the messages of a part, by row, the oldest first while they fit."""
    texts: dict[int, ReadableText] = {}
    left = MAX_TEXT_CHARACTERS
    messages = [message for place in part if (message := shown.message(place)) is not None]
    for message in sorted(messages, key=lambda message: message.date):
        if left <= 0:
            break
        found = parsed(context, message.id)
        if found is not None:
            redaction = shown.limits.redaction(frozenset(shown.lists.get(message.id, {})))
            texts[message.id] = readable(found, redaction)
            left -= len(found.text)
    return texts


def _nested(
    part: Sequence[_Place], shown: _Shown, texts: Mapping[int, ReadableText]
) -> list[schemas.ThreadMessage]:
    """A part of the tree as schemas, made from the leaves upwards.

    What hangs under a message of an earlier part stands at the top.
    """
    here = {id(place.node) for place in part}
    made: dict[int | None, list[schemas.ThreadMessage]] = {}
    for place in reversed(part):
        children = made.pop(id(place.node), [])[::-1]
        holder = id(place.holder) if place.holder is not None else None
        described = _described(place, children, shown, texts)
        made.setdefault(holder if holder in here else None, []).append(described)
    return made.get(None, [])[::-1]


def _described(
    place: _Place,
    children: list[schemas.ThreadMessage],
    shown: _Shown,
    texts: Mapping[int, ReadableText],
) -> schemas.ThreadMessage:
    node, message = place.node, shown.message(place)
    ghost = schemas.ThreadMessage(
        message_id=node.message_id,
        parent=node.answered,
        parent_source=None,
        parent_author=shown.authors.get(node.answered or ""),
        depth=place.depth,
        ghost=True,
        children=children,
    )
    if message is None:
        return ghost
    text = texts.get(message.id)
    redaction = shown.limits.redaction(frozenset(shown.lists.get(message.id, {})))
    return ghost.model_copy(
        update={
            "ghost": False,
            "parent_source": message.parent_source,
            "author": references.author(shown.limits, message, message.address),
            "date": message.date,
            "time_zone": message.time_zone,
            "subject": redaction.text(message.subject),
            "text": text.text if text else None,
            "own_text": text.own_text if text else None,
            "spans": text.spans if text else [],
            "attachments": message.attachments,
            "automation": message.automation,
            "versions": len(place.versions),
            "url": references.message_url(message.message_id),
        }
    )
