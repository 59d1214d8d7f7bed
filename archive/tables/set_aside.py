"""Mail that came to a list's receiving address but is not a post. It is kept separately.

Its bytes are kept as safely as those of messages: nothing that was answered ``250`` is
lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Base, Identifier, Timestamp

MAX_SENDER = 400


class Status(StrEnum):
    """The decision on a mail that was set aside."""

    KEPT = "kept"
    """It is not a post; no decision is needed."""
    WAITING = "waiting"
    """It is in quarantine until the operator accepts or drops it."""
    ACCEPTED = "accepted"
    """The operator made it a post."""
    DROPPED = "dropped"
    """The operator decided that it is not a post."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Why a mail is not a post: its kind, the reason in one sentence, and its status."""

    kind: str
    reason: str
    status: Status = Status.KEPT


class SetAsideMail(Base):
    """One mail set aside, with its exact bytes, compressed as in ``RawMessage``."""

    __tablename__ = "set_aside"
    __table_args__ = (
        UniqueConstraint("list_id", "digest"),
        Index("ix_set_aside_considered", "considered"),
        Index("ix_set_aside_status", "status"),
    )

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of the raw bytes."""
    size: Mapped[int] = mapped_column(Integer)
    dictionary_id: Mapped[int | None] = mapped_column(ForeignKey("compression_dictionary.id"))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    received: Mapped[datetime] = mapped_column(Timestamp)
    door: Mapped[str] = mapped_column(String(8))
    envelope_sender: Mapped[str | None] = mapped_column(String(400))
    to_receiving_address: Mapped[bool] = mapped_column(Boolean, server_default=false())
    """Whether it came to the list's receiving address, which only the list manager knows."""
    kind: Mapped[str] = mapped_column(String(24))
    """A kind from ``archive.store.sorting``, or the kind of a list manager's notice."""
    reason: Mapped[str] = mapped_column(Text)
    """One sentence that says why it has this kind."""
    status: Mapped[str] = mapped_column(String(10))
    decided: Mapped[datetime | None] = mapped_column(Timestamp)
    """When the operator accepted or dropped it."""
    considered: Mapped[datetime | None] = mapped_column(Timestamp)
    """When ``archive.subscription`` handled it; None until then."""
    subject: Mapped[str] = mapped_column(Text)
    sender: Mapped[str] = mapped_column(String(400))
    """The From field as shown to readers."""
    message_id: Mapped[str | None] = mapped_column(String(998))
