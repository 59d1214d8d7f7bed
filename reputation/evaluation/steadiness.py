"""Part 4 of the protocol: how stable rankings are, and where newcomers stand in them.

Stability is Kendall's τ-b between each topic's first twenty and their scores a month
before (M. Kendall, The treatment of ties in ranking problems, Biometrika 33(3), 1945).
Tenure is the share of the first twenty who joined less than two years ago, beside the
share of the topic's evidence that such people earned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reputation.arrays import Floats, numbers_in, sums
from reputation.evidence.ledger import MONTH_SECONDS
from reputation.standing.model import StandingModel, TopicState
from reputation.topics.queries import TopicQuery

FIRST: Final = 20
FEWEST: Final = 5
"""The order of fewer people means nothing."""
NEW_SECONDS: Final = 2 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Means over the topics that rank at least five people; None without such a topic.

    topics: number of such topics.
    tau: Kendall's τ-b of the first twenty after one month, -1 to 1.
    newcomers: share of the first twenty whose first post is less than two years before
        the end.
    newcomers_evidence: share of the topic's evidence that such people earned.
    """

    topics: int
    tau: float | None
    newcomers: float | None
    newcomers_evidence: float | None


def steadiness(model: StandingModel, topics: Sequence[TopicQuery]) -> Steadiness:
    """Measure stability and tenure over all ``topics``, at the end of the archive."""
    if not len(model.posts):
        return Steadiness(0, None, None, None)
    end = int(model.posts.date[-1])
    before = model.as_of(end - MONTH_SECONDS)
    people = model.ledger.people
    begun = np.full(len(people), end, dtype=np.int64)
    author = numbers_in(people, model.posts.person)
    np.minimum.at(begun, author[author >= 0], model.posts.date[author >= 0])
    new = begun > end - NEW_SECONDS
    then_number = numbers_in(before.ledger.people, people)
    taus, placed, earned = [], [], []
    for topic in topics:
        now = _state(model, topic)
        first = np.argsort(-now.factors.value, kind="stable")[:FIRST]
        first = first[now.factors.value[first] > 0]
        if len(first) < FEWEST:
            continue
        past = np.append(_state(before, topic).factors.value, 0.0)[then_number[first]]
        tau = _tau(now.factors.value[first], past)
        if tau is not None:
            taus.append(tau)
        placed.append(float(new[first].mean()))
        mass = sums(now.evidence.person, now.evidence.mass, len(people))
        earned.append(float(mass[new].sum() / mass.sum()))
    return Steadiness(len(placed), _mean(taus), _mean(placed), _mean(earned))


def _state(model: StandingModel, topic: TopicQuery) -> TopicState:
    return model.topic(topic.terms, pinned=topic.pinned, excluded=topic.excluded)


def _tau(now: Floats, past: Floats) -> float | None:
    """Kendall's τ-b of two lists of scores; None when all scores of one list are equal."""
    from scipy.stats import kendalltau

    value = float(kendalltau(now, past).statistic)
    return None if math.isnan(value) else value


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
