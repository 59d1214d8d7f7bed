"""The tables of subscriptions: true data, lost never."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import Base, Identifier, Timestamp
from archive.tables.lists import MailingList


class State(StrEnum):
    """Where a subscription stands."""

    REQUESTED = "requested"
    CONFIRMING = "confirming"
    ACTIVE = "active"
    HELD = "held"
    """Waits for the list's owner, or delivery is disabled."""
    WARNED = "warned"
    """The manager says that mail to the archive bounces."""
    LOST = "lost"
    """No longer subscribed, or never could be, and nobody here wanted that."""
    ENDED = "ended"


class Wish(StrEnum):
    """What the archive has asked of a list manager and waits for."""

    JOIN = "join"
    LEAVE = "leave"


class Subscription(Base):
    """The archive's membership of one list."""

    __tablename__ = "subscription"

    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), primary_key=True)
    manager: Mapped[str | None] = mapped_column(String(16))
    """The list manager's name; None until its mail tells."""
    request_address: Mapped[str | None] = mapped_column(String(320))
    """Where requests go, if the operator says so."""
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    """One sentence on why it is in that state."""
    changed: Mapped[datetime] = mapped_column(Timestamp)
    """When it came to that state."""
    pending: Mapped[str | None] = mapped_column(String(8))
    """The ``Wish`` that waits for the list manager."""
    requested: Mapped[datetime | None] = mapped_column(Timestamp)
    """When that was last asked."""
    expires: Mapped[datetime | None] = mapped_column(Timestamp)
    """When it is asked again or given up."""
    renewals: Mapped[int] = mapped_column(Integer, default=0)
    """How often it was asked again."""
    last_post: Mapped[datetime | None] = mapped_column(Timestamp)
    posting_seen: Mapped[int] = mapped_column(BigInteger, default=0)
    """The newest posting that was taken notice of."""

    mailing_list: Mapped[MailingList] = relationship()


class SubscriptionEvent(Base):
    """One thing that happened to a subscription: the history that the operator sees."""

    __tablename__ = "subscription_event"
    __table_args__ = (Index("ix_subscription_event_list_id", "list_id", "id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    happened: Mapped[datetime] = mapped_column(Timestamp)
    kind: Mapped[str] = mapped_column(String(24))
    """``requested``, ``answered``, ``sent``, ``unsent``, ``state``, or a notice's kind."""
    detail: Mapped[str] = mapped_column(Text)
    set_aside_id: Mapped[int | None] = mapped_column(ForeignKey("set_aside.id"))
    """The notice that it is about."""
    decision: Mapped[str | None] = mapped_column(String(10))
    """``waiting`` for a person, or what the person decided: ``answered``, ``dismissed``."""


class OutgoingMail(Base):
    """A mail on its way to the relay, or what became of it."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_next_attempt", "next_attempt"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    """``join``, ``leave`` or ``confirm``."""
    sender: Mapped[str] = mapped_column(String(400))
    """Envelope sender: the list's receiving address."""
    recipient: Mapped[str] = mapped_column(String(520))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    token: Mapped[str | None] = mapped_column(String(80))
    """The token that it confirms."""
    created: Mapped[datetime] = mapped_column(Timestamp)
    gives_up: Mapped[datetime] = mapped_column(Timestamp)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt: Mapped[datetime | None] = mapped_column(Timestamp)
    """None when it was sent or given up."""
    sent: Mapped[datetime | None] = mapped_column(Timestamp)
    error: Mapped[str | None] = mapped_column(Text)
    """What the relay last said against it."""
