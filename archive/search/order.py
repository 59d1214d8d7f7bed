"""Sort the search engine's hits in one order that all pages share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tantivy

WINDOW = 1_000
"""Hits of equal rank are sorted within blocks of this size. A block holds the same hits whichever
page is asked for, so pages neither overlap nor miss a hit."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: the row id of a message, and its score."""

    message: int
    score: float


def depth(last: int) -> int:
    """How many hits to request, so that ``in_order`` can sort all those before ``last``."""
    return -(-last // WINDOW) * WINDOW


def in_order(
    searcher: tantivy.Searcher,
    hits: Sequence[tuple[Any, tantivy.DocAddress]],
    newest: bool,
    first: int,
    last: int,
) -> list[Found]:
    """The hits from ``first`` up to ``last`` (exclusive); hits of equal rank newest first.

    hits: as the engine returns them: by score, or by date if ``newest``.
    Reads message ids and dates only for the hits on that page and for those of equal
    rank at its edges.
    """
    ranks = [rank if newest else round(rank, 5) for rank, _ in hits]
    start, end = min(first, len(hits)), min(last, len(hits))
    while start % WINDOW and start < len(hits) and ranks[start - 1] == ranks[start]:
        start -= 1
    while end % WINDOW and end < len(hits) and ranks[end] == ranks[end - 1]:
        end += 1
    addresses = [address for _, address in hits[start:end]]
    messages = searcher.fast_field_values("message", addresses)
    dates = searcher.fast_field_values("date", addresses)
    ordered = sorted(
        (place // WINDOW, -ranks[place], -int(date or 0), -int(message or 0))
        for place, message, date in zip(range(start, end), messages, dates, strict=True)
    )
    return [
        Found(-message, 0.0 if newest else -rank)
        for _, rank, _, message in ordered[first - start : last - start]
    ]
