"""Build the tree of a thread, with ghosts for messages that were referenced but never seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.errors import NotFoundError
from archive.lists.audience import WHOLE, Audience
from archive.tables import Message, Thread, seconds

DEEPEST = 100
"""Answers nested deeper than this are raised to this level: neither a page nor a JSON reader can
follow a chain of thousands."""


class Entry(NamedTuple):
    """The fields of a stored message that a tree needs.

    row, parent: row ids of the message and of its parent.
    date: Unix seconds.
    """

    row: int
    message_id: str
    date: int
    digest: bytes
    parent: int | None
    parent_source: str | None
    parent_reference: str | None


@dataclass(slots=True, eq=False)
class Node:
    """A message in its thread.

    versions: every stored message with this Message-ID, oldest first; empty for a
        ghost.
    answered: the Message-ID that this message answers, even if the node was raised to
        ``DEEPEST``.
    """

    message_id: str
    versions: list[Entry] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    answered: str | None = None

    @property
    def order(self) -> tuple[int, bytes]:
        """Sort key: by date, then by digest; ghosts first."""
        return (self.versions[0].date, self.versions[0].digest) if self.versions else (0, b"")


def tree(session: Session, thread_id: int, readers: Audience = WHOLE) -> list[Node]:
    """The top nodes of a thread, with children sorted by date.

    readers: what they may not read counts as not stored. No node is left if they may
    read nothing of the thread.

    Raises ``NotFoundError`` for an unknown thread.
    """
    if session.get(Thread, thread_id) is None:
        raise NotFoundError.of("thread-unknown", thread=thread_id)
    rows = session.execute(
        select(
            Message.id,
            Message.message_id,
            seconds(Message.date),
            Message.digest,
            Message.parent_id,
            Message.parent_source,
            Message.parent_reference,
        )
        .where(Message.thread_id == thread_id, readers.message())
        .order_by(Message.date, Message.digest)
    )
    entries = [Entry._make(row) for row in rows]
    return build_tree(entries, _stored_elsewhere(session, entries, readers))


def _stored_elsewhere(session: Session, entries: Sequence[Entry], readers: Audience) -> set[str]:
    """Message-IDs that messages of this thread answer and that are stored in another thread."""
    here = {entry.message_id for entry in entries}
    named = {name for entry in entries if (name := entry.parent_reference) and name not in here}
    found: set[str] = set()
    for part in in_parts(sorted(named)):
        found.update(
            session.scalars(
                select(Message.message_id).where(Message.message_id.in_(part), readers.message())
            )
        )
    return found


def build_tree(entries: Iterable[Entry], elsewhere: Collection[str] = ()) -> list[Node]:
    """Build the tree of one thread's messages.

    entries: the messages, oldest first.
    elsewhere: Message-IDs stored in other threads, which are therefore no ghosts.
    """
    by_id: dict[str, Node] = {}
    by_row: dict[int, Node] = {}
    for entry in entries:
        node = by_id.setdefault(entry.message_id, Node(entry.message_id))
        node.versions.append(entry)
        by_row[entry.row] = node
    tops: list[Node] = []
    ghosts: dict[tuple[str, int | None], Node] = {}
    for node in by_id.values():
        entry = node.versions[0]
        parent = by_row.get(entry.parent) if entry.parent is not None else None
        siblings = tops if parent is None else parent.children
        node.answered = parent.message_id if parent is not None else None
        declared = _ghost_of(entry)
        if declared is not None and declared not in by_id and declared not in elsewhere:
            # The ghost is put between the message and the message's known parent,
            # so it can never close a cycle.
            key = (declared, entry.parent)
            ghost = ghosts.get(key)
            if ghost is None:
                ghost = ghosts[key] = Node(declared, answered=node.answered)
                siblings.append(ghost)
            siblings = ghost.children
            node.answered = declared
        siblings.append(node)
    _flatten(tops)
    return tops


def in_order(tops: Sequence[Node]) -> Iterator[tuple[int, Node]]:
    """Every node with its depth (from 0) in reading order: parents first, children by date."""
    waiting = [(0, node) for node in reversed(tops)]
    while waiting:
        depth, node = waiting.pop()
        yield depth, node
        waiting.extend((depth + 1, child) for child in reversed(node.children))


def _ghost_of(entry: Entry) -> str | None:
    """The Message-ID that a message says it answers, unless a better parent was found."""
    if entry.parent_source in {"moderator", "quote"}:
        return None
    return entry.parent_reference if entry.parent_reference != entry.message_id else None


def _flatten(tops: list[Node]) -> None:
    """Raise nodes deeper than ``DEEPEST`` to that level."""
    level = tops
    for _ in range(DEEPEST - 1):
        level = [child for node in level for child in node.children]
        if not level:
            return
    for node in level:
        waiting = node.children
        collected: list[Node] = []
        while waiting:
            current = waiting.pop()
            collected.append(current)
            waiting.extend(current.children)
            current.children = []
        collected.sort(key=lambda one: one.order)
        node.children = collected
