"""A message on its way into the store, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.mail.trust.results import FORGED
from archive.store.preparation import PreparedMessage


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message at a door: its exact bytes and how they came.

    to_receiving_address: to the list's own receiving address, not to the
    address that everybody knows.
    """

    raw: bytes
    list_id: int
    door: str
    received: datetime
    envelope_sender: str | None = None
    to_receiving_address: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one incoming message.

    message: its row; None when it is no post.
    set_aside: its row in ``archive.tables.set_aside``; None when it is a post.
    new_aside: it was not set aside before.
    """

    message: int | None
    new_message: bool
    new_posting: bool
    set_aside: int | None = None
    new_aside: bool = False

    @property
    def is_new(self) -> bool:
        """Whether the list had it neither as a post nor set aside."""
        return self.new_posting or self.new_aside


def reposted(kept: Iterable[Kept]) -> list[int]:
    """Known messages that came to another list: their subject may join threads there."""
    return [
        one.message
        for one in kept
        if one.message is not None and one.new_posting and not one.new_message
    ]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A prepared message with the envelope it came in."""

    prepared: PreparedMessage
    list_id: int
    door: str
    received: datetime
    envelope_sender: str | None = None
    to_receiving_address: bool = False

    @property
    def is_forged(self) -> bool:
        """Whoever it names did not write it: its name joins nobody with anybody."""
        trust = self.prepared.trust
        return trust is not None and trust.verdict == FORGED
