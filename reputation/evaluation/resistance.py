"""Part 3 of the protocol: which places attacks reach, and whether alarms detect them.

Every run plants its attack in a fresh copy of the archive. The topics with the most
ranked people are attacked, because a top ten among thirty people is not worth
attacking. The archive's own first people count as honest, so their alarms are false.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reputation.corpus.mentions import Mentions
from reputation.evaluation.attacks import PROTOCOL, Attack, Attacker, place_of
from reputation.standing.alarms import Watch
from reputation.standing.model import StandingModel
from reputation.topics.queries import TopicQuery

ATTACKS: Final = tuple(
    Attack(socks, questions, vouched=vouched)
    for vouched in (False, True)
    for socks, questions in PROTOCOL
)
TOPICS: Final = 3
RUNS: Final = 3
"""Runs of each attack on each topic."""
FEWEST_RANKED: Final = 20
"""A topic with fewer ranked people is not attacked."""
HONEST: Final = 200
WATCHED: Final = 40
"""Alarms are checked for this many first people of each topic, as in ``pakar alarms``."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of one attack over all topics and runs.

    runs: number of runs over all topics.
    median, best: place of the planted person, from 1. Without any standing it is one
        past the last place.
    unranked: runs without any standing.
    gated: median place with the authority gate.
    alarms: runs that raised an alarm.
    """

    attack: Attack
    runs: int
    median: float
    best: int
    unranked: int
    gated: float
    alarms: int


@dataclass(frozen=True, slots=True)
class Resistance:
    """The results of all attacks, and the false alarms.

    ranked: number of ranked people of each attacked topic; empty if there is none.
    flagged: how many of the ``honest`` people have an alarm on some topic.
    """

    ranked: tuple[int, ...]
    trials: tuple[Trial, ...]
    flagged: int
    honest: int


def resistance(
    model: StandingModel, mentions: Mentions, topics: Sequence[TopicQuery], *, runs: int = RUNS
) -> Resistance:
    """Run part 3 on the ``TOPICS`` topics with the most ranked people."""
    chosen = most_ranked(model, topics)
    trials = [
        attempt(model, mentions, [one for one, _ in chosen], attack, runs)
        for attack in (ATTACKS if chosen else ())
    ]
    flagged, honest = false_alarms(model, topics)
    return Resistance(tuple(size for _, size in chosen), tuple(trials), flagged, honest)


def most_ranked(
    model: StandingModel, topics: Sequence[TopicQuery], count: int = TOPICS
) -> list[tuple[TopicQuery, int]]:
    """The topics with the most ranked people, each with that number."""
    sizes = [(topic, len(ranked(model, topic))) for topic in topics]
    sizes = [(topic, size) for topic, size in sizes if size >= FEWEST_RANKED]
    return sorted(sizes, key=lambda pair: (-pair[1], pair[0].id))[:count]


def ranked(model: StandingModel, topic: TopicQuery) -> list[int]:
    """Person ids of a topic's ranking, best first."""
    lines = model.rank(topic.terms, pinned=topic.pinned, excluded=topic.excluded, draws=0)
    return [line.person for line in lines]


def attempt(
    model: StandingModel,
    mentions: Mentions,
    topics: Sequence[TopicQuery],
    attack: Attack,
    runs: int,
) -> Trial:
    """Plant one attack ``runs`` times on each topic, each time at random."""
    places, gated, unranked, alarms = [], [], 0, 0
    for number, topic in enumerate(topics):
        attacker = Attacker(model, mentions, topic.terms)
        for seed in range(runs):
            attacked = attacker.plant(attack, np.random.default_rng((number, seed)))
            again, planted = attacked.model, attacked.planted
            state = again.topic(topic.terms)
            place, last = place_of(again, state, planted, gated=False)
            places.append(place)
            gated.append(place_of(again, state, planted, gated=True)[0])
            unranked += place > last
            alarms += bool(Watch(again).look(state, [planted]))
    return Trial(
        attack,
        len(places),
        statistics.median(places),
        min(places),
        unranked,
        statistics.median(gated),
        alarms,
    )


def false_alarms(
    model: StandingModel, topics: Sequence[TopicQuery], honest: int = HONEST
) -> tuple[int, int]:
    """How many of the archive's first people have an alarm, and how many were checked.

    The people are taken place by place from all topics.
    """
    rankings = {topic.id: ranked(model, topic)[:WATCHED] for topic in topics}
    first: dict[int, None] = {}
    for place in range(WATCHED):
        for people in rankings.values():
            if place < len(people):
                first.setdefault(people[place])
    chosen = set(list(first)[:honest])
    return len(_flagged(model, topics, rankings) & chosen), len(chosen)


def _flagged(
    model: StandingModel, topics: Sequence[TopicQuery], people: Mapping[int, Collection[int]]
) -> set[int]:
    watch = Watch(model)
    found: set[int] = set()
    for topic in topics:
        state = model.topic(topic.terms, pinned=topic.pinned, excluded=topic.excluded)
        found |= {alarm.person for alarm in watch.look(state, people[topic.id])}
    return found
