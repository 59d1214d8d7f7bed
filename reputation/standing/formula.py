"""The factors of S from rows of evidence: V, Z, N, and S itself.

S = V · √F · N/(N+3) · Y/(Y+24), with

- V = Σ over 30-day months of √(Σ z w + Σ A): steady help; one busy month counts little;
- Z = Σ z w + Σ A, and F the topic consistency made of it;
- N = Σ over vouched askers of min(1, Σ z) + Σ A: how many different people were helped;
- Y: months with a useful answer or a reviewed work, on any topic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reputation.arrays import SPAN, Flags, Floats, Integers, joined, rounded, sums
from reputation.evidence.ledger import MONTH_SECONDS

HALF_RECOGNITION: Final = 3.0
"""Number of people helped at which recognition is one half."""
HALF_SCORE: Final = 0.25
"""S at which the score is 50."""
GATE_FLOOR: Final = 0.2
"""What the authority gate leaves of the score of somebody without authority."""
SHRINKAGE: Final = 2.0
"""Weight of work at the list's base rate that everybody is credited with."""
PRESENCE_MONTHS: Final = 24
"""Months after which half of the presence is reached."""


def scale(value: Floats) -> Floats:
    """Score 0 to 100 of S: 100 · √S / (√S + ½).

    Monotone, and a function of the person's own S alone, so that it stays when
    unrelated people come and go. The root spreads the lower ranks, which S
    itself, a product of four factors, crowds together near 0.
    """
    root = np.sqrt(value)
    score: Floats = 100.0 * root / (root + np.sqrt(HALF_SCORE))
    return score


def recognition(helped: Floats) -> Floats:
    """N / (N + 3), 0 to 1."""
    share: Floats = helped / (helped + HALF_RECOGNITION)
    return share


def authority_share(gain: Floats) -> Floats:
    """Authority g / (1 + g), 0 to 1, of g in units of the median established person."""
    share: Floats = gain / (1.0 + gain)
    return share


def authority_gate(share: Floats) -> Floats:
    """Factor of S when an operator switches authority on: .2 + .8 · g / (1 + g)."""
    gate: Floats = GATE_FLOOR + (1 - GATE_FLOOR) * share
    return gate


def month_of(date: Integers) -> Integers:
    """Number of the 30-day month of each instant, counted from 1970; 0 for all before."""
    return np.maximum(date, 0) // MONTH_SECONDS


def topic_consistency(on_topic: Floats, all_work: Floats, base_rate: float | Floats) -> Floats:
    """F: the share of a person's work that is on the topic, shrunk to the list's base rate."""
    share: Floats = (on_topic + SHRINKAGE * base_rate) / (all_work + SHRINKAGE)
    return share


def active_months(person: Integers, month: Integers, people: int) -> Integers:
    """Y: number of distinct months of each person's rows."""
    if not len(person):
        return np.zeros(people, dtype=np.int64)
    low = int(month.min())
    span = int(month.max()) - low + 1
    seen = np.unique(person * span + (month - low))
    return np.bincount(seen // span, minlength=people).astype(np.int64)


def presence(months: NDArray[np.int64] | Floats) -> Floats:
    """Y / (Y + 24), 0 to 1."""
    share: Floats = months / (months + PRESENCE_MONTHS)
    return share


def entropy(weights: Floats) -> float:
    """Shannon entropy (nats) of weights taken as shares; 0 for none."""
    positive = weights[weights > 0]
    if not len(positive):
        return 0.0
    share = positive / positive.sum()
    return float(-(share * np.log(share)).sum())


def focus(weights: Floats) -> float:
    """1 minus the entropy over topics, normalised by that of even work on all of them; 0 to 1.

    1: all on one topic; 0: evenly on all, or no work at all.
    """
    topics = len(weights)
    if not (weights > 0).any():
        return 0.0
    if topics < 2:
        return 1.0
    return float(np.clip(1.0 - entropy(weights) / np.log(topics), 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows that count on a topic.

    person, asker: numbers of people; month: of the post. z: how much the row is
    on the topic (A of a work); mass: z · w. counted: its asker is vouched for
    (never of a work). work: it is a reviewed work.
    """

    person: Integers
    asker: Integers
    month: Integers
    z: Floats
    mass: Floats
    counted: Flags
    work: Flags

    def __len__(self) -> int:
        return len(self.person)


def steadiness(evidence: Evidence, people: int) -> Floats:
    """V of each person."""
    cells, place = np.unique(joined(evidence.person, evidence.month), return_inverse=True)
    monthly = sums(place, evidence.mass, len(cells))
    return sums(cells // SPAN, np.sqrt(monthly), people)


def on_topic_work(evidence: Evidence, people: int) -> Floats:
    """Z of each person."""
    return sums(evidence.person, evidence.mass, people)


def helped_pairs(evidence: Evidence) -> tuple[Integers, Integers, Floats]:
    """Who helped whom (a work: its first reviewer), with what each pair or work adds to N."""
    counted = evidence.counted & ~evidence.work
    keys = joined(evidence.person[counted], evidence.asker[counted])
    pairs, place = np.unique(keys, return_inverse=True)
    gains = np.minimum(sums(place, evidence.z[counted], len(pairs)), 1.0)
    return (
        np.concatenate([pairs // SPAN, evidence.person[evidence.work]]),
        np.concatenate([pairs % SPAN, evidence.asker[evidence.work]]),
        np.concatenate([gains, evidence.z[evidence.work]]),
    )


def helped(evidence: Evidence, people: int) -> Floats:
    """N of each person."""
    person, _, gains = helped_pairs(evidence)
    return sums(person, gains, people)


@dataclass(frozen=True, slots=True)
class Factors:
    """For each person: V, Z, F, N, Y/(Y+24) and S."""

    steadiness: Floats
    on_topic: Floats
    consistency: Floats
    helped: Floats
    presence: Floats
    value: Floats


def factors(evidence: Evidence, all_work: Floats, months: Integers) -> Factors:
    """All factors; ``all_work`` is W, ``months`` Y of each person over all topics."""
    people = len(all_work)
    steady = steadiness(evidence, people)
    on_topic = on_topic_work(evidence, people)
    consistency = topic_consistency(on_topic, all_work, base_rate(on_topic, all_work))
    breadth = helped(evidence, people)
    present = presence(months)
    value = standing(steady, consistency, breadth, present)
    return Factors(steady, on_topic, consistency, breadth, present, value)


def base_rate(on_topic: Floats, all_work: Floats) -> float:
    """Z_all / W_all: the share of everybody's work that is on the topic, ``rounded``."""
    total = float(all_work.sum())
    return float(rounded(on_topic.sum() / total)) if total > 0 else 0.0


def standing(steady: Floats, consistency: Floats, breadth: Floats, present: Floats) -> Floats:
    """S from its factors (``present`` is Y/(Y+24))."""
    value: Floats = steady * np.sqrt(consistency) * recognition(breadth) * present
    return value
