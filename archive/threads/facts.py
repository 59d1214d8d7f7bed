"""What threading knows of a stored message, and what it says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MODERATOR = "moderator"
Claims = Mapping[str, str | None]
"""Message-ID → the Message-ID a moderator hung it under, None for a thread of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class ThreadedMessage:
    """What threading needs to know of a stored message."""

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
    """Marks of lines it quotes (``archive.mail.fingerprints``)."""

    @property
    def order(self) -> tuple[int, bytes]:
        """Oldest first, the digest deciding ties, so that no order depends on arrival."""
        return self.date, self.digest


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a message stands: its thread (a number local to the answer) and its parent."""

    thread: int
    parent: int | None
    parent_source: str | None


Link = tuple[ThreadedMessage, str]
"""A parent, and how it was found."""
