"""Poisson bootstrap: how far a score hangs on the askers who happened to write.

Each asker stands in a draw k times, k ~ Poisson(1), with all answers to them.
Presence and the list's base rate, sums over all topics, stay as they are.

Of few askers the plain percentile interval is too narrow: it uses the normal
distribution where Student's is due, and the draws vary by (n - 1)/n too little.
The expanded percentile interval takes quantiles further out for both.

Sources: J. Hanley, B. MacGibbon, Creating non-parametric bootstrap samples using
Poisson frequencies, Computer Methods and Programs in Biomedicine 83, 2006;
T. Hesterberg, What teachers should know about the bootstrap, The American
Statistician 69(4), 2015 (expanded percentile interval).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reputation.arrays import Flags, Floats, Integers, distinct, scattered
from reputation.standing.formula import (
    Evidence,
    Factors,
    helped,
    scale,
    standing,
    steadiness,
    topic_consistency,
    topic_work,
)

SEED: Final = 20_061
TAIL: Final = 0.05
"""Chance that the truth lies below the interval, and as much that it lies above."""
NOMINAL: Final = 1 - 2 * TAIL

Draws = NDArray[np.float32]

_POISSON: Final = np.cumsum([math.exp(-1) / math.factorial(count) for count in range(18)])
"""Distribution function of Poisson(1), up to 17."""


def poisson_draws(since: Integers, draws: int) -> Draws:
    """How often each person stands in each draw, people x draws.

    since: the instant of each person's first post. It alone decides, so that
    nobody's draws change when somebody else joins, earlier or later.
    """
    person = scattered(since.astype(np.uint64) ^ np.uint64(SEED))
    chance = scattered(person[:, None] ^ np.arange(draws, dtype=np.uint64))
    share = (chance >> np.uint64(11)).astype(np.float64) / 2.0**53
    return np.searchsorted(_POISSON, share, side="right").astype(np.float32)


def resampled_standing(
    shown: Integers,
    *,
    evidence: Evidence,
    work: Evidence,
    point: Factors,
    draws: Draws,
) -> Floats:
    """S of the ``shown`` people in each draw, len(shown) x draws.

    evidence: the topic's rows; work: all rows; point: the factors made of them.
    """
    people = len(shown)
    place = np.full(len(draws), -1, dtype=np.int64)
    place[shown] = np.arange(people)
    evidence, work = _renumbered(evidence, place), _renumbered(work, place)

    def drawn(group: Integers, asker: Integers, values: Floats, groups: int) -> Floats:
        """Sums of values, each times its asker's count in the draw; groups x draws."""
        table = csr_array((values.astype(np.float32), (group, asker)), shape=(groups, len(draws)))
        return (table @ draws).astype(np.float64)

    on_topic, all_work = topic_work(evidence, people, drawn), topic_work(work, people, drawn)
    consistency = topic_consistency(on_topic, all_work, point.rate)
    steady, breadth = steadiness(evidence, people, drawn), helped(evidence, people, drawn)
    return standing(steady, consistency, breadth, point.presence[shown, None])


def _renumbered(evidence: Evidence, number: Integers) -> Evidence:
    """The rows of those people who have a number, not below 0, with it."""
    person = number[evidence.person]
    rows = np.flatnonzero(person >= 0)
    return replace(evidence.take(rows), person=person[rows])


def askers_of(evidence: Evidence, people: int, among: Flags | None = None) -> Integers:
    """How many different askers each person's rows are for (a work counts its first reviewer).

    among: only these askers.
    """
    rows = slice(None) if among is None else among[evidence.asker]
    return distinct(evidence.person[rows], evidence.asker[rows], people)


def intervals(samples: Floats, value: Floats, askers: Integers) -> tuple[Floats, Floats]:
    """Low and high end of each score's 90 % interval.

    samples: S in each draw, people x draws. value: S itself. askers: how many
    different people each S comes from.
    """
    # V is a sum of roots, so draws lie below S on average: bring their mean back to it.
    average = samples.mean(axis=1)
    centre = np.divide(value, average, out=np.zeros(len(value)), where=average > 0)
    low, high = _quantiles(scale(samples * centre[:, None]), _expanded(askers))
    # The point estimate belongs to its own interval, however skewed the draws.
    score = scale(value)
    return np.minimum(low, score), np.maximum(high, score)


def _expanded(askers: Integers) -> Floats:
    """Share of the draws below the low end: Φ(t √(n / (n - 1))), t of n - 1 degrees of freedom."""
    from scipy.special import ndtr, stdtrit

    several = np.maximum(askers, 2)
    wide = stdtrit(several - 1, TAIL) * np.sqrt(several / (several - 1))
    level: Floats = np.where(askers > 1, ndtr(wide), 0.0)
    return level


def _quantiles(samples: Floats, level: Floats) -> tuple[Floats, Floats]:
    """Quantiles ``level`` and 1 - ``level`` of each row (linear between order statistics)."""
    ordered = np.sort(samples, axis=1)
    last = ordered.shape[1] - 1
    row = np.arange(len(ordered))

    def at(share: Floats) -> Floats:
        place = share * last
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, last)
        found: Floats = ordered[row, below] + (place - below) * (
            ordered[row, above] - ordered[row, below]
        )
        return found

    return at(level), at(1.0 - level)
