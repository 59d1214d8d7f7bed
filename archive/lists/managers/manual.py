"""Any other list manager: the operator subscribes; what looks like a notice is shown to them."""

from __future__ import annotations

import re

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.manager import Manager, by_words, certain_kind
from archive.lists.managers.notice import Command, Notice, NoticeKind
from archive.lists.managers.wording import says

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


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    role = names.command_of(letter.sender)
    of_list = role is not None and _ROLE.match(role) is not None
    if not of_list and not names.robot(letter.sender, *_ROBOTS):
        return None
    if letter.is_post:
        return None
    if _CONFIRM.search(letter.subject):
        kind = certain_kind(says(letter.subject)) or NoticeKind.CONFIRM_OTHER
        return Notice("manual", kind, "how its sender wants to be answered is not known")
    return by_words("manual", letter.subject, "it comes from an address of a list manager")


MANUAL = Manager("manual", _recognise, joining=Command("", "subscribe"), leaving=Command(""))
