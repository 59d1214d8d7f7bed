"""Quotes whose marks bear a name: ``AL> text``, `` AL>> text``, Supercite's ``Ann> text``.

FidoNet's programs, The Bat! and Gnus write them (FSC-0032). A prompt looks alike, so
that such a mark counts below an attribution, or where a reply repeats the same initials.
"""

from __future__ import annotations

import re

from archive.mail.text.attribution import MAX_ATTRIBUTION, is_attribution
from archive.mail.text.line_kinds import ATTRIBUTION, AUTHORED, QUOTED, LineMarks

_MARK = re.compile(
    r"\s{0,8}([^\W\d_][\w.'’-]{0,24}(?: [^\W\d_][\w.'’-]{0,15}){0,2})>{1,9}(?:\s|\Z)"
)
_INITIALS = re.compile(r"\n ?([A-Z]{2,3})>{1,5} ")
_PROMPTS = frozenset("SQL CMD PHP FTP GDB IRB PS DB CL BR".split())
_SUPERCITED = re.compile(r'\s{0,4}>{3,9}\s?(?:"[^"\n]{1,40}" == )?')
_MAX_INITIALS = 500
_MAX_NAMES = 20
"""People whom one text quotes so."""


def may_be_supercited(text: str) -> bool:
    """Quick look, so that other texts pay nothing."""
    return ">>>>> " in text


def mark_supercited(marks: LineMarks) -> None:
    """Mark ``>>>>> "Ann" == Ann Lee <address> writes:`` and the quotes with her name below it."""
    for index, line in enumerate(marks.lines):
        lead = _SUPERCITED.match(line[:80]) if line[-1:] == ":" else None
        if lead is None or not marks.may_check():
            continue
        following = marks.next_text(index + 1)
        if following is None or not is_named(marks.lines[following]):
            continue
        if is_attribution(line[lead.end() : MAX_ATTRIBUTION]):
            marks.kinds[index] = ATTRIBUTION
            marks.attributed = True
            mark_named(marks, following)


def is_named(line: str) -> bool:
    """``line`` begins with a mark that bears a name."""
    return _MARK.match(line[:80]) is not None


def mark_named(marks: LineMarks, first: int) -> None:
    """Mark all lines with the name that leads line ``first``, or with other initials."""
    match = _MARK.match(marks.lines[first][:80])
    if match is None:
        return
    name = match[1]
    if name in marks.names or len(marks.names) >= _MAX_NAMES:
        return
    marks.names.add(name)
    for index in range(first, marks.count):
        mark = _MARK.match(marks.lines[index][:80])
        if mark and (mark[1] == name or (len(mark[1]) <= 3 and mark[1].isupper())):
            marks.kinds[index] = QUOTED


def mark_initialed(marks: LineMarks, text: str) -> None:
    """Mark the lines of a reply that the same initials lead more than once."""
    counts: dict[str, int] = {}
    for number, match in enumerate(_INITIALS.finditer(text)):
        counts[match[1]] = counts.get(match[1], 0) + 1
        if number > _MAX_INITIALS:
            break
    names = {name for name, count in counts.items() if count > 1} - _PROMPTS
    if not names:
        return
    for index, line in enumerate(marks.lines):
        mark = _MARK.match(line[:80])
        if mark is not None and mark[1] in names and marks.kinds[index] == AUTHORED:
            marks.kinds[index] = QUOTED
