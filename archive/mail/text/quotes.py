"""Quotes: marked lines, their attributions, gaps within, and what only looks like a quote.

Some quotes stand between marks that people type themselves: ``Quote:`` to a
line of dashes, ``==== (Name)`` to a line of equals signs.
"""

from __future__ import annotations

import re

from archive.mail.text.attribution import attribution_start
from archive.mail.text.line_kinds import ATTRIBUTION, AUTHORED, MAX_BLANK_LINES, QUOTED, LineMarks
from archive.mail.words.registry import gather

_MAX_LINES = 60
BY_HAND = frozenset(gather(lambda language: language.quoting.by_hand))
"""What stands over a quote that ends at a line of dashes."""
_NAMED = re.compile(r"={4,80}\s{0,4}\([^()]{1,40}\)\s*\Z")
_DASHES = re.compile(r"-{3,80}\s*\Z")
_EQUALS = re.compile(r"={4,80}\s*\Z")
_WRAP_WIDTH = 66
"""Mail is wrapped at 72 to 80 columns; a line this long may have lost its last words."""
_MAX_WRAPPED = 40
_MAX_RUNS = 10_000
"""Quotes of one text that are looked at closer; no human's mail has so many."""
_SENTENCE_END = (".", "?", "!", ":", ";", ")", "-")

# A console shows what was typed after a ``> ``: calls, assignments, comments. R and Python's
# ``>>>`` do; so do others.
_TYPED = re.compile(
    r"\s*>(?:>> )? ?(?:[\w.]+\s*(?:\(|<-|=|\[|\$|::|<<-)|[?#{}(\"]|(?:library|require)\b)"
)
_EMPTY_MARK = re.compile(r"[\s>]*\Z")
_OUTPUT = ("[1]", "Err", "War", "+ ", "Loa")


def mark_handmade(marks: LineMarks, opening: int) -> int:
    """Mark the quote that people's own marks enclose from ``opening`` on; the line after it.

    ``opening`` itself when there is none.
    """
    line = marks.lines[opening]
    if line[:80].rstrip().removesuffix(":").rstrip().lower() in BY_HAND:
        closing = _DASHES
    elif _NAMED.match(line[:140]):
        closing = _EQUALS
    else:
        return opening
    if not marks.may_check():
        return opening
    for index in range(opening + 1, min(marks.count, opening + _MAX_LINES)):
        if marks.lines[index][:1] in "-=" and closing.match(marks.lines[index][:100]):
            marks.attributed = True
            marks.mark(opening, opening + 1, ATTRIBUTION)
            marks.mark(opening + 1, index + 1, QUOTED)
            return index + 1
    return opening


def finish_quotes(marks: LineMarks, is_reply: bool) -> None:
    """Mark attributions before quotes and gaps within them, and give consoles back to the author.

    ``is_reply`` False tells that the message answers none: without any
    attribution its ``>`` lines may be what the author typed.
    """
    runs = marks.quote_runs()
    attributed = marks.attributed
    previous = -1
    for start, end in runs[:_MAX_RUNS]:
        if previous < 0 or not _fill_gap(marks, previous, start):
            attributed = _attribute(marks, start) or attributed
        previous = end - 1
    if marks.indented:
        _release_indented(marks, runs)
    if not is_reply and not attributed and _is_console(marks, runs):
        for start, end in runs:
            marks.mark(start, end, AUTHORED)
    else:
        _release_typed(marks)


def _fill_gap(marks: LineMarks, before: int, after: int) -> bool:
    """Lines between two quoted lines that belong to the quote; False if the author's."""
    lines = marks.lines
    if after - before > MAX_BLANK_LINES:
        return False
    inner = [line for line in lines[before + 1 : after] if line and not line.isspace()]
    if not inner:
        marks.mark(before + 1, after, QUOTED)
        return True
    if after - before != 2:
        return False
    gap, quoted = inner[0].strip(), lines[before].rstrip()
    first_word = gap.split(" ", 1)[0]
    if len(quoted) + 1 + len(first_word) < _WRAP_WIDTH or quoted.endswith(_SENTENCE_END):
        return False
    if len(gap) > _MAX_WRAPPED or not (gap[0].islower() or gap[0].isdigit()):
        return False
    marks.mark(before + 1, after, QUOTED)
    return True


def _attribute(marks: LineMarks, quote: int) -> bool:
    """Mark the attribution right before a quote, if there is one."""
    last = quote - 1
    lowest = max(0, quote - MAX_BLANK_LINES)
    while last >= lowest and not marks.lines[last].strip():
        last -= 1
    if last < lowest or marks.kinds[last] != AUTHORED:
        return last >= lowest and marks.kinds[last] == ATTRIBUTION
    start = attribution_start(marks.lines, last)
    if start is None:
        return False
    marks.mark(start, last + 1, ATTRIBUTION)
    return True


def _release_indented(marks: LineMarks, runs: list[tuple[int, int]]) -> None:
    """Indented ``>`` lines are quotes only where an attribution says so: HTML indents consoles."""
    attributed = False
    for start, end in runs:
        for index in range(start, end):
            if marks.lines[index][:1] == ">":
                continue
            attributed = attributed or _follows_attribution(marks, index)
            if not attributed or _TYPED.match(marks.lines[index]):
                marks.kinds[index] = AUTHORED


def _follows_attribution(marks: LineMarks, index: int) -> bool:
    before = index - 1
    while before >= max(0, index - MAX_BLANK_LINES) and not marks.lines[before].strip():
        before -= 1
    return before >= 0 and marks.kinds[before] == ATTRIBUTION


def _is_console(marks: LineMarks, runs: list[tuple[int, int]]) -> bool:
    """At least half of the marked lines look typed, and none is a quote in a quote."""
    typed = filled = 0
    for start, end in runs[:200]:
        for line in map(str.strip, marks.lines[start : min(end, start + 200)]):
            if line.startswith((">>", "> >")) and not line.startswith(">>> "):
                return False
            if not _EMPTY_MARK.match(line):
                filled += 1
                typed += _TYPED.match(line) is not None
    return typed * 2 >= filled and typed > 0


def _release_typed(marks: LineMarks) -> None:
    """Typed lines right above a console's unmarked output are the author's."""
    lines, kinds = marks.lines, marks.kinds
    for _, following in marks.quote_runs():
        if following >= marks.count or kinds[following] != AUTHORED:
            continue
        if lines[following][:3] not in _OUTPUT and lines[following][:2] not in _OUTPUT:
            continue
        number = following - 1
        while number >= 0 and kinds[number] == QUOTED and _TYPED.match(lines[number]):
            kinds[number] = AUTHORED
            number -= 1
