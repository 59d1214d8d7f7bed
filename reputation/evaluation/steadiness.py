"""Part 4 of the protocol of quality: rankings that stay, and the place newcomers have in them.

Kendall's τ-b of each topic's first twenty against the scores of a month before
(M. Kendall, The treatment of ties in ranking problems, Biometrika 33(3), 1945),
and tenure: how many of the first twenty joined less than two years ago, beside
the share of the topic's evidence that such people earned.
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
"""Rankings of fewer people say nothing about order."""
NEW_SECONDS: Final = 2 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Means over the topics that rank at least five people; None where there is none.

    tau: of the first twenty, one month on, -1 to 1. newcomers: the share of the
    first twenty who first posted less than two years before the end;
    newcomers_evidence: the share of the topic's evidence that is theirs.
    """

    topics: int
    tau: float | None
    newcomers: float | None
    newcomers_evidence: float | None


def steadiness(model: StandingModel, topics: Sequence[TopicQuery]) -> Steadiness:
    """Part 4 over all ``topics``, at the end of the archive."""
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
    """Kendall's τ-b of two lists of scores; None where one of them tells nobody apart."""
    from scipy.stats import kendalltau

    value = float(kendalltau(now, past).statistic)
    return None if math.isnan(value) else value


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
