"""The tables of subscriptions. They hold original data that must never be lost."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.tables.base import Base, Identifier, Timestamp
from archive.tables.lists import MailingList


class State(StrEnum):
    """The state of a subscription."""

    REQUESTED = "requested"
    CONFIRMING = "confirming"
    ACTIVE = "active"
    HELD = "held"
    """The list's owner must decide on the request, or the manager has disabled delivery."""
    WARNED = "warned"
    """The list manager reports that mail to the archive bounces."""
    LOST = "lost"
    """The archive was removed from the list or could not join it, against our wish."""
    ENDED = "ended"


class Wish(StrEnum):
    """A request to a list manager that is still unanswered."""

    JOIN = "join"
    LEAVE = "leave"


class Subscription(Base):
    """The archive's membership of one list."""

    __tablename__ = "subscription"

    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), primary_key=True)
    manager: Mapped[str | None] = mapped_column(String(16))
    """The name of the list manager; None until its mail shows it."""
    request_address: Mapped[str | None] = mapped_column(String(320))
    """Where to send requests, if the operator set an address."""
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    """One sentence that says why it has this state."""
    changed: Mapped[datetime] = mapped_column(Timestamp)
    """When it entered this state."""
    pending: Mapped[str | None] = mapped_column(String(8))
    """The ``Wish`` that the list manager has not fulfilled yet."""
    requested: Mapped[datetime | None] = mapped_column(Timestamp)
    """When the pending request was last sent."""
    expires: Mapped[datetime | None] = mapped_column(Timestamp)
    """When the request is repeated or given up."""
    renewals: Mapped[int] = mapped_column(Integer, default=0)
    """How often the request was repeated."""
    last_post: Mapped[datetime | None] = mapped_column(Timestamp)
    posting_seen: Mapped[int] = mapped_column(BigInteger, default=0)
    """Id of the newest posting that the subscription has handled."""

    mailing_list: Mapped[MailingList] = relationship()


class SubscriptionEvent(Base):
    """One event in the history of a subscription, which the operator sees."""

    __tablename__ = "subscription_event"
    __table_args__ = (Index("ix_subscription_event_list_id", "list_id", "id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    happened: Mapped[datetime] = mapped_column(Timestamp)
    kind: Mapped[str] = mapped_column(String(24))
    """``requested``, ``answered``, ``sent``, ``unsent``, ``state``, or a notice's kind."""
    detail: Mapped[str] = mapped_column(Text)
    set_aside_id: Mapped[int | None] = mapped_column(ForeignKey("set_aside.id"))
    """The notice that the event is about."""
    decision: Mapped[str | None] = mapped_column(String(10))
    """``waiting`` for the operator, or the decision: ``answered`` or ``dismissed``."""


class OutgoingMail(Base):
    """A mail that waits for the relay, or that was sent or given up."""

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
    """The token of the notice that it confirms."""
    created: Mapped[datetime] = mapped_column(Timestamp)
    gives_up: Mapped[datetime] = mapped_column(Timestamp)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt: Mapped[datetime | None] = mapped_column(Timestamp)
    """When to try again; None when the mail was sent or given up."""
    sent: Mapped[datetime | None] = mapped_column(Timestamp)
    error: Mapped[str | None] = mapped_column(Text)
    """The last error of the relay."""
