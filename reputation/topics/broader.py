"""Find which topic is part of which, from the threads that they share.

A topic is under a broader one that has nearly all of its threads, if it has few of the
other's: P(broader | narrower) ≥ 0.8 and the reverse less (subsumption; Sanderson and
Croft 1999, Deriving concept hierarchies from text). Half of the threads is enough if
the labels agree, as with *raster stack* under *raster*. Decisions of people come first.
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
"""A topic with fewer threads is not put under another."""

_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Placed:
    """A topic with its label, its number of threads, and what people decided.

    decided: whether people decided which topic is above it.
    parent: the topic that they decided on; None for no topic.
    """

    label: str
    threads: int
    decided: bool = False
    parent: int | None = None


def broader_topics(
    topics: Mapping[int, Placed], shared: Mapping[tuple[int, int], int]
) -> dict[int, int]:
    """Map each topic to the topic above it, if there is one; never in a circle.

    shared: number of threads that both topics of a pair have, for both orders of the
        pair.
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
        # Of several broader topics, the narrowest says most.
        if known is None or (parent.threads, broad) < (topics[known].threads, known):
            above[narrow] = broad
    return above


def _named_within(narrow: str, broad: str) -> bool:
    """Whether the narrower label contains all words of the broader one, and more."""
    return _words(broad) < _words(narrow)


def _words(label: str) -> set[str]:
    return {fold(word) for word in _WORD.findall(label.lower())}


def _leads_to(above: Mapping[int, int], start: int, end: int) -> bool:
    """Whether following ``above`` from ``start`` reaches ``end``."""
    seen: set[int] = set()
    current: int | None = start
    while current is not None and current not in seen:
        if current == end:
            return True
        seen.add(current)
        current = above.get(current)
    return False
