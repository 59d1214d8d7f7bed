"""The rules for answering a notice: it is answered only when all of them hold.

Requests to confirm joining, leaving, invitations, re-enabling and held posts use
similar addresses and subjects, and anybody can forge one. So the archive answers only
what it requested itself, a short time ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.lists.managers.notice import Notice, NoticeKind
from archive.subscription.requests import EXPIRY
from archive.tables import State, Wish

MAX_ANSWERS = 3
"""Most confirmations sent for one request."""
MAX_ANSWERS_AN_HOUR = 60
"""Most confirmations that the whole archive sends in an hour."""

_WISHES = {NoticeKind.CONFIRM_JOIN: Wish.JOIN, NoticeKind.CONFIRM_LEAVE: Wish.LEAVE}
ASKING = frozenset(
    {
        NoticeKind.CONFIRM_JOIN,
        NoticeKind.CONFIRM_LEAVE,
        NoticeKind.CONFIRM_OTHER,
        NoticeKind.INVITE,
        NoticeKind.RE_ENABLE,
    }
)
"""Notices that ask for an answer. If the archive does not answer one, the operator decides."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a notice arrived, and what the archive has requested and answered before.

    to_receiving_address: it came to the list's own receiving address.
    looped: it carries the X-Loop mark of the archive's own mail.
    answers: confirmations sent since the request.
    answers_in_hour: confirmations that the whole archive sent in the last hour.
    answered_before: one of ``answers`` confirmed the token of this notice.
    """

    state: str
    pending: str | None
    requested: datetime | None
    received: datetime
    now: datetime
    to_receiving_address: bool
    looped: bool
    answers: int
    answers_in_hour: int
    answered_before: bool


def objection(notice: Notice, found: Circumstances) -> str | None:
    """Why the notice is not answered; None when every rule holds."""
    wish = _WISHES.get(notice.kind)
    if wish is None:
        return f"it is no request to confirm joining or leaving ({notice.reason})"
    if found.pending != wish:
        return f"the archive has not asked to {wish}"
    if found.requested is None or found.now - found.requested > EXPIRY:
        return "the archive's own request is too old"
    if found.received < found.requested:
        return "it came before the archive's own request"
    if wish is Wish.JOIN and found.state not in (State.REQUESTED, State.CONFIRMING):
        return f"the subscription is {found.state}"
    if not found.to_receiving_address:
        return "it did not come to the list's receiving address"
    if found.looped:
        return "it is the archive's own mail come back"
    if not notice.names_list:
        return "it names another list, or none"
    if notice.answer is None:
        return f"how to answer is not known ({notice.reason})"
    return _too_many(found)


def _too_many(found: Circumstances) -> str | None:
    if found.answered_before:
        return "its token has been confirmed before"
    if found.answers >= MAX_ANSWERS:
        return f"{MAX_ANSWERS} confirmations have been sent for this request"
    if found.answers_in_hour >= MAX_ANSWERS_AN_HOUR:
        return "too many confirmations have been sent in this hour"
    return None
