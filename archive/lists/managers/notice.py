"""What a list manager's notice says, and the mail that it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_SAFE_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,256}@[A-Za-z0-9.-]{1,253}")
_UNSAFE = re.compile(r"[^\x20-\x7e]+")


class NoticeKind(StrEnum):
    """What a notice is. Only the first two ever lead to an answer."""

    CONFIRM_JOIN = "confirm-join"
    """Asks to confirm that the archive joins the list, and nothing else."""
    CONFIRM_LEAVE = "confirm-leave"
    """Asks to confirm that it leaves the list, and nothing else."""
    CONFIRM_OTHER = "confirm-other"
    """Asks to confirm something else, or something that cannot be told for certain."""
    INVITE = "invite"
    """Somebody invites to join: nobody here asked for it."""
    RE_ENABLE = "re-enable"
    """Delivery is disabled; an answer would enable it again."""
    PENDING = "pending"
    """The request to join waits for the list's owner."""
    REFUSED = "refused"
    """The request to join was turned down."""
    WELCOME = "welcome"
    GOODBYE = "goodbye"
    PROBE = "probe"
    """Sent to see whether it bounces: taking it in is the answer."""
    WARNING = "warning"
    """Mail to the archive has bounced."""
    REMINDER = "reminder"
    """Periodic, often with a password."""
    PASSWORD = "password"  # noqa: S105  (a kind of notice)
    HELD = "held"
    """A post is held for a moderator."""
    OWNER = "owner"
    """Tells the list's owner what became of a member."""
    COMMAND_RESULT = "command-result"
    DIGEST = "digest"
    OTHER = "administrivia"
    """From the manager, of a form that is not known."""


@dataclass(frozen=True, slots=True)
class Command:
    """A mail that tells a list manager to do something. ASCII, one line each but the body.

    marked: as an answer, it says that it is automatic (RFC 3834).
    """

    to: str
    subject: str = ""
    body: str = ""
    marked: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as a manager's recogniser read it.

    names_list: it is about the list that it came to.
    answer: the mail that confirms; None where the form is not known well
    enough to answer by itself, or where there is nothing to answer.
    reason: one sentence on how the kind was known, or why it is in doubt.
    """

    manager: str
    kind: NoticeKind
    reason: str
    names_list: bool = True
    token: str | None = None
    answer: Command | None = None


def is_safe_address(address: str) -> bool:
    """Plain ASCII, so that nothing of hostile mail reaches an SMTP command or a header."""
    return _SAFE_ADDRESS.fullmatch(address) is not None and ".." not in address


def reply_subject(subject: str) -> str:
    """``Re:`` and the subject kept, in plain ASCII."""
    kept = _UNSAFE.sub("?", subject)[:300].strip()
    return kept if kept.lower().startswith("re:") else f"Re: {kept}"
