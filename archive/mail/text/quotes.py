"""Quotes: marked lines, their attributions, gaps within, and what only looks like a quote.

Some quotes stand between marks that people type themselves: ``Quote:`` to a
line of dashes, ``==== (Name)`` to a line of equals signs.
"""

from __future__ import annotations

import re

from archive.mail.text.attribution import COLONS, attribution_start, ends_in_verb, has_date
from archive.mail.text.consoles import release_consoles, release_indented
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
_MAX_LINK_LINES = 4
_ADDRESS_END = re.compile(r"<?[^<>\s]{1,80}(?:@| at )[^<>\s]{1,80}>\s?[:：]\Z")
_LINK = re.compile(r"<(?:https?|mailto|ftp):[^\s<>]{1,2000}>[.,;:)]?\Z")
_MAX_RUNS = 5_000
"""Quotes of one text that are looked at closer; no human's mail has so many."""
_SENTENCE_END = (".", "?", "!", ":", ";", ")", "-")


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
    previous, wrapped = -1, False
    for start, end in runs[:_MAX_RUNS]:
        if previous < 0 or not _fill_gap(marks, previous, start, wrapped):
            attributed = _attribute(marks, start) or attributed
        elif start - previous == 2 and marks.lines[start - 1].strip():
            wrapped = True
        previous = end - 1
        if wrapped and _ends_wrapped(marks, end):
            marks.kinds[end] = QUOTED
    if marks.indented:
        release_indented(marks, runs)
    release_consoles(marks, marks.quote_runs(), is_reply, attributed)


def _fill_gap(marks: LineMarks, before: int, after: int, wrapped: bool) -> bool:
    """Lines between two quoted lines that belong to the quote; False if the author's.

    wrapped: a program broke lines of this text already.
    """
    lines = marks.lines
    if after - before > MAX_BLANK_LINES:
        return False
    inner = [line for line in lines[before + 1 : after] if line and not line.isspace()]
    if inner and (
        after - before - 1 != len(inner) or not _is_wrapped(lines, before, after, wrapped)
    ):
        return False
    marks.mark(before + 1, after, QUOTED)
    return True


def _is_wrapped(lines: list[str], before: int, after: int, wrapped: bool) -> bool:
    """The unmarked lines between are what a program broke off the long line before them."""
    gap, quoted = lines[before + 1].strip(), lines[before].rstrip()
    if _is_link(lines, before + 1, after) or (after - before == 2 and _is_rest(quoted, gap)):
        return True
    return after - before == 2 and _is_broken_off(quoted, gap, wrapped)


def _is_broken_off(quoted: str, gap: str, wrapped: bool) -> bool:
    first_word = gap.split(" ", 1)[0]
    if len(quoted) + 1 + len(first_word) < _WRAP_WIDTH or quoted.endswith(_SENTENCE_END):
        return False
    small = gap[0].islower() or gap[0].isdigit()
    return len(gap) <= _MAX_WRAPPED and (small or (wrapped and gap[0].isalpha()))


def _ends_wrapped(marks: LineMarks, index: int) -> bool:
    """Line ``index``, right below a quote whose lines were broken, is the rest of its last."""
    lines = marks.lines
    if index >= marks.count or marks.kinds[index] != AUTHORED or not lines[index].strip():
        return False
    alone = index + 1 == marks.count or not lines[index + 1].strip()
    return alone and _is_broken_off(lines[index - 1].rstrip(), lines[index].strip(), False)


def _is_link(lines: list[str], start: int, end: int) -> bool:
    """A link fills the unmarked lines: pages are quoted so, and nobody answers with one alone."""
    text = "".join(line.strip() for line in lines[start : min(end, start + _MAX_LINK_LINES)])
    return end - start <= _MAX_LINK_LINES and _LINK.match(text) is not None


def _is_rest(quoted: str, gap: str) -> bool:
    """The end of an attribution within the quote: ``<address>`` and then ``wrote:``."""
    if _ADDRESS_END.match(gap):
        return has_date(quoted)
    return (
        gap[-1:] in COLONS
        and len(gap) < _MAX_WRAPPED
        and ends_in_verb(gap)
        and (quoted.endswith((">", ")", ",")) or has_date(quoted))
    )


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
