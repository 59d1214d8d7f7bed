"""GNU Mailman 3."""

from __future__ import annotations

import re

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.mailman_notices import read_notice
from archive.lists.managers.manager import Manager
from archive.lists.managers.notice import Command, Notice

_MAILMAN_2_TEXT = re.compile(r"mailing list \w+ confirmation notice", re.IGNORECASE)
_BARE_CONFIRM = re.compile(r"confirm [0-9a-f]{40}\Z")


def is_version_3(letter: Letter) -> bool:
    """Written by Mailman 3, so far as the letter tells; version 2 stamps its notices."""
    version = letter.headers.raw("x-mailman-version").strip()
    if version:
        return version.startswith("3")
    if "x-list-administrivia" in letter.headers:
        return False
    if letter.subject.startswith("Your confirmation is required to"):
        return False
    if _BARE_CONFIRM.match(letter.subject):
        return "Email Address" in letter.text and not _MAILMAN_2_TEXT.search(letter.text)
    return True


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    return read_notice("mailman3", letter, names) if is_version_3(letter) else None


MAILMAN3 = Manager(
    "mailman3",
    _recognise,
    # Mail to these addresses is a command whatever it says; a Subject would only be noise.
    joining=Command("{name}-join@{host}", "join"),
    leaving=Command("{name}-leave@{host}", "leave"),
)
