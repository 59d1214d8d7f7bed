"""Which topic is part of which: told by the threads they share.

A topic is under a broader one that has nearly all of its threads while it has
few of the other's: subsumption, P(broader | narrower) ≥ 0.8 and the reverse
less (Sanderson and Croft 1999, Deriving concept hierarchies from text). Where
the label says so too, as with *raster stack* under *raster*, half of the
threads will do. What people decided goes before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reputation.topics.labels import fold

SUBSUMED: Final = 0.8
SUBSUMED_BY_NAME: Final = 0.5
LEAST_THREADS: Final = 5
"""A topic of fewer threads says nothing about what it is part of."""

_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Placed:
    """A topic with its label, the number of its threads, and what people decided.

    ``decided``: people say what is above it; ``parent``: that topic, or None.
    """

    label: str
    threads: int
    decided: bool = False
    parent: int | None = None


def broader_topics(
    topics: Mapping[int, Placed], shared: Mapping[tuple[int, int], int]
) -> dict[int, int]:
    """Topic → the topic above it, for those that have one; never in a circle.

    shared: threads that two topics both have, for either order of a pair.
    """
    above = {
        number: one.parent
        for number, one in topics.items()
        if one.decided and one.parent in topics and one.parent is not None
    }
    for (narrow, broad), both in sorted(
        shared.items(), key=lambda item: (-topics[item[0][0]].threads, item[0])
    ):
        child, parent = topics[narrow], topics[broad]
        if child.decided or child.threads < LEAST_THREADS or child.threads >= parent.threads:
            continue
        needed = SUBSUMED_BY_NAME if _named_within(child.label, parent.label) else SUBSUMED
        if both < needed * child.threads or _leads_to(above, broad, narrow):
            continue
        known = above.get(narrow)
        # Of several the narrowest tells most.
        if known is None or (parent.threads, broad) < (topics[known].threads, known):
            above[narrow] = broad
    return above


def _named_within(narrow: str, broad: str) -> bool:
    """Whether the narrower label is the broader one with more words."""
    return _words(broad) < _words(narrow)


def _words(label: str) -> set[str]:
    return {fold(word) for word in _WORD.findall(label.lower())}


def _leads_to(above: Mapping[int, int], start: int, end: int) -> bool:
    """Whether the way up from ``start`` comes by ``end``."""
    seen: set[int] = set()
    current: int | None = start
    while current is not None and current not in seen:
        if current == end:
            return True
        seen.add(current)
        current = above.get(current)
    return False
