"""LISTSERV: repeats the command that an answer of ``ok`` would carry out."""

from __future__ import annotations

import re

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.manager import Manager, by_subject, table
from archive.lists.managers.notice import Command, Notice, NoticeKind

NAME = "Mailing list archive"
"""The name that LISTSERV wants with a subscription."""

_CONFIRM = re.compile(r"(?:re:\s*)?command confirmation request \(([0-9A-F]{6,8})\)", re.IGNORECASE)
_ECHO = re.compile(
    r"^[ \t]*your command:[ \t]*\n(.{1,1000}?)\n\s{0,50}has been received",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
# LISTSERV takes any beginning of a command that is three letters or longer.
_JOIN = re.compile(r"SUB(?:S(?:C(?:R(?:I(?:BE?)?)?)?)?)?\s+(\S+)(?:\s+\S.*)?\Z", re.IGNORECASE)
_LEAVE = re.compile(r"(?:SIGNOFF|SIG|UNSUB(?:SCRIBE)?)\s+(\S+)(?:\s+\S.*)?\Z", re.IGNORECASE)
_PASSWORD = re.compile(r"PW\b", re.IGNORECASE)
_CODE = re.compile(r"\bok ([0-9A-F]{6,8})\b", re.IGNORECASE)
_SUBJECTS = table(
    (r"you are now subscribed to |your subscription to .+ list\Z", NoticeKind.WELCOME),
    (r"welcome to ", NoticeKind.WELCOME),
    (r"you have been (?:removed|deleted|signed off|unsubscribed) ", NoticeKind.GOODBYE),
    (r"your (?:removal|deletion) from |you are no longer subscribed", NoticeKind.GOODBYE),
    (r".*\bsubscription probe\b|probe of |.*\bplease ignore\b", NoticeKind.PROBE),
    (r".*\bsubscription renewal\b|.*\brenew\b", NoticeKind.CONFIRM_OTHER),
    (r".*\bdelivery (?:error|failure)|.*\bauto-?delet", NoticeKind.WARNING),
    (r".*\bpassword\b", NoticeKind.PASSWORD),
    (r".*\binvit", NoticeKind.INVITE),
    (r".*\brejected\b|.*\bapproval\b|.*\bmoderat|your message dated", NoticeKind.HELD),
    (r".*subscription request", NoticeKind.PENDING),
    (r"output of your job|re: |.*\bcommand\b|file: ", NoticeKind.COMMAND_RESULT),
    (r"\S+ digest - ", NoticeKind.DIGEST),
)


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    is_robot = names.robot(letter.sender, "listserv")
    of_owner = names.robot(letter.sender, f"owner-{names.local}")
    if not (is_robot or of_owner or names.command_of(letter.sender) in ("request", "owner")):
        return None
    confirm = _CONFIRM.match(letter.subject)
    if confirm is not None:
        return _confirmation(letter, names, confirm[1], is_robot)
    kind = by_subject(letter.subject, _SUBJECTS)
    if kind is NoticeKind.DIGEST:
        return Notice("listserv", kind, "its subject is that of a digest")
    if not is_robot:
        return None
    if kind is not None:
        return Notice("listserv", kind, f"its subject is that of a {kind} notice")
    return Notice("listserv", NoticeKind.OTHER, "it comes from the list manager's own address")


def _confirmation(letter: Letter, names: CommandAddresses, token: str, is_robot: bool) -> Notice:
    echo = _ECHO.search(letter.text)
    lines = [line.strip() for line in (echo[1] if echo else "").split("\n") if line.strip()]
    if len(lines) != 1:
        reason = "it does not repeat exactly one command"
        return Notice("listserv", NoticeKind.CONFIRM_OTHER, reason, token=token)
    command = lines[0]
    join, leave = _JOIN.match(command), _LEAVE.match(command)
    match = join or leave
    if match is None:
        is_password = _PASSWORD.match(command) is not None
        kind = NoticeKind.PASSWORD if is_password else NoticeKind.CONFIRM_OTHER
        return Notice("listserv", kind, "its command is another one", token=token)
    kind = NoticeKind.CONFIRM_JOIN if join else NoticeKind.CONFIRM_LEAVE
    codes = {code.upper() for code in _CODE.findall(letter.text)}
    if codes - {token.upper()}:
        reason = "it holds more than one code"
        return Notice("listserv", NoticeKind.CONFIRM_OTHER, reason, token=token)
    named = names.is_named(match[1])
    answer = None
    if named and is_robot:
        body = f"OK {token}\n" if codes else "ok\n"
        answer = Command(letter.sender, f"Re: Command confirmation request ({token})", body)
    reason = f"its command is {command.split()[0].lower()}"
    return Notice("listserv", kind, reason, named, token, answer)


LISTSERV = Manager(
    "listserv",
    _recognise,
    joining=Command("listserv@{host}", "", f"SUBSCRIBE {{NAME}} {NAME}\n"),
    leaving=Command("listserv@{host}", "", "SIGNOFF {NAME}\n"),
    has_one_address=True,
)
