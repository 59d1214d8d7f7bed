"""The factors of S from rows of evidence: V, Z, N, and S itself.

S = V · √F · N/(N+3) · Y/(Y+24), with

- V = Σ over 30-day months of √(Σ z w + Σ A): steady help; one busy month counts little;
- Z = Σ z w + Σ A, and F the topic consistency made of it;
- N = Σ over vouched askers of min(1, Σ z) + Σ A: how many different people were helped;
- Y: months with a useful answer or a reviewed work, on any topic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reputation.arrays import SPAN, Flags, Floats, Integers, joined, rounded, sums
from reputation.consistency import presence, topic_consistency
from reputation.scales import recognition


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
