"""Everybody's standing on one topic at the end of each month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reputation.arrays import SPAN, Floats, Integers, joined, numbers_in, rounded, sums
from reputation.evidence.ledger import NEVER, Ledger
from reputation.history.monthly_work import MonthlyWork
from reputation.standing.formula import Evidence, presence, scale, standing, topic_consistency
from reputation.standing.model import StandingModel, TopicState
from reputation.topics.topicality import ON_TOPIC

BLOCK: Final = 48
"""Months computed at once: bounds the memory of large topics."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person's months. rank 0: no standing yet. mass: Σ z w of the month's posts, by today.

    on_topic: Z, the depth, and breadth: N, as known at the month's end.
    """

    posts: NDArray[np.int32]
    answers: NDArray[np.int32]
    thanks: NDArray[np.int32]
    mass: NDArray[np.float32]
    score: Floats
    rank: NDArray[np.int32]
    on_topic: Floats
    breadth: Floats


class TopicHistory:
    """Monthly scores, ranks and counts of all who have evidence on a topic.

    people: their numbers, one for each row of the tables people x months.
    mass: Σ z w of everybody's posts of each month.
    """

    def __init__(self, model: StandingModel, state: TopicState, work: MonthlyWork) -> None:
        self.people: Integers = np.unique(state.evidence.person)
        self._size = len(work.months.ends)
        shape = (len(self.people), self._size)
        self._value = np.zeros(shape, dtype=np.float32)
        self._on_topic = np.zeros(shape, dtype=np.float32)
        self.breadth = np.zeros(shape, dtype=np.float32)
        self.rank = np.zeros(shape, dtype=np.int32)
        self._score(model, state, work)
        self._count(model, state, work)

    def of(self, person: int) -> PersonLine:
        """The line of a person number; all 0 for one without evidence."""
        at = int(np.searchsorted(self.people, person))
        if at == len(self.people) or self.people[at] != person:
            nothing, none = np.zeros(self._size, dtype=np.int32), np.zeros(self._size)
            return PersonLine(
                nothing, nothing, nothing, none.astype(np.float32), none, nothing, none, none
            )
        return PersonLine(
            posts=self._posts[at],
            answers=self.answers[at],
            thanks=self._thanks[at],
            mass=self.mass_of_people[at],
            score=scale(self._value[at].astype(np.float64)),
            rank=self.rank[at],
            on_topic=self._on_topic[at].astype(np.float64),
            breadth=self.breadth[at].astype(np.float64),
        )

    def score_at(self, month: int) -> Floats:
        """Everybody's score, 0 to 100, at the end of a month (its place)."""
        return scale(self._value[:, month].astype(np.float64))

    def best_tenth(self) -> Floats:
        """The score from which the best tenth began at each month's end; 0 while nobody ranked."""
        found = np.zeros(self._size)
        for month in range(self._size):
            ranked = self.rank[:, month] > 0
            if ranked.any():
                found[month] = np.quantile(self.score_at(month)[ranked], 0.9)
        return found

    def _score(self, model: StandingModel, state: TopicState, work: MonthlyWork) -> None:
        rows = _Rows(model.ledger.take(state.entries), state.evidence, self.people)
        shown = model.entry_theta(state.theta)[state.entries] >= ON_TOPIC
        since = np.full(len(self.people), NEVER, dtype=np.int64)
        np.minimum.at(since, rows.who[shown], rows.ledger.known_at[shown])
        all_work, active = work.work(self.people), work.active(self.people)
        for start in range(0, self._size, BLOCK):
            block = slice(start, start + BLOCK)
            instants = work.months.ends[block]
            on_topic, steady, breadth = rows.sums_at(instants)
            total = work.total[block]
            rate = np.divide(on_topic.sum(axis=0), total, out=np.zeros(len(total)), where=total > 0)
            consistency = topic_consistency(on_topic, all_work[:, block], rounded(rate))
            value = standing(steady, consistency, breadth, presence(active[:, block]))
            # Ranked is who has an answer on the topic by then, as in the ranking of today.
            value[since[:, None] > instants] = 0.0
            self._on_topic[:, block] = on_topic
            self.breadth[:, block] = breadth
            self._value[:, block] = value
            self.rank[:, block] = _ranks(value)

    def _count(self, model: StandingModel, state: TopicState, work: MonthlyWork) -> None:
        """Counts of the posts of each month in threads on the topic."""
        posts, ledger, months = model.posts, model.ledger, work.months
        theta = state.theta[model.topicality.document_of_post]
        rows = np.flatnonzero((theta >= ON_TOPIC) & ~posts.automatic)
        author = numbers_in(self.people, numbers_in(ledger.people, posts.person[rows]))
        rows, author = rows[author >= 0], author[author >= 0]
        shown = model.entry_theta(state.theta)[state.entries] >= ON_TOPIC
        entries = state.entries[shown]
        who = np.searchsorted(self.people, ledger.person[entries])
        month = months.places(ledger.date[entries])
        thanked = ledger.thanked()[entries]
        self._posts = self._table(author, months.places(posts.date[rows]))
        self.answers = self._table(who, month)
        self._thanks = self._table(who[thanked], month[thanked])
        everybody = np.searchsorted(self.people, state.evidence.person)
        cell = everybody * self._size + months.places(ledger.date[state.entries])
        mass = sums(cell, state.evidence.mass, len(self.people) * self._size)
        self.mass_of_people = mass.reshape(len(self.people), self._size).astype(np.float32)
        self.mass: Floats = self.mass_of_people.sum(axis=0, dtype=np.float64)

    def _table(self, person: Integers, month: Integers) -> NDArray[np.int32]:
        """Number of pairs (person, month), people x months."""
        size = len(self.people) * self._size
        counts = np.bincount(person * self._size + month, minlength=size)
        return counts.reshape(len(self.people), self._size).astype(np.int32)


class _Rows:
    """A topic's ledger rows, grouped by person, by month and by asker."""

    def __init__(self, ledger: Ledger, evidence: Evidence, people: Integers) -> None:
        self.ledger = ledger
        self.who: Integers = np.searchsorted(people, evidence.person)
        self._z = evidence.z[:, None]
        self._work = np.flatnonzero(evidence.work)
        self._answers = np.flatnonzero(~evidence.work)
        cells, cell = np.unique(joined(self.who, evidence.month), return_inverse=True)
        asked = joined(self.who, evidence.asker)[self._answers]
        pairs, pair = np.unique(asked, return_inverse=True)
        count = len(people)
        self._to_person = _summing(self.who, count)
        self._to_cell, self._cell_to_person = (
            _summing(cell, len(cells)),
            _summing(cells // SPAN, count),
        )
        self._to_pair, self._pair_to_person = (
            _summing(pair, len(pairs)),
            _summing(pairs // SPAN, count),
        )
        self._work_to_person = _summing(self.who[self._work], count)

    def sums_at(self, instants: Integers) -> tuple[Floats, Floats, Floats]:
        """Z, V and N of each person at each instant, people x instants."""
        weight = self.ledger.weight_over(instants)
        mass = self._z * weight
        counted = self.ledger.vouched_over(instants) & (weight > 0)
        z = np.where(counted, self._z, 0.0)
        steady = self._cell_to_person @ np.sqrt(self._to_cell @ mass)
        given = np.minimum(self._to_pair @ z[self._answers], 1.0)
        breadth = self._pair_to_person @ given + self._work_to_person @ z[self._work]
        return self._to_person @ mass, steady, breadth


def _summing(group: Integers, groups: int) -> csr_array:
    """The matrix that sums rows by group."""
    ones = np.ones(len(group))
    return csr_array((ones, (group, np.arange(len(group)))), shape=(groups, len(group)))


def _ranks(value: Floats) -> NDArray[np.int32]:
    """Place of each row by value in each column, from 1; 0 where the value is 0."""
    order = np.argsort(-value, axis=0, kind="stable")
    ranks = np.empty(value.shape, dtype=np.int32)
    places = np.broadcast_to(np.arange(1, len(value) + 1)[:, None], value.shape)
    np.put_along_axis(ranks, order, places.astype(np.int32), axis=0)
    return np.where(value > 0, ranks, 0).astype(np.int32)
