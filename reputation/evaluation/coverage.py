"""Part 4 of the protocol: whether intervals contain the truth as often as they claim.

The askers of the archive are split at random into two halves, many times. Each half
gives a score with an interval to every person in the first twenty of a topic. Both
halves measure the same standing. So, in the nominal share of cases, the difference of
the two scores should lie within what the two intervals allow.
Source: G. Zou, A. Donner, Construction of confidence limits about effect measures: a
general approach, Statistics in Medicine 27, 2008 (limits of a difference from the
limits of its parts).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from reputation.arrays import Flags, Floats, Integers
from reputation.evaluation.steadiness import FEWEST, FIRST
from reputation.standing.formula import scale
from reputation.standing.interval import NOMINAL, Draws, askers_of, intervals, resampled_standing
from reputation.standing.model import DRAWS, TopicState

SPLITS: Final = 20
SEED: Final = 1986


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often intervals held.

    share: of the ``compared`` cases; None without a case.
    nominal: the share that the intervals claim.
    """

    share: float | None
    compared: int
    nominal: float = NOMINAL


def coverage(
    states: Iterable[TopicState], people: int, *, splits: int = SPLITS, seed: int = SEED
) -> Coverage:
    """Measure coverage over all topics that rank at least five people.

    people: number of people of the ledger.
    """
    random = np.random.default_rng(seed)
    ranked = [(state, shown) for state in states if len(shown := _first(state)) >= FEWEST]
    held = [np.zeros(0, dtype=np.bool_)]
    for _ in range(splits if ranked else 0):
        half = random.random(people) < 0.5
        draws = random.poisson(1.0, size=(people, DRAWS)).astype(np.float32)
        held += [_held(state, shown, half, draws) for state, shown in ranked]
    cases = np.concatenate(held)
    return Coverage(float(cases.mean()) if len(cases) else None, len(cases))


def _first(state: TopicState) -> Integers:
    value = state.factors.value
    first = np.argsort(-value, kind="stable")[:FIRST]
    return np.sort(first[value[first] > 0])


def _held(state: TopicState, shown: Integers, half: Flags, draws: Draws) -> Flags:
    """For people with a standing from both halves, whether their intervals allow the difference."""
    one, other = _scored(state, shown, half, draws), _scored(state, shown, ~half, draws)
    known = (one[0] > 0) & (other[0] > 0)
    held: Flags = (_allowed(one, other) & _allowed(other, one))[known]
    return held


def _scored(
    state: TopicState, shown: Integers, half: Flags, draws: Draws
) -> tuple[Floats, Floats, Floats]:
    """Score, low and high end of the people ``shown``, from one half of the askers.

    Computed as Standing computes them.
    """
    mask = half[:, None].astype(np.float32)
    value = _resampled(state, shown, mask)[:, 0]
    askers = askers_of(state.evidence, len(half), half)[shown]
    return scale(value), *intervals(_resampled(state, shown, draws * mask), value, askers)


def _allowed(one: tuple[Floats, Floats, Floats], other: tuple[Floats, Floats, Floats]) -> Flags:
    """Whether ``one`` exceeds ``other`` by no more than their intervals allow."""
    within: Flags = one[0] - other[0] <= np.hypot(one[0] - one[1], other[2] - other[0])
    return within


def _resampled(state: TopicState, shown: Integers, draws: Draws) -> Floats:
    return resampled_standing(
        shown,
        evidence=state.evidence,
        work=state.scope.work,
        point=state.factors,
        draws=draws,
    )
