"""Blocks of header fields over a quoted message: ``From:``, ``Dari:``, ``Von:`` and so on.

Every check looks at a bounded stretch, so that any text is read in linear time.
"""

from __future__ import annotations

import re

from archive.mail.words.phrases import Words
from archive.mail.words.registry import gather

FROM, SENT, TO, SUBJECT, OTHER = "from", "sent", "to", "subject", "other"
_MAX_LINES = 24

_BY_KIND: dict[str, Words] = {
    OTHER: gather(lambda language: language.labels.other),
    TO: gather(lambda language: language.labels.recipient),
    SUBJECT: gather(lambda language: language.labels.subject),
    SENT: gather(lambda language: language.labels.sent),
    FROM: gather(lambda language: language.labels.sender),
}
LABELS = {word: kind for kind, words in _BY_KIND.items() for word in words}
"""The kind of header field that a label shows, by its words in lower case."""

OPENING_LABELS = tuple(label for kind in (FROM, SENT, SUBJECT) for label in _BY_KIND[kind])
"""What a block without a rule over it may begin with."""

_LABEL = re.compile(r"\s{0,8}\*{0,2}([^\W\d_][\w -]{0,24}?)\s?\*{0,2}\s?[:：]\*{0,2}(?=\s|$|\S)")


def label_of(line: str) -> str | None:
    """The kind of header field a line shows, or None."""
    match = _LABEL.match(line[:80].lstrip("\u200e\u200f"))
    return LABELS.get(match[1].lower().strip()) if match else None


def header_block(lines: list[str], start: int) -> tuple[int, set[str]]:
    """The line after a block of header fields at ``start``, and the kinds it holds.

    Blank lines before the first field, between a blank-spaced block's fields,
    and folded values are part of the block. An empty set means there is none.
    """
    kinds: set[str] = set()
    end = index = start
    limit = min(len(lines), start + _MAX_LINES)
    loose = 0
    while index < limit:
        line = lines[index]
        kind = label_of(line)
        if kind is not None:
            kinds.add(kind)
            end = index + 1
            loose = 0
        elif not line.strip():
            if kinds and (label_of(lines[index + 1]) is None if index + 1 < limit else True):
                break
        else:
            # A folded value goes on for a line or two before the next field.
            loose += 1
            if not kinds or loose > 3 or line[:1] == ">":
                break
        index += 1
    return end, kinds
