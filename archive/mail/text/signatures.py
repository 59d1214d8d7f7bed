"""Signatures without a separator: the lines at an end that say how to reach the author.

A name alone is a greeting's end and stays the author's; a block counts only
with an address or telephone number on a line of its own and a second such line,
or as a name over the device that it was written on. Below ``best regards`` it may have
several paragraphs.
"""

from __future__ import annotations

import re

from archive.mail.text.footers import DEVICES, bare
from archive.mail.text.line_kinds import AUTHORED, SIGNATURE, LineMarks
from archive.mail.words.openings import Openings
from archive.mail.words.registry import gather
from archive.mail.words.spellings import with_lost_accents

_MAX_LINES = 12
_MAX_WIDTH = 70
_LABEL = r"(?:[^\W\d_][\w -]{0,11}[.:]\s*|[^\W\d_]\.?\s+)?"
REACH = re.compile(
    rf"\W{{0,3}}{_LABEL}(?:<?[\w.+-]{{1,64}}(?:@| at )[\w-]{{1,60}}(?:\.[\w-]{{1,60}}){{1,5}}>?"
    r"|[+(]?\d[\d ().-]{5,20}\d(?:\s?(?:x|ext\.?)\s?\d{1,6})?)\W{0,3}\Z",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"\W{{0,3}}{_LABEL}(?:https?://|www\.)[^\s<>]{{3,100}}\W{{0,2}}\Z|skype: \S+\Z", re.IGNORECASE
)
_NAME = re.compile(
    r"\W{0,3}[^\W\d_a-z][\w.'’-]{0,20}(?: [^\W\d_][\w.'’-]{0,20}){0,4}"
    # Degrees: ``, Ph.D.``, ``, S.T., M.T.``
    r"(?:, ?[A-Z][A-Za-z]{0,4}(?:\.[A-Za-z]{1,4}){0,3}\.?){0,4},?[^.?!:;]{0,20}\Z"
)
CLOSINGS = frozenset(with_lost_accents(gather(lambda language: language.endings.closings)))
_AFTER_CLOSING = " \t,.!;:-–—"
_MAX_CLOSED_LINES = 30
_MAX_CLOSED_WIDTH = 100
_DEVICE_NOTES = Openings(
    gather(lambda language: language.endings.device_notes),
    {"device": DEVICES},
    gap=20,
    stops=",;:?!",
)
_RULE = re.compile(r"([-_=*/#~])\1{4,}\s*\Z")


def mark_contact_block(marks: LineMarks) -> None:
    """Mark the last lines of the author's own text when they are a contact block."""
    end = _authored_end(marks)
    for start in (_block_start(marks, end), _closed_start(marks, end)):
        if start is not None and not marks.is_first_text(start) and _is_block(marks, start, end):
            marks.mark(start, end, SIGNATURE)
            return


def _is_block(marks: LineMarks, start: int, end: int) -> bool:
    """These lines say how to reach somebody whom they name, or whom a closing leads to."""
    lines = [line for line in marks.lines[start:end] if line.strip()]
    closed = _is_closing(marks, start)
    width = _MAX_CLOSED_WIDTH if closed else _MAX_WIDTH
    if any(len(line) > width or line.rstrip()[-1:] in "?!" for line in lines):
        return False
    reached = sum(REACH.match(line) is not None for line in lines)
    placed = sum(_PLACE.match(line) is not None for line in lines)
    named = closed or _NAME.match(lines[0]) is not None
    if reached and reached + placed >= 2:
        return named or _RULE.match(lines[0]) is not None
    return named and len(lines) == 2 and _DEVICE_NOTES.match(bare(lines[1]))


def _is_closing(marks: LineMarks, start: int) -> bool:
    """The line with text before ``start`` closes a letter, and nothing else."""
    for index in range(start - 1, max(-1, start - 4), -1):
        if marks.lines[index].strip():
            return bare(marks.lines[index]).rstrip(_AFTER_CLOSING) in CLOSINGS
    return False


def _closed_start(marks: LineMarks, end: int) -> int | None:
    """The line after the closing of the letter, where that is near the end."""
    for index in range(end - 1, max(0, end - _MAX_CLOSED_LINES), -1):
        if marks.kinds[index] != AUTHORED:
            return None
        if marks.lines[index].strip() and _is_closing(marks, index):
            return index
    return None


def _authored_end(marks: LineMarks) -> int:
    """The line after the last one with the author's text."""
    end = marks.count
    while end > 0 and (marks.kinds[end - 1] != AUTHORED or not marks.lines[end - 1].strip()):
        end -= 1
    return end


def _block_start(marks: LineMarks, end: int) -> int | None:
    """The first line of the last paragraph; of the last ruled part, blank lines and all."""
    paragraph: int | None = None
    filled = 0
    for index in range(end - 1, max(-1, end - 3 * _MAX_LINES), -1):
        line = marks.lines[index]
        if marks.kinds[index] != AUTHORED:
            break
        filled += bool(line.strip())
        if filled > _MAX_LINES + 1:
            break
        if not line.strip() and paragraph is None:
            paragraph = index + 1
        if _RULE.match(line):
            return index
    return paragraph if paragraph is not None and end - paragraph <= _MAX_LINES else None
