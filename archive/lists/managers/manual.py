"""Any other list manager: the operator subscribes; what looks like a notice is shown to them."""

from __future__ import annotations

import re

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.manager import Manager
from archive.lists.managers.notice import Command, Notice, NoticeKind
from archive.lists.managers.wording import JOIN_ONLY, LEAVE_ONLY, says, welcomes

_ROLE = re.compile(
    r"(?:request|confirm|bounces?|help|admin|join|leave|subscribe|unsubscribe|subconfirm|noreply"
    r"|no-reply|confsub|confunsub)(?:[-+.].*)?\Z",
    re.DOTALL,
)
_ROBOTS = ("listserv", "majordomo", "sympa", "mailman", "listproc", "ecartis", "noreply")
_CONFIRM = re.compile(
    r"confirm|konfirm|bestätig|bevestig|conferm|potvr|bekr[æä]ft|vahvist|подтвержд|確認|确认|확인",
    re.IGNORECASE,
)


def _join(names: CommandAddresses) -> Command | None:
    return Command(names.request_address, "subscribe", "") if names.request_address else None


def _leave(_: CommandAddresses) -> None:
    return None


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    role = names.command_of(letter.sender)
    of_list = role is not None and _ROLE.match(role) is not None
    if not of_list and not names.robot(letter.sender, *_ROBOTS):
        return None
    if letter.is_post:
        return None
    said = says(letter.subject)
    if _CONFIRM.search(letter.subject):
        kind = NoticeKind.CONFIRM_OTHER
        if said == JOIN_ONLY:
            kind = NoticeKind.CONFIRM_JOIN
        elif said == LEAVE_ONLY:
            kind = NoticeKind.CONFIRM_LEAVE
        return Notice("manual", kind, "how its sender wants to be answered is not known")
    if welcomes(letter.subject):
        return Notice("manual", NoticeKind.WELCOME, "its subject bids welcome")
    if said == LEAVE_ONLY:
        return Notice("manual", NoticeKind.GOODBYE, "its subject speaks of leaving")
    return Notice("manual", NoticeKind.OTHER, "it comes from an address of a list manager")


MANUAL = Manager("manual", _join, _leave, _recognise)
