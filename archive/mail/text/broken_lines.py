"""Lines that hold the author's words and an attribution, or one and its quote, taken apart.

Phones and programs that turn HTML into text write ``Thanks. On <date>, X wrote: …`` on
one line. Only a whole attribution with its full date is cut out, or a whole header block.
A bounded number of places is looked at, each in a bounded stretch.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from archive.mail.text.attribution import (
    DATE_WORDS,
    JOINED_VERBS,
    MAX_ATTRIBUTION,
    OPENERS,
    VERB_ENDS,
    has_full_date,
    is_strong,
    is_verb,
    opens_attribution,
)
from archive.mail.text.header_blocks import sender_within
from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather

_MAX_LOOKS = 100
_MAX_AFTER = 200
_MAX_COLONS = 6
_MAX_LEADS = 8
_LONG = 100
"""Characters of a line that may hold a whole header block."""
_MAX_VERB = 30
_LEAST = 20
"""Characters of an attribution with a date."""
_TWO_DIGITS = re.compile(r"\d\d")
_PLACES = (re.compile(r"@[^\n:：]{0,160}+[:：]"), re.compile(r" at [^\n:：]{0,160}+[:：]"))
"""An address with a colon further on: nothing is announced without one."""
_LINE_END = ":\n"
_AFTER_ADDRESS = "> \u202c"
_BREAKS = (". ", "! ", "? ", ") ", "  ")
"""What may stand between the author's words and an attribution."""


def _by_length(words: tuple[str, ...]) -> str:
    return alternatives(sorted(words, key=len, reverse=True))


_COLON = re.compile("[:：]")
_BETWEEN = _by_length(gather(lambda language: language.quoting.before_names))
_LEAD = re.compile(
    rf"(?<!\w){_by_length(OPENERS)} (?=(?:{_BETWEEN} )?(?:\d|{_by_length(DATE_WORDS)}(?!\w)))",
    re.IGNORECASE,
)
_SENTENCE_END = ".!?)]}…:;,\"'”’>"


def split_lines(text: str) -> tuple[list[str], list[int]]:
    """The lines of ``text``, and the numbers of those that no line end follows."""
    lines = text.split("\n")
    cuts = sorted(set(_cuts(text)))
    if not cuts:
        return lines, []
    broken: list[str] = []
    joined: list[int] = []
    start = 0
    for line in lines:
        end = start + len(line)
        for cut in cuts[bisect_left(cuts, start + 1) : bisect_left(cuts, end)]:
            joined.append(len(broken))
            broken.append(text[start:cut])
            start = cut
        broken.append(text[start:end])
        start = end + 1
    return broken, joined


def _cuts(text: str) -> Iterator[int]:
    """Offsets in ``text`` at which a line is to be taken apart."""
    for places in _PLACES:
        for place in islice(places.finditer(text), _MAX_LOOKS):
            yield from _cuts_around(text, place.start())
    at = text.find(_LINE_END)
    for _ in range(_MAX_LOOKS):
        if at < 0:
            break
        if text[max(0, at - 4) : at] in VERB_ENDS or text[at - 1] in _AFTER_ADDRESS:
            yield from _cuts_around(text, at)
        at = text.find(_LINE_END, at + 2)


def _cuts_around(text: str, at: int) -> Iterator[int]:
    end = text.find("\n", at + 1, at + _MAX_AFTER)
    if end < 0:
        end = min(len(text), at + _MAX_AFTER)
    lowest = max(0, at - MAX_ATTRIBUTION)
    start = text.rfind("\n", lowest, at) + 1 or lowest
    line = text[start:end]
    if line[:1] == ">" or len(line) < _LEAST or _TWO_DIGITS.search(line) is None:
        return
    if line[-1] == ":" and not any(sign in line for sign in _BREAKS) and opens_attribution(line):
        # All of it is one attribution, as nearly always.
        return
    for colon in islice(_COLON.finditer(line, at - start), _MAX_COLONS):
        head = line[: colon.end()]
        if not _says(head[-_MAX_VERB:-1]):
            continue
        for lead in reversed(list(_LEAD.finditer(head))[-_MAX_LEADS:]):
            found = head[lead.start() :]
            if has_full_date(found) and is_strong(found):
                yield from _around(text, start + lead.start(), start + colon.end(), lead[0])
                return
    if len(line) > _LONG and (found_at := sender_within(line)):
        yield start + found_at


def _says(text: str) -> bool:
    """A verb of saying or the bracket of an address ends ``text``."""
    tail = text.rstrip(" \u202c\u202d").lower()
    return (
        tail[-1:] == ">"
        or is_verb(tail.rpartition(" ")[2].rpartition(">")[2])
        or (tail.endswith(JOINED_VERBS))
    )


def _around(text: str, first: int, last: int, lead: str) -> Iterator[int]:
    """The cuts before and behind an attribution, where words stand there."""
    line_start = text.rfind("\n", max(0, first - MAX_ATTRIBUTION), first) + 1
    before = text[line_start:first]
    led = before.rstrip()
    if led.strip("-*_ ") and (led[-1] in _SENTENCE_END or lead[0].isupper() or "  " in before[-3:]):
        yield first
    elif led.strip("-*_ "):
        return
    if text[last : last + _MAX_AFTER].partition("\n")[0].strip(" -*_\u202c"):
        yield last
