"""mlmmj: every command has an address of its own, so the address tells the action."""

from __future__ import annotations

import re

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.manager import Manager, by_subject, structural_confirmation, table
from archive.lists.managers.notice import (
    Command,
    Notice,
    NoticeKind,
    is_safe_address,
    reply_subject,
)
from archive.lists.managers.wording import LEAVE_ONLY, says, welcomes

_CONFIRM = re.compile(r"(confsub|confunsub)(-digest|-nomail|-both)?-([0-9a-f]{16})-.+\Z")
_RELEASE = re.compile(r"(?:release|reject|permit|obstruct)-[0-9a-f]{16}\Z")
_VERSION = re.compile(r"subscribe(-digest|-nomail|-both)?@")
_SUBJECTS = table(
    (r"welcome to ", NoticeKind.WELCOME),
    (r"already (?:subscribed|on the list)", NoticeKind.WELCOME),
    (r"goodbye from ", NoticeKind.GOODBYE),
    (r"(?:not subscribed|unable to unsubscribe)", NoticeKind.GOODBYE),
    (r"(?:un)?subscribed (?:to|from) \S+: ", NoticeKind.OWNER),
    (r"awaiting permission to join|subscription request", NoticeKind.PENDING),
    (r"(?:denied permission to join|unable to subscribe)", NoticeKind.REFUSED),
    (r"bouncing messages from |some messages to you", NoticeKind.PROBE),
    (r"awaiting release to |post to .+ denied|please moderate ", NoticeKind.HELD),
    (
        r"(?:information|help|faq|subscribers|moderators|owners) (?:for|of|to) ",
        NoticeKind.COMMAND_RESULT,
    ),
    (r"(?:subject: )?digest of ", NoticeKind.DIGEST),
)


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    sender = names.command_of(letter.sender)
    if sender not in ("help", "owner"):
        return None
    reply = names.command_of(letter.reply_to) or ""
    confirm = _CONFIRM.match(reply)
    if confirm is not None and is_safe_address(letter.reply_to):
        return _confirmation(letter, names, confirm)
    if _RELEASE.match(reply):
        return Notice("mlmmj", NoticeKind.HELD, "it is for moderators", token=reply)
    kind = by_subject(letter.subject, _SUBJECTS)
    if kind is not None:
        return Notice("mlmmj", kind, f"its subject is that of a {kind} notice")
    if letter.is_post or "mlmmj" not in letter.headers.raw("message-id"):
        return None
    if welcomes(letter.subject):
        return Notice("mlmmj", NoticeKind.WELCOME, "its subject bids welcome")
    if says(letter.subject) == LEAVE_ONLY and sender == "help":
        return Notice("mlmmj", NoticeKind.GOODBYE, "its subject speaks of leaving")
    return Notice("mlmmj", NoticeKind.OTHER, "it comes from an address of the list manager")


def _confirmation(letter: Letter, names: CommandAddresses, confirm: re.Match[str]) -> Notice:
    action = "join" if confirm[1] == "confsub" else "leave"
    version, token = confirm[2] or "", confirm[3]
    if action == "join" and version != _version_asked_for(names):
        reason = f"it confirms another version of the list than was asked for ({version[1:]})"
        return Notice("mlmmj", NoticeKind.CONFIRM_OTHER, reason, token=token)
    other = "confunsub-" if action == "join" else "confsub-"
    if other in letter.text.lower():
        reason = "it holds commands to join and to leave"
        return Notice("mlmmj", NoticeKind.CONFIRM_OTHER, reason, token=token)
    asked = f"{letter.subject}\n{letter.text_before(letter.reply_to)}"
    answer = Command(letter.reply_to, reply_subject(letter.subject))
    return structural_confirmation("mlmmj", action, asked, token, answer)


def _version_asked_for(names: CommandAddresses) -> str:
    """The suffix of the address that the request went to: ``-digest``, or nothing."""
    match = _VERSION.search(names.request_address or "")
    return (match[1] or "") if match else ""


MLMMJ = Manager("mlmmj", _recognise)
