"""One conversation, whole: who answers whom, with every message's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from api import schemas
from api.auth import ANYONE, Reader
from api.context import Context
from api.resources import references
from api.resources.reading import ReadableText, parsed, readable
from api.resources.visibility import Visibility, visibility
from archive.errors import NotFoundError
from archive.models import Message
from archive.models import Thread as ThreadRow
from archive.trees import Node, tree

MAX_TEXT_CHARACTERS = 10_000_000
"""Texts of one answer together; messages after that come without their text."""

ListsOfMessages = dict[int, dict[int, str]]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What of a thread may be shown.

    lists: the visible messages' rows, each with its lists. texts: by row.
    parents: Message-ID → the Message-ID it answers, also where nesting was cut off.
    """

    limits: Visibility
    lists: ListsOfMessages
    texts: dict[int, ReadableText]
    parents: dict[str, str]


def thread(context: Context, thread_id: int, *, reader: Reader = ANYONE) -> schemas.Thread:
    """The thread of that id. Raises ``NotFoundError``."""
    missing = NotFoundError(f"no thread {thread_id} in this archive")
    with context.database.session() as session:
        row = session.get(ThreadRow, thread_id)
        if row is None:
            raise missing
        limits = visibility(session, reader)
        ordered = list(_in_order(tree(session, thread_id)))
        stored = [version for node in ordered for version in node.versions]
        seen = _visible(
            stored,
            references.lists_of_messages(session, limits, [message.id for message in stored]),
            limits,
        )
        if not seen:
            raise missing
        lists = references.lists_of_threads(session, limits, [thread_id])
        topics = references.topics_of_threads(session, reader, [thread_id])
        subject = references.thread_subjects(session, limits, [row])[thread_id]
    shown = [message for message in stored if message.id in seen]
    texts = _texts(context, ordered, seen, limits)
    roots = _nested(ordered, _Shown(limits, seen, texts, _parents(ordered)))
    return schemas.Thread(
        id=row.id,
        subject=limits.redaction(frozenset()).text(subject),
        lists=lists.get(thread_id, []),
        topics=topics.get(thread_id, []),
        first=min(message.date for message in shown),
        last=max(message.date for message in shown),
        people=len({message.address.person_id for message in shown}),
        posts=len(shown),
        url=f"/threads/{row.id}",
        messages=roots,
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
        raise NotFoundError(f"no message {message_id[:200]!r} in a thread of this archive")
    return found


def _in_order(tops: Sequence[Node]) -> Iterator[Node]:
    """Every node, parents before their children, later siblings before earlier ones."""
    waiting = list(tops)
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def _visible(
    stored: Sequence[Message], lists: ListsOfMessages, limits: Visibility
) -> ListsOfMessages:
    """The messages that may be seen, each with its lists."""
    return {
        message.id: lists.get(message.id, {})
        for message in stored
        if message.id in lists or not limits.private
    }


def _texts(
    context: Context, ordered: Sequence[Node], seen: ListsOfMessages, limits: Visibility
) -> dict[int, ReadableText]:
    """The texts of the first visible version of each node, by message row."""
    texts: dict[int, ReadableText] = {}
    left = MAX_TEXT_CHARACTERS
    shown = [message for node in ordered if (message := _first(node, seen)) is not None]
    for message in sorted(shown, key=lambda message: message.date):
        if left <= 0:
            break
        found = parsed(context, message.id)
        if found is not None:
            redaction = limits.redaction(frozenset(seen[message.id]))
            texts[message.id] = readable(found, redaction)
            left -= len(found.text)
    return texts


def _first(node: Node, seen: ListsOfMessages) -> Message | None:
    return next((version for version in node.versions if version.id in seen), None)


def _nested(ordered: Sequence[Node], shown: _Shown) -> list[schemas.ThreadMessage]:
    """The tree as schemas, made from the leaves upwards.

    What may not be seen stays as a ghost where something hangs under it.
    """
    above = {id(child): node for node in ordered for child in node.children}
    made: dict[int | None, list[schemas.ThreadMessage]] = {}
    for node in reversed(ordered):
        children = made.pop(id(node), [])
        described = _described(node, children, shown)
        if described is not None:
            holder = above.get(id(node))
            made.setdefault(None if holder is None else id(holder), []).append(described)
    return made.get(None, [])


def _parents(ordered: Sequence[Node]) -> dict[str, str]:
    """Message-ID → the Message-ID it answers."""
    rows = {version.id: node for node in ordered for version in node.versions}
    ghosts = {node.message_id for node in ordered if node.message is None}
    parents: dict[str, str] = {}
    for node in ordered:
        message = node.versions[0] if node.versions else None
        if message is None:
            continue
        if message.parent_reference in ghosts and message.parent_reference is not None:
            parents[node.message_id] = message.parent_reference
        elif message.parent_id in rows:
            parents[node.message_id] = rows[message.parent_id].message_id
    return parents


def _described(
    node: Node, children: list[schemas.ThreadMessage], shown: _Shown
) -> schemas.ThreadMessage | None:
    message = _first(node, shown.lists)
    parent = shown.parents.get(node.message_id)
    if message is None:
        if not children:
            return None
        return schemas.ThreadMessage(
            message_id=node.message_id,
            parent=parent,
            parent_source=None,
            ghost=True,
            children=children,
        )
    text = shown.texts.get(message.id)
    redaction = shown.limits.redaction(frozenset(shown.lists[message.id]))
    return schemas.ThreadMessage(
        message_id=message.message_id,
        parent=parent,
        parent_source=message.parent_source,
        ghost=False,
        author=references.author(shown.limits, message, message.address),
        date=message.date,
        subject=redaction.text(message.subject),
        text=text.text if text else None,
        own_text=text.own_text if text else None,
        spans=text.spans if text else [],
        attachments=message.attachments,
        automation=message.automation,
        versions=sum(version.id in shown.lists for version in node.versions),
        url=references.message_url(message.message_id),
        children=children,
    )
