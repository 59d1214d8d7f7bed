"""Telling the notices of list managers from posts."""

from __future__ import annotations

import re
from dataclasses import replace

from archive.lists.managers import MANAGERS
from archive.lists.managers.detection import detect_manager
from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.notice import Notice, NoticeKind
from archive.mail.headers import Headers

_ROBOTS = frozenset(
    "listserv majordomo owner-majordomo mj2 sympa mailman mailman-owner mailman-bounces postmaster"
    " listproc ecartis noreply no-reply support".split()
)

_MEMBER = re.compile(
    r"\b(?:you are|is|are)\s+already\s+(?:a\s+)?(?:member|subscribe[dr]|on the list)",
    re.IGNORECASE,
)
_ANSWERS = frozenset({NoticeKind.COMMAND_RESULT, NoticeKind.REFUSED, NoticeKind.OTHER})


def recognise_notice(
    raw: bytes,
    list_address: str,
    *,
    headers: Headers | None = None,
    request_address: str | None = None,
    expected: str | None = None,
) -> Notice | None:
    """What a list manager's notice is, or None for a post and for mail of anybody else.

    headers: of ``raw``, where somebody has read them already.
    list_address: the list to whose receiving address it came, lower-case.
    request_address: where requests for the list go, if not to the manager's
    usual address.
    expected: the manager that the list is known to have; where the letter does
    not tell its own, its reading goes first.

    Never raises; for a post it costs a look at From and Reply-To.
    """
    letter = Letter(raw, headers)
    names = CommandAddresses(list_address, request_address)
    if not _may_be_notice(letter, names):
        return None
    order = dict.fromkeys((detect_manager(letter.headers), expected, *MANAGERS))
    for name in order:
        manager = MANAGERS.get(name or "")
        notice = manager.recognise(letter, names) if manager is not None else None
        if notice is not None:
            return _of_a_member(letter, notice)
    return None


def _of_a_member(letter: Letter, notice: Notice) -> Notice:
    """Who is told to be a member already has joined, however the answer is headed."""
    if notice.kind in _ANSWERS and _MEMBER.search(letter.text):
        reason = "it says that the archive is a member already"
        return replace(notice, kind=NoticeKind.WELCOME, reason=reason)
    return notice


def _may_be_notice(letter: Letter, names: CommandAddresses) -> bool:
    """From is one of the list's command addresses, or of its site's robots.

    Sympa's invitations come From the member who invites; answers go to the robot.
    """
    if letter.reply_to and names.robot(letter.reply_to, "sympa"):
        return True
    sender = letter.sender.lower()
    if not sender:
        return False
    if names.command_of(sender) is not None or sender == (names.request_address or "").lower():
        return True
    local = sender.partition("@")[0]
    if local in _ROBOTS or local == f"owner-{names.local}":
        return True
    return "x-list-administrivia" in letter.headers
