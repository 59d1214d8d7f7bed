"""How lines begin that may open a quote, a signature, a footer or a forwarded message.

The table is made of the very phrases that these are recognised by, and says by
the first letters of a line what to look for: a line that begins otherwise is
nothing but the author's. Small letters and capitals are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat

from archive.mail.text.attribution import COLONS, DIRECTION_MARKS, VERB_ENDS
from archive.mail.text.endings import (
    mark_banner,
    mark_device_line,
    mark_disclaimer,
    mark_footer_line,
    mark_removed_part,
)
from archive.mail.text.footers import (
    BANNERS,
    DEVICE_LINES,
    DISCLAIMERS,
    FOOTERS,
    MARKS,
    REMOVED_PARTS,
    SENT_FROM,
)
from archive.mail.text.header_blocks import OPENING_LABELS
from archive.mail.text.line_kinds import LineMarks
from archive.mail.text.originals import RULE_HEADS, mark_block, mark_ruled
from archive.mail.text.quotes import BY_HAND, mark_handmade
from archive.mail.words.openings import HEAD, in_all_cases

Marker = Callable[[LineMarks, int], int]
"""Marks what begins at a line and gives the line after it; the line itself when nothing does."""

# A short label has its colon within the first four letters; after that of two letters anything
# may follow, which ``_SHORT`` is for.
_LABEL_HEADS = (
    *(label[:HEAD] for label in OPENING_LABELS if len(label) >= HEAD),
    *(f"{label}{after}" for label in OPENING_LABELS if len(label) == 3 for after in ":： "),
    *(
        f"{label}{after}"
        for label in OPENING_LABELS
        if len(label) == 2
        for after in (": ", ":*", " :")
    ),
)
_HEADS: tuple[tuple[Marker, Iterable[str]], ...] = (
    (mark_handmade, (word[:HEAD] for word in BY_HAND)),
    (mark_ruled, RULE_HEADS),
    (mark_block, _LABEL_HEADS),
    (mark_removed_part, REMOVED_PARTS.heads),
    (mark_device_line, (*DEVICE_LINES.heads, *SENT_FROM.heads)),
    (mark_footer_line, FOOTERS.heads),
    (mark_disclaimer, DISCLAIMERS.heads),
    (mark_banner, BANNERS.heads),
)


def _by_head() -> dict[str, tuple[Marker, ...]]:
    found: dict[str, dict[Marker, None]] = {}
    for marker, heads in _HEADS:
        for head in heads:
            found.setdefault(head, {})[marker] = None
    return {head: tuple(markers) for head, markers in found.items()}


MARKERS = _by_head()
"""By the first four letters of a line, in lower case, what may begin there."""

_CASED_HEADS = in_all_cases(MARKERS)
_SHORT = in_all_cases(label for label in OPENING_LABELS if len(label) == 2)
_LED = frozenset(MARKS)
"""Marks after which the first word of a line may stand."""
_SIGNS = _LED | frozenset("-#=/<")
_PAIRS = frozenset(
    (*"-- -= -~ __ == =- ~~ ~- ## ** *- *_ |- <- //".split(), " >", "-", "- ", "\t[")
) | {head[:2] for head in _CASED_HEADS if head[0] in _SIGNS}
"""The first two characters of rules, separators and other lines that begin with a sign."""
_LAST = frozenset(f"{COLONS} \t\xa0->*{DIRECTION_MARKS}")
"""The last character of attributions, but for those that end in a verb."""


def lines_to_look_at(lines: Sequence[str], kinds: Sequence[int] | None = None) -> list[int]:
    """The numbers of all lines, but those quoted with ``>``, that may be more than the author's.

    They begin as one of the phrases does, or end as attributions do. This runs for every line
    of every message: four letters tell nearly all other lines apart. kinds: of the lines, as
    far as they are known; only the author's (0) are looked at.
    """
    heads, short, pairs, signs, marks = _CASED_HEADS, _SHORT, _PAIRS, _SIGNS, MARKS
    last, tails = _LAST, VERB_ENDS
    return [
        index
        for index, (line, kind) in enumerate(zip(lines, kinds or repeat(0), strict=False))
        if line
        and not kind
        and (first := line[0]) != ">"
        and (
            line[-1] in last
            or line[-HEAD:] in tails
            or (
                (
                    line[:2] in pairs
                    or (words := line.lstrip(marks))[:4] in heads
                    or (words[:1] == ">" and first in " \t")
                )
                if first in signs
                else (line[:4] in heads or line[:2] in short)
            )
        )
    ]


def markers_of(line: str) -> tuple[Marker, ...]:
    """What may begin at a line, by its first letters; it is not empty."""
    found = MARKERS.get(line[:HEAD].lower())
    if found is None and line[0] in _LED:
        found = MARKERS.get(line.lstrip()[:HEAD].lower())
        if found is None:
            found = MARKERS.get(line.lstrip(MARKS)[:HEAD].lower())
    if found is None and line.lstrip(MARKS)[:2] in _SHORT:
        return (mark_block,)
    return found or ()
