"""Google Groups. Its forms are known from what members report, not from its source."""

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

_TOKEN = re.compile(r"[\[({]([\w-]{6,200})[\])}]\s*\Z|\s([\w-]{16,200})\s*\Z")
_SUBJECTS = table(
    (r"join request for ", NoticeKind.OTHER),
    (r"(?:you have joined|welcome to|you(?:'ve| have) been added to) ", NoticeKind.WELCOME),
    (r".*\binvit(?:ed|ation)\b", NoticeKind.INVITE),
    (
        r"you have (?:left|unsubscribed|been removed)|.*\bunsubscribed? (?:from|request)",
        NoticeKind.GOODBYE,
    ),
    (r".*\brequest to join .*(?:denied|declined|rejected)", NoticeKind.REFUSED),
    (r".*\brequest to join\b", NoticeKind.PENDING),
    (r".*\bbounc", NoticeKind.WARNING),
    (r".*\bmoderat|.*\bpending\b", NoticeKind.HELD),
    (r"(?:digest for|abridged summary of) ", NoticeKind.DIGEST),
)


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    host = letter.sender.lower().rpartition("@")[2]
    if host != "googlegroups.com" and host not in names.hosts:
        return None
    if "googlegroups.com" not in names.hosts | {host}:
        return None
    sender = names.command_of(letter.sender)
    reply = names.command_of(letter.reply_to or letter.sender)
    if reply in ("subconfirm", "unsubconfirm", "unsubscribe") and sender is not None:
        return _confirmation(letter, reply)
    if sender is None and not names.robot(letter.sender, "noreply", "no-reply"):
        return None
    kind = by_subject(letter.subject, _SUBJECTS)
    if kind is not None:
        return Notice("googlegroups", kind, f"its subject is that of a {kind} notice")
    if letter.is_post:
        return None
    return Notice("googlegroups", NoticeKind.OTHER, "it comes from an address of the group's host")


def _confirmation(letter: Letter, reply: str) -> Notice:
    to = letter.reply_to or letter.sender
    action = "join" if reply == "subconfirm" else "leave"
    match = _TOKEN.search(letter.subject)
    token = (match[1] or match[2]) if match else ""
    if not is_safe_address(to):
        return Notice("googlegroups", NoticeKind.CONFIRM_OTHER, "its address cannot be answered")
    asked = f"{_TOKEN.sub('', letter.subject)}\n{letter.text}"
    answer = Command(to, reply_subject(letter.subject))
    return structural_confirmation("googlegroups", action, asked, token, answer)


GOOGLEGROUPS = Manager("googlegroups", _recognise)
