"""Mailing lists, their subscriptions, and mail that was set aside."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.schemas.base import Schema, _unknown


class MailingList(Schema):
    """A list; from ``receiving_address`` on for the operator only."""

    address: str
    name: str
    description: str
    language: str
    private: bool
    topic_tags: list[str] | None = Field(default=None, exclude_if=_unknown)
    """Subject tags that are topics, where there are any."""
    messages: int
    threads: int
    people: int
    first: datetime | None
    last: datetime | None
    subscription: str | None = None
    """State of the archive's subscription, or None when it has none."""
    receiving_address: str | None = Field(default=None, exclude_if=_unknown)
    list_id: str | None = Field(default=None, exclude_if=_unknown)
    """The List-Id (RFC 2919) its posts carry, once declared or learned."""
    aliases: list[str] | None = Field(default=None, exclude_if=_unknown)
    """Other addresses and List-Ids it is or was known by."""
    no_archive: str | None = Field(default=None, exclude_if=_unknown)
    """``honour`` or ``ignore`` posts' wish not to be archived."""
    no_archive_by: str | None = Field(default=None, exclude_if=_unknown)
    """Who decided that: ``default``, ``operator``, or a list manager that stamps all mail."""


class SetAside(Schema):
    """A mail that came for a list and is no post; for the operator only."""

    id: int
    list: str
    kind: str
    reason: str
    status: str
    """``waiting``, ``kept``, ``accepted`` or ``dropped``."""
    sender: str
    subject: str
    message_id: str | None
    received: datetime
    decided: datetime | None
    door: str
    envelope_sender: str | None
    size: int
    text: str | None = Field(default=None, exclude_if=_unknown)
    """What it says, where one mail is asked for."""


class Subscription(Schema):
    """The archive's membership of a list; for the operator only."""

    list: str
    state: str
    """``requested``, ``confirming``, ``active``, ``held``, ``warned``, ``lost`` or ``ended``."""
    reason: str
    changed: datetime
    manager: str | None
    """None until its mail tells."""
    request_address: str | None
    receiving_address: str
    pending: str | None
    """``join`` or ``leave`` while the list manager has not done what was asked."""
    requested: datetime | None
    expires: datetime | None
    last_post: datetime | None
    waiting: int
    """Notices that wait for a person's decision."""


class SubscriptionEvent(Schema):
    """One thing that happened to a subscription; ``notice`` is a number of the quarantine."""

    id: int
    happened: datetime
    kind: str
    detail: str
    notice: int | None
    decision: str | None
    """``waiting``, ``answered``, ``dismissed``, or None where there is nothing to decide."""


class OutgoingMail(Schema):
    """A mail that the archive sends; ``next_attempt`` is None when that is over."""

    to: str
    purpose: str
    created: datetime
    attempts: int
    next_attempt: datetime | None
    sent: datetime | None
    error: str | None


class SubscriptionHistory(Subscription):
    """A subscription with what led to its state, oldest first."""

    events: list[SubscriptionEvent]
    outgoing: list[OutgoingMail]


class Command(Schema):
    """A mail that tells a list manager to do something."""

    to: str
    subject: str
    body: str


class SubscriptionDecision(Schema):
    """A notice that only a person may answer, and the answer that would be sent."""

    id: int
    kind: str
    reason: str
    received: datetime
    sender: str
    subject: str
    text: str
    answer: Command | None
