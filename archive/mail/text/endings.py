"""Device lines, footers, disclaimers and notes on removed parts: found by how they begin."""

from __future__ import annotations

import re

from archive.mail.text.attribution import MAX_ATTRIBUTION, attribution_start, opens_attribution
from archive.mail.text.footers import (
    is_banner,
    is_device_line,
    is_disclaimer,
    is_footer_line,
    is_list_software_line,
    is_list_text,
    is_scrubbed_note,
    may_disclaim,
)
from archive.mail.text.line_kinds import AUTHORED, DISCLAIMER, FOOTER, SIGNATURE, LineMarks
from archive.mail.text.originals import is_plain_rule, kind_of_rule, rule_before

_MAX_FOOTER_LINES = 30
_MAX_NOTE_LINES = 12
_MAX_BANNER_LINES = 8
_MAX_DROPPED = 40
_MAX_ADVERT_LINES = 10
_MAX_SHORT_FOOTER = 8
_LINKED = re.compile(r"https?://|\S@\S| at \S+\.")
_ADVERT_RULE = 60
"""Dashes of the rule over an advert."""
_DROPPED = re.compile(r"\{\{dropped(?::\d{1,6})?\}\}\s*\Z")
_LEAST_FULL = 40
"""Characters of a line that may have been wrapped."""


# Each mark_… function marks what begins at a line and gives the line after it; the line itself
# when nothing does.


def mark_device_line(marks: LineMarks, index: int) -> int:
    """Mark a line with which a device signs."""
    line = marks.lines[index]
    if not is_device_line(line, True) or _goes_on(marks, index):
        return index
    if not is_device_line(line, _ends_part(marks, index)):
        return index
    marks.kinds[index] = SIGNATURE
    return index + 1


def mark_footer_line(marks: LineMarks, index: int) -> int:
    """Mark a footer by the line it begins with."""
    if not is_footer_line(marks.lines[index]) or _goes_on(marks, index):
        return index
    if marks.is_first_text(index):
        # Nobody sends a footer alone: this tells somebody how to leave the list.
        return index
    return mark_footer(marks, index) if _is_near_end(marks, index) else index


def mark_disclaimer(marks: LineMarks, index: int) -> int:
    """Mark the paragraph of a legal notice, and a rule over it."""
    line = marks.lines[index]
    if not may_disclaim(line) or not is_disclaimer(line, _paragraph(marks, index)):
        return index
    if _goes_on(marks, index) or not _is_near_end(marks, index):
        return index
    end = index
    while end < marks.count and marks.lines[end].strip():
        end += 1
    marks.mark(rule_before(marks, index), end, DISCLAIMER)
    return end


def mark_banner(marks: LineMarks, index: int) -> int:
    """Mark the paragraph by which an organisation warns of mail from outside, and rules around."""
    if not is_banner(marks.lines[index]) or _goes_on(marks, index):
        return index
    end = index
    while end < marks.count and end < index + _MAX_BANNER_LINES and marks.lines[end].strip():
        end += 1
    if (ends_bracket := _closing_bracket(marks, index, end)) is not None:
        end = ends_bracket + 1
    elif not marks.is_first_text(rule_before(marks, index)) and not _ends_part(marks, end - 1):
        # Amid the author's words it may be the author's too.
        return index
    marks.mark(rule_before(marks, index), end, FOOTER)
    following = marks.next_text(end)
    if following is not None and is_plain_rule(marks.lines[following]):
        marks.mark(end, following + 1, FOOTER)
        return following + 1
    return end


def _closing_bracket(marks: LineMarks, start: int, end: int) -> int | None:
    """The line that closes a bracket which line ``start`` opens."""
    if marks.lines[start].lstrip()[:1] != "[":
        return None
    lines = range(start, end)
    return next((at for at in lines if marks.lines[at].rstrip()[-1:] == "]"), None)


def mark_dropped(marks: LineMarks) -> None:
    """Mark lines whose rest list software cut off, ``…{{dropped:9}}``, and a rule over them."""
    for index, line in enumerate(marks.lines):
        if marks.kinds[index] == AUTHORED and _DROPPED.search(line[-_MAX_DROPPED:]):
            kind = DISCLAIMER if may_disclaim(line) else FOOTER
            marks.mark(rule_before(marks, index), index + 1, kind)


def mark_removed_part(marks: LineMarks, index: int) -> int:
    """Mark what list software put in the place of a part, with what it says of it."""
    if not is_list_software_line(marks.lines[index]):
        return index
    end = index + 1
    while end < marks.count and end < index + _MAX_NOTE_LINES:
        text = marks.lines[end].strip()
        if text and not is_scrubbed_note(text):
            break
        end += 1
    marks.mark(index, end, FOOTER)
    return end


def is_footer_ahead(marks: LineMarks, index: int, *, begun: bool = False) -> bool:
    """One of the three lines from ``index`` on is of a list footer, or begins a footer."""
    return any(
        is_list_text(text) or (begun and is_footer_line(text))
        for text in marks.lines[index : index + 3]
    )


def is_list_footer(marks: LineMarks, index: int) -> bool:
    """A footer begins at ``index``, or a few last lines on a list and where it is found."""
    lines = marks.lines[index : index + 3]
    if is_footer_line(lines[0]):
        return True
    found = any(is_list_text(line) for line in lines) and any(map(_LINKED.search, lines))
    left = marks.lines[index : index + _MAX_SHORT_FOOTER + 1]
    return found and len(left) <= _MAX_SHORT_FOOTER


def mark_footer(marks: LineMarks, index: int) -> int:
    """Mark a footer from a line to the end, or to the next quote; the line after."""
    end = index + 1
    filled = 0
    while end < marks.count and filled < _MAX_FOOTER_LINES:
        line = marks.lines[end]
        if line[:1] == ">":
            end = _before_attribution(marks, index + 1, end)
            break
        if kind_of_rule(line) is not None:
            break
        filled += bool(line.strip())
        end += 1
    marks.mark(_advert_before(marks, rule_before(marks, index)), end, FOOTER)
    return end


def _advert_before(marks: LineMarks, start: int) -> int:
    """The long rule of dashes over an advert that stands right upon a footer's rule, or ``start``.

    SourceForge put them there. A signature under such a rule is no own text either.
    """
    if not is_plain_rule(marks.lines[start]):
        return start
    for index in range(start - 1, max(-1, start - _MAX_ADVERT_LINES), -1):
        line = marks.lines[index]
        if marks.kinds[index] != AUTHORED or not line.strip():
            break
        if len(line) >= _ADVERT_RULE and not line.strip("-"):
            return index
    return start


def _before_attribution(marks: LineMarks, first: int, quote: int) -> int:
    """The attribution between ``first`` and a quote, or else the quote itself."""
    last = quote - 1
    while last > first and not marks.lines[last].strip():
        last -= 1
    start = attribution_start(marks.lines, last) if last >= first else None
    return start if start is not None and start >= first else quote


def _paragraph(marks: LineMarks, index: int) -> str:
    """The first four lines of the paragraph at ``index`` as one, with single spaces."""
    lines = marks.lines[index : index + 4]
    last = next((at for at, line in enumerate(lines) if not line.strip()), 4)
    return " ".join(" ".join(lines[:last])[:1_000].split())


def _goes_on(marks: LineMarks, index: int) -> bool:
    """A line in small letters may be the rest of a sentence that was wrapped."""
    if not marks.lines[index][:1].islower():
        return False
    before = marks.lines[index - 1].rstrip() if index else ""
    return len(before) >= _LEAST_FULL and before[-1] not in ".!?:;>"


def _ends_part(marks: LineMarks, index: int) -> bool:
    """Nothing of the author's follows: the end, a quote, a rule or an attribution."""
    following = marks.next_text(index + 1)
    if following is None:
        return True
    line = marks.lines[following]
    if line[:1] in ">_-" or kind_of_rule(line) is not None:
        return True
    last = min(marks.count, following + 3)
    return any(
        marks.lines[number].rstrip()[-1:] == ":"
        and attribution_start(marks.lines, number) == following
        for number in range(following, last)
    )


def _is_near_end(marks: LineMarks, index: int) -> bool:
    """At most a footer's worth of lines remains before the end or the next quote."""
    filled = 0
    for number in range(index, min(marks.count, index + 60)):
        line = marks.lines[number]
        if line.startswith((">", "-----", "_____")) or opens_attribution(line[:MAX_ATTRIBUTION]):
            return True
        filled += bool(line.strip())
        if filled > _MAX_FOOTER_LINES:
            return False
    return marks.count <= index + 60
