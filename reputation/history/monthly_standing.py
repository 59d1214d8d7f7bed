"""Everybody's standing on one topic at the end of each month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reputation.arrays import Floats, Integers, numbers_in, sums
from reputation.evidence.ledger import NEVER
from reputation.history.monthly_work import MonthlyWork
from reputation.standing.formula import all_work, factors, scale
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
        ledger, z = model.ledger.take(state.entries), state.evidence.z[:, None]
        person = np.searchsorted(self.people, state.evidence.person)
        shown = model.entry_theta(state.theta)[state.entries] >= ON_TOPIC
        since = np.full(len(self.people), NEVER, dtype=np.int64)
        np.minimum.at(since, person[shown], ledger.known_at[shown])
        all_of_them, active = work.work(self.people), work.active(self.people)
        for start in range(0, self._size, BLOCK):
            block = slice(start, start + BLOCK)
            instants = work.months.ends[block]
            evidence = replace(all_work(ledger, instants), person=person).on_topic(z)
            found = factors(evidence, all_of_them[:, block], active[:, block], work.total[block])
            # Ranked is who has an answer on the topic by then, as in the ranking of today.
            value = np.where(since[:, None] > instants, 0.0, found.value)
            self._on_topic[:, block] = found.on_topic
            self.breadth[:, block] = found.helped
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


def _ranks(value: Floats) -> NDArray[np.int32]:
    """Place of each row by value in each column, from 1; 0 where the value is 0."""
    order = np.argsort(-value, axis=0, kind="stable")
    ranks = np.empty(value.shape, dtype=np.int32)
    places = np.broadcast_to(np.arange(1, len(value) + 1)[:, None], value.shape)
    np.put_along_axis(ranks, order, places.astype(np.int32), axis=0)
    return np.where(value > 0, ranks, 0).astype(np.int32)
