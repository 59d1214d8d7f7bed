"""Sympa: a confirmation names its key, its action and its list, in words or in a link."""

from __future__ import annotations

import re

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.manager import Manager, by_subject, by_words, table
from archive.lists.managers.notice import Command, Notice, NoticeKind

_AUTH = re.compile(
    r"\bAUTH\s+([0-9a-f]{32}|[0-9a-f]{16})\s+([a-z]{1,20})(?:\s+([^\s\"'<>]{1,320}))?",
    re.IGNORECASE,
)
_LINK = re.compile(r"/auth/([0-9a-f]{32}|[0-9a-f]{16})/([a-z]{1,20})\b", re.IGNORECASE)
_TITLE = re.compile(r"(?:subscribing to|unsubscribing from)\s+(\S+)\Z", re.IGNORECASE)
_ROLES = frozenset({"request", "owner", "editor", "unsubscribe", "subscribe"})
_ACTIONS = {
    "sub": NoticeKind.CONFIRM_JOIN,
    "subscribe": NoticeKind.CONFIRM_JOIN,
    "sig": NoticeKind.CONFIRM_LEAVE,
    "signoff": NoticeKind.CONFIRM_LEAVE,
    "invite": NoticeKind.INVITE,
}
_INVITATION = re.compile(r"invitation to |you are invited", re.IGNORECASE)
_SUBJECTS = table(
    (r"welcome to list |welcome to the list ", NoticeKind.WELCOME),
    (r"(?:removed|unsubscribed) from ", NoticeKind.GOODBYE),
    (r"your bouncing address in list ", NoticeKind.WARNING),
    (r"probe", NoticeKind.PROBE),
    (r"reminder of your subscription to ", NoticeKind.REMINDER),
    (r".*\bpassword\b", NoticeKind.PASSWORD),
    (r"(?:your )?subscription request|request (?:forwarded|awaiting)", NoticeKind.PENDING),
    (r".*(?:message distribution|to be moderated|moderat)", NoticeKind.HELD),
    (r"(?:.+ )?(?:subscription|signoff|unsubscription) (?:of|from|by) ", NoticeKind.OWNER),
    (r"results? of your command", NoticeKind.COMMAND_RESULT),
    (r".+ digest ", NoticeKind.DIGEST),
)
_PENDING = re.compile(
    r"forwarded\s+to\s+the\s+(?:list(?:'s)?\s+)?owners?|awaiting .{0,40}approval", re.IGNORECASE
)
_REFUSED = re.compile(r"\byou are not allowed\s+to\s+subscribe\b", re.IGNORECASE)
_LEAVER = re.compile(r"\bsig(?:noff)?\s+\S+\s+([!-~]{1,256}@[a-z0-9.-]{1,253})", re.IGNORECASE)


def _robot(names: CommandAddresses) -> str:
    """Where commands go; a request sent to the list's own command address says only the host."""
    asked = names.request_address
    if asked is None:
        return f"sympa@{names.host}"
    return f"sympa@{asked.rpartition('@')[2]}" if names.command_of(asked) is not None else asked


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    is_robot = names.robot(letter.sender, "sympa")
    role = names.command_of(letter.sender)
    if not is_robot and role not in _ROLES:
        return _from_inviter(letter, names)
    if _INVITATION.match(letter.subject):
        return Notice("sympa", NoticeKind.INVITE, "its subject is that of an invitation")
    commands = _commands(letter)
    if commands:
        return _confirmation(letter, names, commands)
    kind = by_subject(letter.subject, _SUBJECTS)
    if kind is None or (kind is NoticeKind.COMMAND_RESULT and is_robot):
        kind = _told(letter) or kind
    if kind is not None and (is_robot or role == "request"):
        return Notice("sympa", kind, f"it is a {kind} notice by its subject or its text")
    if letter.is_post or not is_robot:
        return None
    return by_words("sympa", letter.subject, "it comes from the list manager's own address")


def _from_inviter(letter: Letter, names: CommandAddresses) -> Notice | None:
    """An invitation comes From the member who invites; its commands are those of joining.

    Only where answers go tells it from a post, and none of them is ever confirmed.
    """
    if letter.is_post or not names.robot(letter.reply_to, "sympa"):
        return None
    if _INVITATION.match(letter.subject):
        return Notice("sympa", NoticeKind.INVITE, "its subject is that of an invitation")
    if _commands(letter):
        reason = "it holds a command, and does not come from the list manager"
        return Notice("sympa", NoticeKind.CONFIRM_OTHER, reason)
    return None


def _told(letter: Letter) -> NoticeKind | None:
    """What the text says has become of a request to join."""
    if letter.is_post:
        return None
    if _PENDING.search(letter.text):
        return NoticeKind.PENDING
    return NoticeKind.REFUSED if _REFUSED.search(letter.text) else None


def _commands(letter: Letter) -> set[tuple[str, str, str]]:
    """Key, action and list (empty where only a link says it) of every command in the letter."""
    read = f"{letter.subject}\n{letter.text}"
    found = {
        (match[1].lower(), match[2].lower(), (match[3] or "").lower().strip("'\".,;"))
        for match in _AUTH.finditer(read)
    }
    found.update((match[1].lower(), match[2].lower(), "") for match in _LINK.finditer(read))
    return found


def _confirmation(
    letter: Letter, names: CommandAddresses, commands: set[tuple[str, str, str]]
) -> Notice:
    keys = {key for key, _, _ in commands}
    actions = {action for _, action, _ in commands}
    lists = {name for _, _, name in commands if name} or _titled(letter)
    token = min(keys)
    if len(keys) > 1 or len(actions) > 1:
        reason = "it holds several commands"
        return Notice("sympa", NoticeKind.CONFIRM_OTHER, reason, token=token)
    action = actions.pop()
    kind = _ACTIONS.get(action, NoticeKind.CONFIRM_OTHER)
    contrary = _TITLE.search(letter.subject)
    if kind is NoticeKind.CONFIRM_JOIN and contrary and contrary[0].lower().startswith("un"):
        reason = "its command says subscribe, its subject speaks of leaving"
        return Notice("sympa", NoticeKind.CONFIRM_OTHER, reason, token=token)
    named = bool(lists) and all(names.is_named(name) for name in lists)
    answer = None
    if kind in (NoticeKind.CONFIRM_JOIN, NoticeKind.CONFIRM_LEAVE) and named:
        addressed = f" {_leaver(letter)}".rstrip() if kind is NoticeKind.CONFIRM_LEAVE else ""
        answer = Command(
            letter.sender if names.robot(letter.sender, "sympa") else _robot(names),
            f"AUTH {token} {action} {names.local}{addressed}",
        )
    return Notice("sympa", kind, f"its command is {action}", named, token, answer)


def _titled(letter: Letter) -> set[str]:
    """The list that the subject of a confirmation with a link names."""
    match = _TITLE.search(letter.subject)
    return {match[1].lower()} if match else set()


def _leaver(letter: Letter) -> str:
    """The address that a command to leave names after its list."""
    match = _LEAVER.search(letter.subject)
    return match[1] if match else ""


class _Sympa(Manager):
    """Sympa takes requests to leave at its robot, wherever the list was joined."""

    def leave(self, names: CommandAddresses) -> Command:
        return Command(_robot(names), f"SIG {names.local}")


SYMPA = _Sympa("sympa", _recognise, joining=Command("sympa@{host}", "SUB {name}"))
