"""Train an archive's own ranker, and use it only if it is better than the formula.

No human labels are needed, because each old question knows who answered it. The last
fifth of the questions is held back. The weights learnt from the rest are used if, on
these, their average precision exceeds the formula's and the whole bootstrap interval of
the difference is above 0. Otherwise the shipped weights are used, if they are not worse
than the formula on all questions; none of these questions trained them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Floats
from reputation.corpus.posts import Posts
from reputation.evidence.ledger import MONTH_SECONDS
from reputation.matching.logit import Choices, fit
from reputation.matching.matcher import Matcher
from reputation.matching.measures import Difference, paired_difference
from reputation.matching.questions import Question
from reputation.matching.ranker import Ranker, Training
from reputation.matching.replay import Replay, replay
from reputation.matching.weights import TRAINED, Weights, shipped

MOST_QUESTIONS: Final = 1_500
"""Only the latest questions are used; more of them hardly change the weights."""
LEAST_QUESTIONS: Final = 300
"""With fewer questions no weights are trained."""
LEAST_TRIED: Final = 30
"""With fewer questions the shipped weights cannot be judged either."""
HELD_BACK: Final = 0.2
STRENGTH: Final = 100.0
"""Strength of the pull towards the shipped weights: it counts as much as about a hundred
questions."""


def train(
    matcher: Matcher,
    posts: Posts,
    terms: tuple[csr_array, csr_array],
    asked: Sequence[Question],
    *,
    start: Weights | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Training:
    """Learn from the latest of ``asked`` (oldest first), each as of the second before it.

    start: the weights to begin from; None means the shipped ones.
    stop: returns whether to end early.

    Takes about 10 s for an archive of 30,000 posts.
    """
    start = shipped() if start is None else start
    latest = asked[-MOST_QUESTIONS:]
    # The answerers of the last question were complete only a month after it.
    until = (
        min(int(posts.date[latest[-1].row]) + MONTH_SECONDS, int(posts.date[-1])) if latest else 0
    )
    began = time.perf_counter()
    past = replay(matcher, posts, terms, latest, stop)
    replayed = time.perf_counter() - began
    count = len(past.choices)
    first = count - int(count * HELD_BACK)
    now = datetime.now(UTC).replace(microsecond=0)
    if count < LEAST_TRIED:
        return Training(Ranker(), None, now, count, 0, None, None, replayed)
    by_default = _difference(past, start.ordered(past.choices.names), 0)
    by_own = None
    weights: Weights | None = None
    fitted = 0.0
    if count >= LEAST_QUESTIONS:
        tried = learn(past.choices.between(0, first), start)
        by_own = _difference(past, tried.values, first)
        began = time.perf_counter()
        weights = learn(past.choices, start)
        fitted = time.perf_counter() - began
    better = by_own is not None and by_own.low > 0
    ranker = Ranker(weights if better else None, until, by_default.mean >= 0)
    held_back = count - first if by_own is not None else 0
    return Training(ranker, weights, now, count, held_back, by_own, by_default, replayed, fitted)


def learn(choices: Choices, start: Weights) -> Weights:
    """Fit weights to all of ``choices``, with the penalty's pull towards ``start``."""
    names = choices.names
    scale = dict(zip(start.names, start.scale.tolist(), strict=True))
    spread = np.array([scale[name] for name in names])
    values = fit(choices, spread, start.ordered(names), STRENGTH)
    return Weights(TRAINED, names, values, spread)


def _difference(past: Replay, weights: Floats, first: int) -> Difference:
    """Average precision of the weights minus the formula's, from question ``first`` on."""
    count = len(past.choices)
    return paired_difference(
        past.precisions(past.choices.values @ weights, first, count),
        past.precisions(past.formula, first, count),
    )
