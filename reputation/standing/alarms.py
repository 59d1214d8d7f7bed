"""Signs that a standing may have been made up, for a moderator to look at; nothing is punished.

A farm of sock puppets leaves traces that honest help does not: askers who come
back again and again to one and the same person and hardly speak with anybody
else, a crowd that turns up within weeks, questions copied from one another, and
thanks that are always returned.

Having few correspondents is no sign by itself: who asks once and is answered
has one or two. Of the people in the top 40 of ten topics of a real list a
tenth earn half of their weight from such askers, none from askers who return.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from sklearn.preprocessing import normalize

from reputation.arrays import SPAN, Flags, Floats, Integers, joined, numbers_in, sums
from reputation.evidence.ledger import NEVER, Kind
from reputation.standing.model import StandingModel, TopicState

HALF: Final = 0.5
"""Share of a person's weight on the topic from which on a sign is an alarm."""
CORRESPONDENTS: Final = 2
"""Somebody whom no more than so many people ever answered hardly speaks with anybody."""
RETURNS: Final = 2
"""Answered threads after which an asker has come back."""
EXCLUSIVE: Final = 2 / 3
"""Share of an asker's answered threads in which the person answered."""
CIRCLE: Final = 3
"""A closed circle has at least so many people in it besides the person."""
RING: Final = 5
"""So many people must be thanked back: friends of long standing are two or three."""
CROWD: Final = 10
"""People in a sudden crowd, or with copied questions; now and then a question is sent again."""
CROWD_SECONDS: Final = 30 * 86_400
ALIKE: Final = 0.9
"""Cosine of the words of two questions from which on one repeats the other."""
FEWEST_WORDS: Final = 8
"""Different words of a question that may be called a copy; short ones are alike by nature."""
COMMON: Final = 0.25
QUESTIONS_COMPARED: Final = 2_000


class Sign(StrEnum):
    """What was seen."""

    CLOSED_CIRCLE = "closed circle"
    SUDDEN_CROWD = "sudden crowd"
    COPIED_QUESTIONS = "copied questions"
    MUTUAL_THANKS = "mutual thanks"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A sign about somebody's standing on a topic.

    person: id. share: of the weight (of the thanks, for mutual thanks) that
    shows the sign, 0.5 to 1. askers: how many different people that came from.
    """

    person: int
    sign: Sign
    share: float
    askers: int


class Watch:
    """The signs in one model; what it knows of all askers is worked out once."""

    def __init__(self, model: StandingModel) -> None:
        self._model = model
        ledger = model.ledger
        people = len(ledger.people)
        answers = np.flatnonzero(ledger.kind != Kind.WORK)
        who, asker = ledger.person[answers], ledger.asker[answers]
        # Threads of each asker that anybody, and that each person, answered.
        threads = np.unique(joined(asker, ledger.thread[answers]))
        self._threads = np.bincount(threads // SPAN, minlength=people)
        self._pairs, pair = np.unique(joined(who, asker), return_inverse=True)
        answered = np.unique(joined(pair, ledger.thread[answers]))
        self._pair_threads = np.bincount(answered // SPAN, minlength=len(self._pairs))
        answerers = np.unique(joined(asker, who)) // SPAN
        self._few = np.bincount(answerers, minlength=people) <= CORRESPONDENTS
        self._first_seen = _first_seen(model)
        self._rarity = _rarity(_questions(model, ledger.root))

    def look(self, state: TopicState, people: Collection[int]) -> list[Alarm]:
        """The alarms about ``people`` (ids) on a topic."""
        if not len(state.entries):
            return []
        numbers = np.flatnonzero(np.isin(self._model.ledger.people, list(people)))
        copied = self._copied(state)
        found: list[Alarm] = []
        for number in numbers.tolist():
            mine = np.flatnonzero((state.evidence.person == number) & ~state.evidence.work)
            if len(mine):
                found.extend(self._signs(state, number, mine, copied))
        return found

    def _signs(self, state: TopicState, number: int, mine: Integers, copied: Flags) -> list[Alarm]:
        asker, mass = state.evidence.asker[mine], state.evidence.mass[mine]
        entries = state.entries[mine]
        person = int(self._model.ledger.people[number])
        seen = [
            (Sign.CLOSED_CIRCLE, self._returning(number, asker), mass, CIRCLE),
            (Sign.SUDDEN_CROWD, self._crowd(asker, mass), mass, CROWD),
            (Sign.COPIED_QUESTIONS, copied[mine], mass, CROWD),
            (Sign.MUTUAL_THANKS, *self._returned_thanks(number, entries), RING),
        ]
        found = []
        for sign, showing, weight, fewest in seen:
            total = float(weight.sum())
            share = float(weight[showing].sum()) / total if total > 0 else 0.0
            askers = len(np.unique(asker[showing & (weight > 0)]))
            if share >= HALF and askers >= fewest:
                found.append(Alarm(person, sign, share, askers))
        return found

    def _returning(self, number: int, asker: Integers) -> Flags:
        """Rows for askers who come back to this person and to hardly anybody else."""
        pair = np.searchsorted(self._pairs, joined(np.full(len(asker), number), asker))
        answered = self._pair_threads[np.minimum(pair, len(self._pair_threads) - 1)]
        exclusive = answered >= EXCLUSIVE * self._threads[asker]
        flags: Flags = self._few[asker] & (answered >= RETURNS) & exclusive
        return flags

    def _crowd(self, asker: Integers, mass: Floats) -> Flags:
        """Rows for the 30 days of first appearances, of people of few words, that weigh most."""
        loners, place = np.unique(asker, return_inverse=True)
        weight = np.where(self._few[loners], sums(place, mass, len(loners)), 0.0)
        since = self._first_seen[loners]
        order = np.argsort(since, kind="stable")
        total = np.append(0.0, np.cumsum(weight[order]))
        end = np.searchsorted(since[order], since[order] + CROWD_SECONDS, side="right")
        best = int(np.argmax(total[end] - total[:-1]))
        crowd = np.zeros(len(loners), dtype=np.bool_)
        crowd[order[best : end[best]]] = True
        flags: Flags = (crowd & self._few[loners])[place]
        return flags

    def _returned_thanks(self, number: int, entries: Integers) -> tuple[Flags, Floats]:
        """Rows of thanks by people whom the person thanked too; 1 for each row of thanks."""
        ledger = self._model.ledger
        thanked = ledger.thanked()
        mine = thanked & (ledger.asker == number)
        returned = np.isin(ledger.asker[entries], ledger.person[mine])
        return returned, thanked[entries].astype(np.float64)

    def _copied(self, state: TopicState) -> Flags:
        """Rows of the topic in threads whose question nearly repeats somebody else's."""
        ledger, posts = self._model.ledger, self._model.posts
        threads, place = np.unique(ledger.thread[state.entries], return_inverse=True)
        weight = sums(place, state.evidence.mass, len(threads))
        compared = np.argsort(-weight, kind="stable")[:QUESTIONS_COMPARED]
        root = ledger.root[threads[compared]]
        words = _unit(_questions(self._model, root), self._rarity)
        alike = (words @ words.T).tocoo()
        author = posts.person[root]
        other = author[alike.row] != author[alike.col]
        long = np.diff(words.indptr) >= FEWEST_WORDS
        copies = (alike.data >= ALIKE) & other & long[alike.row] & long[alike.col]
        copied = np.zeros(len(threads), dtype=np.bool_)
        copied[compared[alike.row[copies]]] = True
        flags: Flags = copied[place]
        return flags


def _questions(model: StandingModel, roots: Integers) -> csr_array:
    """The words of the posts that began threads."""
    subjects, texts = model.terms
    return csr_array(subjects[roots] + texts[roots])


def _rarity(roots: csr_array) -> Floats:
    """Inverse frequency of each word among all questions; 0 in over a quarter of them."""
    questions = roots.shape[0]
    holding = np.bincount(roots.indices, minlength=roots.shape[1])
    rarity: Floats = np.log(questions / np.maximum(holding, 1)) * (holding <= COMMON * questions)
    return rarity


def _unit(counts: csr_array, rarity: Floats) -> csr_array:
    """Rows of tf-idf weights of length 1, without the words that tell no two apart."""
    weighted = csr_array(counts.sqrt().multiply(rarity[None, :]))
    weighted.eliminate_zeros()
    return csr_array(normalize(weighted, copy=False))


def _first_seen(model: StandingModel) -> Integers:
    """When each person of the ledger first wrote."""
    posts = model.posts
    number = numbers_in(model.ledger.people, posts.person)
    first = np.full(len(model.ledger.people), NEVER, dtype=np.int64)
    np.minimum.at(first, number[number >= 0], posts.date[number >= 0])
    return first
