"""GNU Mailman 2.1."""

from __future__ import annotations

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.mailman3 import is_version_3
from archive.lists.managers.mailman_notices import read_notice
from archive.lists.managers.manager import Manager
from archive.lists.managers.notice import Command, Notice


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    return None if is_version_3(letter) else read_notice("mailman2", letter, names)


MAILMAN2 = Manager(
    "mailman2",
    _recognise,
    joining=Command("{name}-join@{host}", "subscribe"),
    leaving=Command("{name}-leave@{host}", "unsubscribe"),
)
