"""Cut the part of a text around the searched words, as HTML that is safe in a page."""

from __future__ import annotations

import html
from bisect import bisect_left
from collections.abc import Callable

from archive.search.matches import Place, Sought

FIRST_LOOK = 4_000
"""Characters of a text that are searched first; they usually contain all the searched words."""
MAX_TEXT = 20_000
WIDTH = 240
LEAD = 40
"""Characters shown before the first marked word."""


def snippet(text: str, sought: Sought, mask: Callable[[str], str] = str) -> tuple[str, bool]:
    """At most ``WIDTH`` characters of ``text`` as HTML, and whether any word is marked.

    Searched words are in ``<mark>``. The snippet is the part with the most different
    searched words; among equal parts, the first. Without any match it is the beginning
    of the text.
    mask: applied to the text before it is searched.
    """
    for length in (FIRST_LOOK, MAX_TEXT):
        shown, marked, best = _cut(mask(_beginning(text, length)), sought)
        # A part that has all words and ends before this text ends is already the best one.
        if best or len(text) <= length:
            break
    return shown, marked


def _beginning(text: str, length: int) -> str:
    """At most ``length`` characters, cut between words: a mask cannot see half an address."""
    if len(text) <= length:
        return text
    return "".join(text[:length].rsplit(maxsplit=1)[:1])


def _cut(text: str, sought: Sought) -> tuple[str, bool, bool]:
    """The best part as HTML, whether a word is marked, and whether no better part can exist."""
    text = " ".join(text.split())
    found = sought.places(text)
    different, start = _best_start(found) if found else (0, 0)
    start, end = _at_words(text, max(0, start - LEAD))
    inside = [span for span, _ in found if span[0] >= start and span[1] <= end]
    best = different == sought.different and end < len(text)
    return _marked(text, start, end, inside), bool(inside), best


def _best_start(found: list[tuple[Place, str]]) -> tuple[int, int]:
    """The best run of ``WIDTH - LEAD`` characters: how many different words, and its start."""
    counts: dict[str, int] = {}
    best, best_start = 0, found[0][0][0]
    right = 0
    for (begin, _), matched in found:
        while right < len(found) and found[right][0][1] <= begin + WIDTH - LEAD:
            counts[found[right][1]] = counts.get(found[right][1], 0) + 1
            right += 1
        if len(counts) > best:
            best, best_start = len(counts), begin
        remaining = counts.get(matched, 0) - 1
        if remaining > 0:
            counts[matched] = remaining
        else:
            counts.pop(matched, None)
    return best, best_start


def _at_words(text: str, start: int) -> Place:
    """Move ``start`` to the beginning of a word; return it with the end of the snippet."""
    if start > 0:
        after = text.find(" ", start, start + LEAD)
        start = start if after < 0 else after + 1
    if len(text) - start <= WIDTH:
        return start, len(text)
    end = text.rfind(" ", start + WIDTH // 2, start + WIDTH)
    return start, start + WIDTH if end < 0 else end


def _marked(text: str, start: int, end: int, spans: list[Place]) -> str:
    pieces = ["… "] if start > 0 else []
    place = start
    for begin, after in spans[bisect_left(spans, (start, 0)) :]:
        pieces.append(html.escape(text[place:begin]))
        pieces.append(f"<mark>{html.escape(text[begin:after])}</mark>")
        place = after
    pieces.append(html.escape(text[place:end]))
    if end < len(text):
        pieces.append(" …")
    return "".join(pieces)
