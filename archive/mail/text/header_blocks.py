"""Blocks of header fields over a quoted message: ``From:``, ``Dari:``, ``Von:`` and so on.

Every check looks at a bounded stretch, so that any text is read in linear time.
"""

from __future__ import annotations

import re

from archive.mail.words.phrases import Words
from archive.mail.words.registry import gather
from archive.mail.words.spellings import with_lost_accents

FROM, SENT, TO, SUBJECT, OTHER = "from", "sent", "to", "subject", "other"
_MAX_LINES = 24
_MAX_ONE_LINE = 1_000

_BY_KIND: dict[str, Words] = {
    FROM: gather(lambda language: language.labels.sender),
    SENT: gather(lambda language: language.labels.sent),
    SUBJECT: gather(lambda language: language.labels.subject),
    TO: gather(lambda language: language.labels.recipient),
    OTHER: gather(lambda language: language.labels.other),
}
LABELS: dict[str, str] = {}
"""The kind of header field that a label shows, by its words in lower case."""
for _kind, _words in _BY_KIND.items():
    LABELS.update(dict.fromkeys(_words, _kind))
for _kind, _words in _BY_KIND.items():
    # Without its accents a label may be another language's, which goes first.
    for _word in with_lost_accents(_words):
        LABELS.setdefault(_word, _kind)

OPENING_LABELS = tuple(word for word, kind in LABELS.items() if kind in (FROM, SENT, SUBJECT))
"""What a block without a rule over it may begin with."""

_LABEL = re.compile(
    r"[\s\u200e\u200f\u202a-\u202e]{0,12}[*_|]{0,2}\s?([^\s*_|:：<>][^*_|:：<>\n]{0,27}?)"
    r"\s?[*_|]{0,3}\s?[:：]"
)
_WITHIN = re.compile(
    r"(?:^|(?<=[\s*_>|;]))((?:[^\W\d_]|['’?\ufffd-]){1,16}(?: [^\W\d_]{1,10})?)"
    r"\s?[*_|]{0,2}\s?[:：]"
)


def label_of(line: str) -> str | None:
    """The kind of header field a line shows, or None."""
    match = _LABEL.match(line[:80])
    return LABELS.get(match[1].lower()) if match else None


def labels_within(line: str) -> list[tuple[int, str]]:
    """Where in a line names of header fields stand, and the kinds of these."""
    found = []
    for match in _WITHIN.finditer(line[:_MAX_ONE_LINE]):
        label = match[1].lower()
        kind = LABELS.get(label)
        start = match.start(1)
        if kind is None and " " in label:
            first, _, label = label.partition(" ")
            kind, start = LABELS.get(label), start + len(first) + 1
        if kind is not None:
            found.append((start, kind))
    return found


def _is_whole(kinds: set[str]) -> bool:
    """These fields are those of a message: its sender, and when, to whom and about what."""
    return FROM in kinds and len(kinds - {OTHER}) >= 3


def sender_within(line: str) -> int | None:
    """Where in a line a whole header block begins behind other words, or None."""
    found = labels_within(line)
    for number, (start, kind) in enumerate(found):
        if kind == FROM and start and _is_whole({one for _, one in found[number:]}):
            return start
    return None


def header_block(lines: list[str], start: int) -> tuple[int, set[str]]:
    """The line after a block of header fields at ``start``, and the kinds it holds.

    Blank lines before the first field, between a blank-spaced block's fields,
    and folded values are part of the block, and so is a block on one line. An
    empty set means there is none.
    """
    kinds: set[str] = set()
    end = index = start
    limit = min(len(lines), start + _MAX_LINES)
    loose, is_empty = 0, False
    while index < limit:
        line = lines[index]
        kind = label_of(line)
        if kind is not None:
            if not kinds and len(line) > 40:
                within = {one for _, one in labels_within(line)}
                if _is_whole(within):
                    return index + 1, within
            kinds.add(kind)
            end = index + 1
            loose, is_empty = 0, line.rstrip(" *_|")[-1:] in (":", "：")
        elif not line.strip():
            if kinds and not _goes_on(lines, index + 1, limit):
                break
        else:
            # A folded value goes on for a line or two before the next field.
            loose += 1
            if not kinds or loose > 3 or line[:1] == ">":
                break
            if is_empty:
                # The whole value was folded.
                end, is_empty = index + 1, False
        index += 1
    return end, kinds


def _goes_on(lines: list[str], index: int, limit: int) -> bool:
    """The next line is a field of the block too."""
    return index < limit and label_of(lines[index]) is not None
