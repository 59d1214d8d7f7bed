"""Undo the line breaks of mail programs in prose, and only those.

A program breaks a line where the next word would not have fit (RFC 3676 section 4.2 calls
it generating); a writer breaks it where he means to. In doubt the break was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

NARROWEST, WIDEST = 55, 100
"""Characters of a line at which mail programs break: none narrower, none wider."""

_LONG_LINE = 40
_LONG_WORD = 20
_GREETING = 25
_LEAST_WORDS = 6
_NEUTRAL = 0.2
"""No line below that weight has a sign of being anything but words."""
_ITEM = re.compile(r"\s{0,12}(?:[-*+•·–]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s")
_OPENS = re.compile(
    r"\s{0,12}(?:[>|#]|[-*+•·–]\s?\S|\(?(?:\d{1,3}|[a-z])[.)]\s|[^\W\d_][\w-]{0,20}:\s)"
)
_UNSPACED = re.compile("[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef]")


def is_item(line: str) -> bool:
    """Whether the line begins an item of a list."""
    return _ITEM.match(line) is not None


def unwrapped(lines: Sequence[str], weights: Sequence[float]) -> Iterator[str]:
    """The lines as the writer meant them: those joined that a mail program broke.

    weights: the lines' signs (``api.pages.bodies.signs``); what may be anything but prose is
    joined to nothing. Lines keep their indentation.
    """
    width = _width(lines)
    free = width is None or _is_verse(lines, width)
    parts: list[str] = [lines[0]]
    for number in range(1, len(lines)):
        before, line = lines[number - 1], lines[number]
        safe = _is_prose(before, weights[number - 1]) and _is_prose(line, weights[number])
        if safe and not free and width is not None and _was_broken(before, line, width):
            parts.append(_glue(before, line) + line.strip())
            continue
        yield "".join(parts)
        parts = [line]
    yield "".join(parts)


def _width(lines: Sequence[str]) -> int | None:
    """The width at which a program broke the lines, or None if none did.

    A line of one long word, such as an address, says nothing.
    """
    width = max((len(line) for line in lines if len(line) <= WIDEST), default=0)
    if width < NARROWEST or any(len(line) > WIDEST and " " in line.strip() for line in lines):
        return None
    return width


def _is_prose(line: str, weight: float) -> bool:
    return weight < _NEUTRAL or (weight < 1 and len(line.split()) >= _LEAST_WORDS)


def _is_verse(lines: Sequence[str], width: int) -> bool:
    """All lines begin like a sentence, and not all breaks are where a program makes them."""
    if len(lines) < 3 or not all(line.lstrip("\"'“‘*_ ")[:1].isupper() for line in lines):
        return False
    return not all(
        _is_full(lines[number - 1], lines[number], width) for number in range(1, len(lines))
    )


def _is_full(before: str, line: str, width: int) -> bool:
    """The first word of ``line`` would not have fit behind ``before``."""
    return len(before) + 1 + len(line.split(maxsplit=1)[0]) > width


def _was_broken(before: str, line: str, width: int) -> bool:
    first = line.split(maxsplit=1)[0]
    greets = len(line) <= _GREETING and line.endswith(",")
    if greets or before.endswith(":") or _OPENS.match(line) or _is_deeper(before, line):
        return False
    if len(before) > WIDEST or _is_alone(before) or before.split(maxsplit=1)[0] == first != "I":
        return False
    if len(before) <= _LONG_LINE and len(first) > _LONG_WORD:
        # Nobody's program leaves a line so empty for an address; its writer did.
        return False
    goes_on = len(before) > _LONG_LINE and first[0].islower()
    return goes_on or _is_full(before, line, width)


def _is_alone(line: str) -> bool:
    """One long word, such as an address; scripts without blanks have no such thing."""
    return " " not in line.strip() and not _UNSPACED.match(line.strip()[0])


def _is_deeper(before: str, line: str) -> bool:
    """The line stands further in than the one before, whose item or paragraph it does not go on."""
    depth = _depth(line) - _depth(before)
    return depth >= 2 and not (is_item(before) and depth <= 4)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _glue(before: str, line: str) -> str:
    """A blank, except between letters of scripts that write none."""
    unspaced = _UNSPACED.match(before[-1]) and _UNSPACED.match(line.lstrip()[0])
    return "" if unspaced else " "
