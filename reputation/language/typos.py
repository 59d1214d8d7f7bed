"""Words written with a slip of the finger."""

from __future__ import annotations

from rapidfuzz.distance import OSA


def within_edits(word: str, target: str) -> bool:
    """Whether ``word`` is ``target`` with at most one typo, two on ten letters or more.

    A typo is an inserted, missing, wrong or swapped letter (optimal string
    alignment distance), but never in the first one.
    """
    allowed = 2 if len(target) >= 10 else 1
    return word[:1] == target[:1] and OSA.distance(word, target, score_cutoff=allowed) <= allowed
