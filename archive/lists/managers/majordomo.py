"""Majordomo 1 and 2: commands are lines of text, and so are their confirmations."""

from __future__ import annotations

import re

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.manager import Manager, by_subject, table
from archive.lists.managers.notice import Command, Notice, NoticeKind

_CONTINUATION = re.compile(r"\\[ \t]*\n[ \t]*")
_AUTH = re.compile(
    r"^[> \t]*auth[ \t]+([0-9a-f]{8})[ \t]+([a-z]{1,20})[ \t]+([!-~]{1,320})"
    r"(?:[ \t]+([!-~]{1,320}))?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_TOKEN = re.compile(
    r"([0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}) : ([A-Z]{1,20}) from (\S{1,320}) \((\w{1,40})\)",
    re.IGNORECASE,
)
_ANY_TOKEN = re.compile(r"\b[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}\b", re.IGNORECASE)
_ACTIONS = {
    "subscribe": NoticeKind.CONFIRM_JOIN,
    "unsubscribe": NoticeKind.CONFIRM_LEAVE,
    "signoff": NoticeKind.CONFIRM_LEAVE,
}
_SUBJECTS = table(
    (r"welcome to ", NoticeKind.WELCOME),
    (r"farewell from ", NoticeKind.GOODBYE),
    (r".*\bpassword\b", NoticeKind.PASSWORD),
    (r"(?:subscribe|unsubscribe) \S+", NoticeKind.OWNER),
    (r"bounce|.+ bouncing", NoticeKind.WARNING),
    (r"(?:your )?majordomo (?:request )?results?|results? (?:from|of)", NoticeKind.COMMAND_RESULT),
    (r"approval required|.+ : consult from", NoticeKind.HELD),
    (r"\S+-digest v\d+ #\d+|\S+ digest", NoticeKind.DIGEST),
)
_OF_OWNER = (NoticeKind.WELCOME, NoticeKind.GOODBYE)
_PENDING = re.compile(r"forwarded to the (?:list )?owner|approval", re.IGNORECASE)
_SUCCEEDED = re.compile(
    r">>>>[ \t]*(?:auth[ \t]+\S+[ \t]+)?(subscribe|unsubscribe)[ \t]+(\S+)[^\n]*\n\s*Succeeded",
    re.IGNORECASE,
)


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    is_robot = names.robot(letter.sender, "majordomo", "mj2", "owner-majordomo")
    role = names.command_of(letter.sender)
    of_owner = names.robot(letter.sender, f"owner-{names.local}")
    if not (is_robot or of_owner or role in ("owner", "request", "approval", "help")):
        return None
    token = _TOKEN.match(letter.subject)
    if token is not None:
        return _version_2(letter, names, token)
    commands = {
        (match[1].lower(), match[2].lower(), match[3], match[4] or "")
        for match in _AUTH.finditer(_CONTINUATION.sub(" ", letter.text))
    }
    if commands and is_robot:
        return _version_1(letter, names, commands)
    if letter.is_post and not is_robot:
        return None
    kind = by_subject(letter.subject, _SUBJECTS)
    if kind is NoticeKind.COMMAND_RESULT:
        kind = _result(letter, names)
    by_owner = of_owner or role == "owner"
    if kind is not None and (is_robot or (by_owner and kind in _OF_OWNER)):
        return Notice("majordomo", kind, f"its subject is that of a {kind} notice")
    if not is_robot:
        return None
    return Notice("majordomo", NoticeKind.OTHER, "it comes from the list manager's own address")


def _version_1(
    letter: Letter, names: CommandAddresses, commands: set[tuple[str, str, str, str]]
) -> Notice:
    token = min(commands)[0]
    if len(commands) > 1:
        reason = "it holds several commands"
        return Notice("majordomo", NoticeKind.CONFIRM_OTHER, reason, token=token)
    key, action, name, address = commands.pop()
    kind = _ACTIONS.get(action, NoticeKind.CONFIRM_OTHER)
    named = names.is_named(name)
    answer = None
    if named and kind is not NoticeKind.CONFIRM_OTHER:
        line = f"auth {key} {action} {name} {address}".rstrip()
        answer = Command(letter.sender, f"Re: {action} {names.local}", f"{line}\n")
    return Notice("majordomo", kind, f"its command is {action}", named, token, answer)


def _version_2(letter: Letter, names: CommandAddresses, match: re.Match[str]) -> Notice:
    token, demand, name, action = match[1], match[2].upper(), match[3], match[4].lower()
    if demand != "CONFIRM":
        return Notice("majordomo", NoticeKind.HELD, f"it demands to {demand.lower()}", token=token)
    kind = _ACTIONS.get(action, NoticeKind.CONFIRM_OTHER)
    if {one.upper() for one in _ANY_TOKEN.findall(letter.text)} - {token.upper()}:
        reason = "it holds more than one token"
        return Notice("majordomo", NoticeKind.CONFIRM_OTHER, reason, token=token)
    named = names.is_named(name)
    answer = None
    if named and kind is not NoticeKind.CONFIRM_OTHER:
        answer = Command(letter.sender, f"Re: {action} {names.local}", f"accept {token}\n")
    return Notice("majordomo", kind, f"its command is {action}", named, token, answer)


def _result(letter: Letter, names: CommandAddresses) -> NoticeKind:
    """What became of a command, from the transcript that Majordomo 1 sends back."""
    text = letter.text
    done = _SUCCEEDED.search(text)
    if done is not None and names.is_named(done[2]):
        return NoticeKind.WELCOME if done[1].lower() == "subscribe" else NoticeKind.GOODBYE
    return NoticeKind.PENDING if _PENDING.search(text) else NoticeKind.COMMAND_RESULT


MAJORDOMO = Manager(
    "majordomo",
    _recognise,
    joining=Command("majordomo@{host}", "subscribe {name}", "subscribe {name}\nend\n"),
    leaving=Command("majordomo@{host}", "unsubscribe {name}", "unsubscribe {name}\nend\n"),
    has_one_address=True,
)
