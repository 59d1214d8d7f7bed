"""Whose earlier answers were to questions like this one, and what that outweighs.

The ranker knows that people who are active answer most. So it may put somebody who wrote
last week before those who have answered such questions for years. ``before_recency`` corrects
that where their answers were no closer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from reputation.arrays import SPAN, Floats, Integers, joined
from reputation.matching.votes import AnswerIndex, Found

LIKE: Final = 0.4
"""An answer is to a question like this one if it has this share of the best BM25 score."""
FEW: Final = 3
"""Fewer answered questions than this show little."""
MANY: Final = 18
_STEP: Final = 1e-6


@dataclass(frozen=True, slots=True)
class LikeAnswers:
    """Of each person number: how many questions like this one they answered, and how.

    last: when last, Unix seconds; 0 for nobody's.
    closest: of the best answer, its share of the best BM25 score times its ledger weight; 0
    without any.
    """

    questions: Integers
    last: Integers
    closest: Floats

    def of(self, people: Integers) -> LikeAnswers:
        """The same of these people only, in their order."""
        return LikeAnswers(self.questions[people], self.last[people], self.closest[people])


def like_answers(found: Found, index: AnswerIndex) -> LikeAnswers:
    """Count the questions like the one that ``found`` was found for; one thread is one question."""
    share = found.scores / found.scores.max() if len(found.scores) else found.scores
    closest = np.zeros(index.people)
    weighted = share * found.weight[found.documents]
    np.maximum.at(closest, index.person[found.documents], weighted)
    near = found.documents[share >= LIKE]
    pairs = np.unique(joined(index.person[near], index.thread[near]))
    last = np.zeros(index.people, dtype=np.int64)
    np.maximum.at(last, index.person[near], index.date[near])
    return LikeAnswers(np.bincount(pairs // SPAN, minlength=index.people), last, closest)


def before_recency(values: Floats, like: LikeAnswers) -> Floats:
    """Put people with few like answers after those with many who answered as closely.

    values: of k candidates, whose like answers ``like`` holds.
    Somebody with fewer than 3 comes after everybody with 18 or more whose closest answer is at
    least as close: only recency can have put them before.
    """
    many = np.flatnonzero(like.questions >= MANY)
    few = np.flatnonzero(like.questions < FEW)
    if not len(many) or not len(few):
        return values
    many = many[np.argsort(like.closest[many], kind="stable")]
    # For each of the many, the lowest value of those who answered at least as closely.
    lowest = np.append(np.minimum.accumulate(values[many][::-1])[::-1], np.inf)
    bound = lowest[np.searchsorted(like.closest[many], like.closest[few])]
    changed = values.copy()
    # The order among those put back remains.
    behind = bound - _STEP * (2.0 - np.tanh(values[few]))
    changed[few] = np.where(bound <= values[few], behind, values[few])
    return changed
