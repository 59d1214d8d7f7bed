"""Putting hits of the search engine in an order that every page of them shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tantivy

WINDOW = 1_000
"""Ties are put in order within blocks of so many hits: a block holds the same hits
whichever page is asked for, so that pages neither overlap nor leave anything out."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: a message by its row id, and how well it answers."""

    message: int
    score: float


def depth(last: int) -> int:
    """How many hits to ask the engine for, so that those before ``last`` can be put in order."""
    return -(-last // WINDOW) * WINDOW


def in_order(
    searcher: tantivy.Searcher,
    hits: Sequence[tuple[Any, tantivy.DocAddress]],
    newest: bool,
    first: int,
    last: int,
) -> list[Found]:
    """The hits from ``first`` up to but without ``last``, equally good ones newest first.

    hits: by score, or for ``newest`` by date, as the engine gives them. Only
    those are looked up that stand there or are as good as one that does.
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
