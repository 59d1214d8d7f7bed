"""Read ``.mailmap`` files as git does (gitmailmap(5))."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.errors import UsageError
from archive.mail.addresses import canonical_email

MAX_LINES = 200_000
_LINE = re.compile(
    r"(?P<proper>[^<>#]*)<(?P<first>[^<>\s]+)>(?:(?P<name>[^<>#]*)<(?P<second>[^<>\s]+)>)?\s*(?:#.*)?"
)


@dataclass(frozen=True, slots=True)
class MailmapEntry:
    """One line: mail from ``email`` belongs to the person with the proper name and address.

    name: if given, the line applies only to mail under this name.
    proper_name: None when the line gives only an address.
    """

    proper_name: str | None
    proper_email: str
    name: str | None
    email: str


def read_mailmap(text: str) -> list[MailmapEntry]:
    """Parse a ``.mailmap``.

    Raises ``UsageError``, which names the first invalid line.
    """
    entries: list[MailmapEntry] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if number > MAX_LINES:
            raise UsageError(f"a .mailmap has at most {MAX_LINES} lines")
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            entries.append(_entry(number, stripped))
    return entries


def _entry(number: int, line: str) -> MailmapEntry:
    match = _LINE.fullmatch(line[:2_000])
    if match is None:
        raise UsageError(f"line {number}: not a line of a .mailmap: {line[:100]!r}")
    proper_email = canonical_email(match["first"])
    email = canonical_email(match["second"] or match["first"])
    if proper_email is None or email is None:
        raise UsageError(f"line {number}: no address: {line[:100]!r}")
    proper_name = " ".join(match["proper"].split())[:200] or None
    name = " ".join((match["name"] or "").split())[:200] or None
    if match["second"] is None and proper_name is None:
        raise UsageError(f"line {number}: says nothing of <{proper_email}>")
    return MailmapEntry(proper_name, proper_email, name, email)
