"""The input and the output of threading: facts about a message, and its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MODERATOR = "moderator"
Claims = Mapping[str, str | None]
"""What moderators decided: maps a Message-ID to its parent's Message-ID. None means that the
message begins a thread of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class ThreadedMessage:
    """The facts about a stored message that threading uses.

    id: row id.
    date: Unix seconds.
    references: Message-IDs, in the order of the header.
    parent_reference: the Message-ID that the message says it answers.
    lists: row ids of the lists it was posted to.
    """

    id: int
    message_id: str
    digest: bytes
    date: int
    references: tuple[str, ...]
    parent_reference: str | None
    base_subject: str
    is_reply: bool
    lists: tuple[int, ...]
    quote_marks: frozenset[bytes] = frozenset()
    """Hashes of the lines it quotes (``archive.mail.fingerprints``)."""

    @property
    def order(self) -> tuple[int, bytes]:
        """Sort key: oldest first, then by digest, so that no order depends on arrival."""
        return self.date, self.digest


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of a message: its thread and its parent.

    thread: a number that is valid only within one result of ``place``.
    parent: row id of the parent; None for the top of a thread.
    """

    thread: int
    parent: int | None
    parent_source: str | None


Link = tuple[ThreadedMessage, str]
"""A parent, and how it was found (``Message.parent_source``)."""

ThreadName = tuple[int, bool, str]
"""The identity of a thread: its layer, whether a moderator made it, and one Message-ID of it."""
