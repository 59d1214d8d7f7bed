"""A thread as a tree, with ghosts for messages that were referenced but never seen."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from archive.errors import NotFoundError
from archive.models import Message, Thread

DEEPEST = 100
"""Answers nested deeper than this are shown on this level: neither a page nor a
JSON reader can follow a chain of thousands."""


@dataclass(slots=True)
class Node:
    """A message in its thread.

    message: None for a ghost. versions: every stored message of this
    Message-ID, oldest first. parent_source: how the parent was found.
    """

    message_id: str
    message: Message | None
    versions: list[Message] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    parent_source: str | None = None


def tree(session: Session, thread_id: int) -> list[Node]:
    """The top nodes of a thread, children by date. Raises ``NotFoundError``."""
    if session.get(Thread, thread_id) is None:
        raise NotFoundError(f"no thread {thread_id}")
    messages = session.scalars(
        select(Message)
        .where(Message.thread_id == thread_id)
        .options(joinedload(Message.address))
        .order_by(Message.date, Message.digest)
    ).all()
    return build_tree(list(messages))


def build_tree(messages: list[Message]) -> list[Node]:
    """The tree of one thread's messages, which are given oldest first."""
    by_id: dict[str, Node] = {}
    by_row: dict[int, Node] = {}
    for message in messages:
        node = by_id.get(message.message_id)
        if node is None:
            node = by_id[message.message_id] = Node(
                message.message_id, message, parent_source=message.parent_source
            )
        node.versions.append(message)
        by_row[message.id] = node
    tops: list[Node] = []
    ghosts: dict[tuple[str, int | None], Node] = {}
    for node in by_id.values():
        message = node.versions[0]
        parent = by_row.get(message.parent_id) if message.parent_id is not None else None
        siblings = tops if parent is None else parent.children
        declared = message.parent_reference
        if declared is not None and declared not in by_id and declared != message.message_id:
            # A ghost stands between a message and the ancestor both share, so
            # that it can never close a cycle.
            key = (declared, message.parent_id)
            ghost = ghosts.get(key)
            if ghost is None:
                ghost = ghosts[key] = Node(declared, None)
                siblings.append(ghost)
            siblings = ghost.children
        siblings.append(node)
    _flatten(tops)
    return tops


def _flatten(tops: list[Node]) -> None:
    """Lift what hangs deeper than ``DEEPEST`` to that level."""
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
        collected.sort(key=_order)
        node.children = collected


def _order(node: Node) -> tuple[int, bytes]:
    if node.message is None:
        return 0, b""
    return int(node.message.date.timestamp()), node.message.digest
