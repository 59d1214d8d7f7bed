"""What Mailman 2 and 3 share: one confirmation address for everything, told apart by words alone.

Joining, leaving, invitations, re-enabling and held posts are all answered at
``L-confirm+TOKEN`` or ``L-request``; the token says nothing. So the whole text
must speak of joining and of nothing else.
"""

from __future__ import annotations

import re

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.manager import by_subject, certain_kind, doubtful_kind, table
from archive.lists.managers.notice import Command, Notice, NoticeKind, reply_subject
from archive.lists.managers.wording import LEAVE_ONLY, says, welcomes

_ROBOTS = re.compile(
    r"(?:request|bounces|confirm|owner|admin|join|leave|subscribe|unsubscribe)(?:\+.*)?\Z",
    re.DOTALL,
)
_CONFIRM_ADDRESS = re.compile(r"confirm\+([0-9a-f]{40})\Z")
_CONFIRM_SUBJECT = re.compile(r"(?:re:\s*)?confirm\s+([0-9a-f]{40})\Z", re.IGNORECASE)
_TOKEN = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])", re.IGNORECASE)
_SUBJECTS = table(
    (r"welcome to the .+ mailing list", NoticeKind.WELCOME),
    (r"you have been unsubscribed from the .+ mailing list", NoticeKind.GOODBYE),
    (r"you have been invited to join", NoticeKind.INVITE),
    (r".+ mailing list probe message\Z", NoticeKind.PROBE),
    (r".+ mailing list memberships? reminder", NoticeKind.REMINDER),
    (r"your message to .+ awaits moderator approval", NoticeKind.HELD),
    (r".*\bpassword\b", NoticeKind.PASSWORD),
    (r"(?:your )?(?:subscription|membership) .*\bdisabled\b", NoticeKind.RE_ENABLE),
    (r"(?:the )?results of your e-?mail command", NoticeKind.COMMAND_RESULT),
    (r"your subscription request", NoticeKind.PENDING),
    (r".+(?:subscription notification|subscription request|moderator request)", NoticeKind.OWNER),
    (r".+(?:requires? approval|bounce (?:action )?notification)", NoticeKind.OWNER),
    (r".+ digest, vol", NoticeKind.DIGEST),
)
_REJECTED = re.compile(r"request to mailing list .+ rejected", re.IGNORECASE)
_PENDING = re.compile(
    r"forwarded to the list (?:administrator|moderator|owner)|awaiting (?:moderator )?approval"
    r"|(?:will|must) (?:soon )?be (?:acted upon|approved) by the list (?:moderator|owner)",
    re.IGNORECASE,
)
_DISABLED = re.compile(
    r"(?:membership in the mailing list|subscription has been disabled on the)\b.{0,300}?"
    r"(?:disabled|bounces)",
    re.IGNORECASE | re.DOTALL,
)


def read_notice(manager: str, letter: Letter, names: CommandAddresses) -> Notice | None:
    """What a Mailman's letter is, or None for a post."""
    role = _role(letter, names)
    if role is None:
        return None
    token = _token(letter, role)
    if token is not None:
        return _confirmation(manager, letter, role, token)
    kind = by_subject(letter.subject, _SUBJECTS)
    if kind is NoticeKind.COMMAND_RESULT and _PENDING.search(letter.text):
        kind = NoticeKind.PENDING
    if kind is None and _REJECTED.match(letter.subject):
        about_joining = "subscription request" in letter.text.lower()
        kind = NoticeKind.REFUSED if about_joining else NoticeKind.HELD
    if kind is not None:
        return Notice(manager, kind, f"its subject is that of a {kind} notice")
    return _other_language(manager, letter, role)


def _role(letter: Letter, names: CommandAddresses) -> str | None:
    """The role of the list's address that wrote: ``request``, ``confirm+TOKEN``; else None."""
    role = names.command_of(letter.sender)
    if role is not None:
        return role if _ROBOTS.match(role) else None
    if letter.headers.raw("x-list-administrivia").strip().lower() == "yes":
        return "site"
    if names.robot(letter.sender, "mailman-owner", "mailman-bounces", "mailman"):
        return "site"
    is_mailman = "x-mailman-version" in letter.headers and not letter.is_post
    return "site" if is_mailman and names.robot(letter.sender, "postmaster") else None


def _token(letter: Letter, role: str) -> str | None:
    match = _CONFIRM_ADDRESS.match(role) or _CONFIRM_SUBJECT.match(letter.subject)
    return match[1].lower() if match else None


def _confirmation(manager: str, letter: Letter, role: str, token: str) -> Notice:
    tokens = {found.lower() for found in _TOKEN.findall(f"{letter.subject} {letter.text}")}
    if not tokens <= {token}:
        reason = "it holds more than one token"
        return Notice(manager, NoticeKind.CONFIRM_OTHER, reason, token=token)
    subject = _CONFIRM_SUBJECT.sub("", letter.subject)
    said = says(f"{subject}\n{letter.text}")
    kind = certain_kind(said)
    if kind is None:
        about = ", ".join(sorted(said)) or "nothing that is known"
        return Notice(manager, doubtful_kind(said), f"its words speak of {about}", token=token)
    answer = _answer(manager, letter, role, token)
    reason = f"its words say {min(said)} and nothing else"
    return Notice(manager, kind, reason, names_list=role != "site", token=token, answer=answer)


def _answer(manager: str, letter: Letter, role: str, token: str) -> Command | None:
    if _CONFIRM_ADDRESS.match(role):
        return Command(letter.sender, reply_subject(letter.subject))
    if role != "request":
        return None
    command = f"confirm {token}"
    return Command(letter.sender, command if manager == "mailman3" else f"Re: {command}")


def _other_language(manager: str, letter: Letter, role: str) -> Notice | None:
    """A notice whose subject is not Mailman's English one."""
    is_robot = role not in ("owner", "admin")
    marked = letter.headers.raw("x-list-administrivia").strip().lower() == "yes"
    if letter.is_post and not marked:
        return None
    if _DISABLED.search(letter.text):
        return Notice(manager, NoticeKind.RE_ENABLE, "its text says that delivery is disabled")
    if not is_robot and not marked:
        return None
    if welcomes(letter.subject):
        return Notice(manager, NoticeKind.WELCOME, "its subject bids welcome")
    said = says(letter.subject)
    if said == LEAVE_ONLY and role != "site":
        return Notice(manager, NoticeKind.GOODBYE, "its subject speaks of leaving")
    if said:
        return Notice(manager, doubtful_kind(said), "its subject speaks of memberships")
    return Notice(manager, NoticeKind.OTHER, "it comes from an address of the list manager")
