"""Folders of pipermail, the archiver of Mailman 2: a text file a month, plain or gzipped.

Such a file is an mbox whose addresses are obscured, whose posts are stripped
to text and keep six header fields at most. The pages and attachments beside
the months show the same posts once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from archive.importing.formats.folders import entries
from archive.importing.formats.source import Found, PassedOver, Place
from archive.mail.dates import MONTHS

_PERIOD = re.compile(
    r"(?:(?P<year>\d{4})(?:-(?P<month>[A-Z][a-z]{2,8}|\d\d)|q(?P<quarter>[1-4]))?"
    r"|(?:Week-of-Mon-)?(?P<day>\d{8}))(?P<text>\.txt(?:\.gz)?)?"
)
_OBSCURED = re.compile(rb"From [^\n]{1,300} at [^\n]{1,300}\n")
_PAGES = ("attachments", "database")


def is_pipermail_text(head: bytes, _name: str) -> bool:
    """Its first separator holds an obscured address."""
    return _OBSCURED.match(head.lstrip(b"\r\n")) is not None


def is_pipermail(folder: Path) -> bool:
    """It holds text files that are named after months, quarters, weeks or years."""
    names = (entry.name for entry in islice(folder.iterdir(), 10_000))
    return any(_begins(name) and ".txt" in name for name in names)


def read_pipermail(folder: Place, _max_bytes: int) -> Iterator[Found | Place]:
    """The months in the order of time; of ``.txt`` and ``.txt.gz`` the former, which is newer."""
    months: list[tuple[tuple[int, int], Place]] = []
    names = {path.name for path in folder.path.iterdir()}
    for one in entries(folder):
        if not isinstance(one, Place):
            yield one
            continue
        name = one.path.name
        begins = _begins(name)
        is_page = one.path.is_dir() and (begins or name in _PAGES)
        if is_page or (name.removesuffix(".gz") != name and name.removesuffix(".gz") in names):
            yield PassedOver(one.name)
        elif begins and ".txt" in name:
            months.append((begins, one))
        elif one.path.is_dir() or not name.endswith((".html", ".pck")):
            yield one
        else:
            yield PassedOver(one.name)
    yield from (place for _, place in sorted(months, key=lambda month: month[0]))


def is_shown_again(folder: Path, siblings: set[str]) -> bool:
    """Pipermail's text of what ``LIST.mbox/LIST.mbox`` beside it holds in full."""
    box = f"{folder.name}.mbox"
    return box in siblings and (folder.parent / box / box).is_file() and is_pipermail(folder)


def _begins(name: str) -> tuple[int, int] | None:
    """Year, and month or day in it, of a period's first day."""
    match = _PERIOD.fullmatch(name)
    if match is None:
        return None
    if match["day"]:
        return int(match["day"][:4]), int(match["day"][4:])
    month = match["month"] or "01"
    number = int(month) if month.isdigit() else MONTHS.get(month.lower(), 0)
    if match["quarter"]:
        number = int(match["quarter"]) * 3 - 2
    return (int(match["year"]), number * 100) if number else None
