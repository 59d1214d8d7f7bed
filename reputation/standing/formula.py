"""The formula of S from rows of evidence; nothing else states it again.

S = V · √F · N/(N+3) · Y/(Y+24), with

- z = θ (.1 + .9 c) of an answer, A = θ of a reviewed work, and w the weight of the ledger;
- V = Σ over 30-day months of √(Σ z w + Σ A): steady help; one busy month counts little;
- Z = Σ z w + Σ A, W the same of all work on any topic, and F the topic consistency
  made of them, of the base rate Z_all / W_all and of nothing else;
- N = Σ over vouched askers of min(1, Σ z) + Σ A: how many different people were helped;
- Y: months with a useful answer or a reviewed work, on any topic.

Rows may have one value each or several, a column for each instant, draw or archive
that is looked at; what is made of them then has as many columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from reputation.arrays import SPAN, Flags, Floats, Integers, joined, rounded, sums
from reputation.evidence.ledger import MONTH_SECONDS, NEVER, Kind, Ledger

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
UNNAMED_SHARE: Final = 0.1
"""What an answer counts that does not name the topic at all."""

Total = Callable[[Integers, Integers, Floats, int], Floats]
"""Sums of values by group: of (group, asker, values, number of groups)."""


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


def relevance(theta: Floats, covered: Floats, work: Flags) -> Floats:
    """Of answers z and of reviewed works A, from θ of their threads and c of their words."""
    share: Floats = theta * np.where(work, 1.0, UNNAMED_SHARE + (1 - UNNAMED_SHARE) * covered)
    return share


def month_gain(mass: Floats) -> Floats:
    """What a month with this mass adds to V: its root."""
    gain: Floats = np.sqrt(mass)
    return gain


def asker_gain(helped: Floats) -> Floats:
    """What an asker helped so much adds to N: at most 1."""
    gain: Floats = np.minimum(helped, 1.0)
    return gain


def base_rate(on_topic: Floats, all_work: Floats) -> Floats:
    """Z_all / W_all: the share of everybody's work that is on the topic, ``rounded``; 0 of none."""
    total = np.asarray(all_work)
    return rounded(np.divide(on_topic, total, out=np.zeros(total.shape), where=total > 0))


def topic_consistency(on_topic: Floats, all_work: Floats, rate: float | Floats) -> Floats:
    """F: the share of a person's work that is on the topic, shrunk to the list's base rate."""
    share: Floats = (on_topic + SHRINKAGE * rate) / (all_work + SHRINKAGE)
    return share


def presence(months: Floats) -> Floats:
    """Y / (Y + 24), 0 to 1."""
    share: Floats = months / (months + PRESENCE_MONTHS)
    return share


def standing(steady: Floats, consistency: Floats, breadth: Floats, present: Floats) -> Floats:
    """S from V, F, N and Y/(Y+24)."""
    value: Floats = steady * np.sqrt(consistency) * recognition(breadth) * present
    return value


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
    """Rows that count on a topic, or on all of them.

    person, asker: numbers of people; month: of the post. z: how much the row is
    on the topic (A of a work); mass: z · w, 0 where it does not count. counted: its
    asker is vouched for. work: it is a reviewed work. z, mass and counted may have columns.
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

    @property
    def useful(self) -> Flags:
        """Rows of useful answers and reviewed works."""
        return (self.counted.T | self.work).T & (self.mass > 0)

    def take(self, rows: Integers) -> Evidence:
        """Some rows only."""
        return Evidence(*(getattr(self, column.name)[rows] for column in fields(self)))

    def joined(self, other: Evidence) -> Evidence:
        """These rows and then the other ones."""
        both = (self, other)
        columns = ([getattr(rows, column.name) for rows in both] for column in fields(self))
        return Evidence(*map(np.concatenate, columns))

    def on_topic(self, z: Floats) -> Evidence:
        """Rows of all work as evidence on a topic, with how much each is on it."""
        return replace(self, z=z, mass=z * self.mass)


def all_work(
    ledger: Ledger, as_of: int | Integers = NEVER - 1, inside: Flags | None = None
) -> Evidence:
    """Every row of the ledger with its weight as mass: work on any topic.

    as_of: an instant, or several. inside: the rows that count at all.
    """
    vouched = ledger.vouched(as_of)
    weight = ledger.weight(as_of, vouched)
    if inside is not None:
        weight = np.where(inside, weight, 0.0)
    work = ledger.kind == Kind.WORK
    return Evidence(
        person=ledger.person,
        asker=ledger.asker,
        month=month_of(ledger.date),
        z=weight,
        mass=weight,
        counted=vouched,
        work=work,
    )


def every_asker(group: Integers, _asker: Integers, values: Floats, groups: int) -> Floats:
    """The ``Total`` that takes each asker once."""
    return sums(group, values, groups)


def steadiness(evidence: Evidence, people: int, total: Total = every_asker) -> Floats:
    """V of each person."""
    cells, place = np.unique(joined(evidence.person, evidence.month), return_inverse=True)
    monthly = total(place, evidence.asker, evidence.mass, len(cells))
    return sums(cells // SPAN, month_gain(monthly), people)


def topic_work(evidence: Evidence, people: int, total: Total = every_asker) -> Floats:
    """Z of each person; of ``all_work``, W."""
    return total(evidence.person, evidence.asker, evidence.mass, people)


def helped(evidence: Evidence, people: int, total: Total = every_asker) -> Floats:
    """N of each person."""
    return total(*helped_pairs(evidence), people)


def helped_pairs(evidence: Evidence) -> tuple[Integers, Integers, Floats]:
    """Who helped whom (a work: its first reviewer), with what each pair or work adds to N."""
    work, counted, present = evidence.work, evidence.counted, evidence.mass > 0
    answers = np.flatnonzero(~work & counted if counted.ndim == 1 else ~work)
    keys = joined(evidence.person[answers], evidence.asker[answers])
    pairs, place = np.unique(keys, return_inverse=True)
    gains = asker_gain(
        sums(place, np.where(counted & present, evidence.z, 0.0)[answers], len(pairs))
    )
    return (
        np.concatenate([pairs // SPAN, evidence.person[work]]),
        np.concatenate([pairs % SPAN, evidence.asker[work]]),
        np.concatenate([gains, np.where(present[work], evidence.z[work], 0.0)]),
    )


def active_months(work: Evidence, people: int) -> Floats:
    """Y of each person, of ``all_work``."""
    cells, place = np.unique(joined(work.person, work.month), return_inverse=True)
    seen = sums(place, work.useful.astype(np.float64), len(cells)) > 0
    return sums(cells // SPAN, seen.astype(np.float64), people)


@dataclass(frozen=True, slots=True)
class Factors:
    """For each person: V, Z, F, N, Y/(Y+24) and S; and the base rate."""

    steadiness: Floats
    on_topic: Floats
    consistency: Floats
    helped: Floats
    presence: Floats
    value: Floats
    rate: Floats


def factors(
    evidence: Evidence,
    work: Floats,
    months: Floats,
    everybody: Floats,
    others: float | Floats = 0.0,
) -> Factors:
    """All factors of people with W ``work`` and Y ``months`` over all topics.

    everybody: W_all. others: Z of those who are not among these people.
    """
    people = len(work)
    on_topic = topic_work(evidence, people)
    rate = base_rate(others + on_topic.sum(axis=0), everybody)
    steady, breadth = steadiness(evidence, people), helped(evidence, people)
    consistency, present = topic_consistency(on_topic, work, rate), presence(months)
    value = standing(steady, consistency, breadth, present)
    return Factors(steady, on_topic, consistency, breadth, present, value, rate)
