"""Poisson bootstrap: how far a score hangs on the askers who happened to write.

Each asker stands in a draw k times, k ~ Poisson(1), with all answers to them.
Presence and the list's base rate, sums over all topics, stay as they are.

Source: J. Hanley, B. MacGibbon, Creating non-parametric bootstrap samples using
Poisson frequencies, Computer Methods and Programs in Biomedicine 83, 2006.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reputation.arrays import SPAN, joined
from reputation.consistency import topic_consistency
from reputation.factors import Evidence, Factors, helped_pairs, standing
from reputation.posts import Floats, Integers

SEED: Final = 20_061
LOW_QUANTILE: Final = 0.05
HIGH_QUANTILE: Final = 0.95

Draws = NDArray[np.float32]


def poisson_draws(people: int, draws: int) -> Draws:
    """How often each person stands in each draw, people x draws.

    The same for the first people whoever joins later, and from run to run.
    """
    generator = np.random.default_rng(SEED)
    return generator.poisson(1.0, size=(people, draws)).astype(np.float32)


def resampled_standing(
    shown: Integers,
    *,
    evidence: Evidence,
    work: Evidence,
    point: Factors,
    rate: float,
    draws: Draws,
) -> Floats:
    """S of the ``shown`` people in each draw, len(shown) x draws.

    evidence: the topic's rows; work: all rows (``mass`` their weight); rate: the base rate.
    """
    place = np.full(len(draws), -1, dtype=np.int64)
    place[shown] = np.arange(len(shown))
    rows = np.flatnonzero(place[evidence.person] >= 0)
    who, asker = place[evidence.person[rows]], evidence.asker[rows]
    cells, cell = np.unique(joined(who, evidence.month[rows]), return_inverse=True)
    monthly = _sums(cell, asker, evidence.mass[rows], len(cells), draws)
    ones = np.ones(len(cells))
    of_person = csr_array(
        (ones, (cells // SPAN, np.arange(len(cells)))), shape=(len(shown), len(cells))
    )
    steady = (of_person @ np.sqrt(monthly)).astype(np.float64)
    on_topic = _sums(who, asker, evidence.mass[rows], len(shown), draws)
    helper, ward, gain = helped_pairs(evidence)
    known = place[helper] >= 0
    breadth = _sums(place[helper[known]], ward[known], gain[known], len(shown), draws)
    mine = np.flatnonzero(place[work.person] >= 0)
    all_work = _sums(place[work.person[mine]], work.asker[mine], work.mass[mine], len(shown), draws)
    consistency = topic_consistency(on_topic, all_work, rate)
    return standing(steady, consistency, breadth, point.presence[shown, None])


def quantiles(samples: Floats) -> tuple[Floats, Floats]:
    """5 % and 95 % quantile of each row (linear between order statistics)."""
    low, high = np.quantile(samples, (LOW_QUANTILE, HIGH_QUANTILE), axis=1)
    return low, high


def _sums(group: Integers, asker: Integers, value: Floats, groups: int, draws: Draws) -> Floats:
    """Sums of values, each times its asker's count in the draw; groups x draws."""
    table = csr_array((value.astype(np.float32), (group, asker)), shape=(groups, len(draws)))
    return (table @ draws).astype(np.float64)
