"""ezmlm and ezmlm-idx: a reply's address holds action, time and cookie."""

from __future__ import annotations

import re

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.manager import (
    Manager,
    by_subject,
    by_words,
    structural_confirmation,
    table,
)
from archive.lists.managers.notice import Command, Notice, NoticeKind, is_safe_address

_CONFIRM = re.compile(r"([a-z]c)\.\d{1,20}\.([a-z]{20})-.+\Z")
_ANY_COOKIE = re.compile(r"-([a-z]c)\.\d{1,20}\.[a-z]{20}-")
_MODERATION = re.compile(r"(?:accept|reject)-\d+\.\d+\.[a-z]{20}")
_ACTIONS = {"sc": "join", "uc": "leave"}
_SUBJECTS = table(
    (r"welcome to |selamat datang di ", NoticeKind.WELCOME),
    (r"already subscribed to |sudah terdaftar di ", NoticeKind.WELCOME),
    (r"goodbye from |selamat tinggal dari ", NoticeKind.GOODBYE),
    (r"not subscribed to |tidak terdaftar di ", NoticeKind.GOODBYE),
    (r"probe from |test dari ", NoticeKind.PROBE),
    (r"warning from |peringatan dari ", NoticeKind.WARNING),
    (r"(?:moderate|returned post|rejected post) for ", NoticeKind.HELD),
    (r"(?:moderasi|pengembalian posting) untuk ", NoticeKind.HELD),
    (r"ezmlm (?:response|warning|probe)", NoticeKind.COMMAND_RESULT),
    (r"(?:help|faq|information) for \S+@", NoticeKind.COMMAND_RESULT),
    (r"(?:bantuan|faq|informasi) untuk \S+@", NoticeKind.COMMAND_RESULT),
    (r"\S+ digest .+ issue \d", NoticeKind.DIGEST),
)


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    if "run by ezmlm" not in letter.headers.raw("mailing-list").lower():
        return None
    sender = names.command_of(letter.sender)
    if sender not in ("help", "owner", "return", "return-"):
        return None
    reply = names.command_of(letter.reply_to) or ""
    confirm = _CONFIRM.match(reply)
    if confirm is not None and is_safe_address(letter.reply_to):
        return _confirmation(letter, confirm)
    if _MODERATION.match(reply):
        return Notice("ezmlm", NoticeKind.HELD, "it is for moderators")
    kind = by_subject(letter.subject, _SUBJECTS)
    if kind is not None:
        return Notice("ezmlm", kind, f"its subject is that of a {kind} notice")
    if sender != "help":
        return None
    return by_words("ezmlm", letter.subject, "it comes from an address of the list manager")


def _confirmation(letter: Letter, confirm: re.Match[str]) -> Notice:
    action = _ACTIONS.get(confirm[1])
    token = confirm[2]
    if action is None:
        reason = f"its command {confirm[1]} is neither joining nor leaving"
        return Notice("ezmlm", NoticeKind.CONFIRM_OTHER, reason, token=token)
    if {match.lower() for match in _ANY_COOKIE.findall(letter.text)} - {confirm[1]}:
        reason = "it holds several commands"
        return Notice("ezmlm", NoticeKind.CONFIRM_OTHER, reason, token=token)
    # The help that follows names every other command.
    asked = f"{letter.subject}\n{letter.text_before(letter.reply_to)[:2000]}"
    # ezmlm-weed throws away, without a word, whatever says that it is automatic.
    answer = Command(letter.reply_to, marked=False)
    return structural_confirmation("ezmlm", action, asked, token, answer)


EZMLM = Manager(
    "ezmlm",
    _recognise,
    joining=Command("{name}-subscribe@{host}", "subscribe"),
    leaving=Command("{name}-unsubscribe@{host}", "unsubscribe"),
)
