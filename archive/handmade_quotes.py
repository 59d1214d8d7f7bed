"""Quotes between marks that people type themselves.

``Quote:`` to a line of dashes, ``==== (Name)`` to a line of equals signs.
"""

from __future__ import annotations

import re

_MAX_LINES = 60
_WORD = re.compile(r"(?:quote|kutipan|kutip)\s{0,4}:?\s*\Z", re.IGNORECASE)
_NAMED = re.compile(r"={4,80}\s{0,4}\([^()]{1,40}\)\s*\Z")
_DASHES = re.compile(r"-{3,80}\s*\Z")
_EQUALS = re.compile(r"={4,80}\s*\Z")


def handmade_end(lines: list[str], opening: int) -> int | None:
    """The line after the mark that closes what the line ``opening`` opens, or None."""
    if _WORD.match(lines[opening][:80]):
        closing = _DASHES
    elif _NAMED.match(lines[opening][:140]):
        closing = _EQUALS
    else:
        return None
    for index in range(opening + 1, min(len(lines), opening + _MAX_LINES)):
        if lines[index][:1] in "-=" and closing.match(lines[index][:100]):
            return index + 1
    return None
