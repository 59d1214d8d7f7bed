"""Which posts a score came from: the share of S that would be lost without each of them.

All posts are weighed first as if only their own row of evidence went. For those
that matter most S is then worked out as if the post had never been written
(``reputation.standing.without_post``): its thread would be another conversation.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reputation.arrays import Floats, Integers, sums
from reputation.evidence.ledger import Kind
from reputation.results import EvidenceItem
from reputation.standing.formula import (
    asker_gain,
    base_rate,
    month_gain,
    presence,
    standing,
    topic_consistency,
)
from reputation.standing.model import StandingModel, TopicState
from reputation.standing.without_post import standing_without

EXACT_POSTS: Final = 200
"""Posts of one person that are weighed exactly; what comes after them hardly matters."""
EXACT_ROWS: Final = 100_000
"""Posts of their threads, with repetition, that are read again for it."""


def contributions(
    model: StandingModel, state: TopicState, person: int, limit: int | None = None
) -> tuple[EvidenceItem, ...]:
    """The posts behind ``person``'s (an id) S on the topic, largest contribution first.

    Contributions need not sum to 1: S is no sum. One that would raise S by
    going (it widened the person's other work) counts 0.
    """
    number = np.flatnonzero(model.ledger.people == person)
    if not len(number) or state.factors.value[number[0]] <= 0:
        return ()
    who = int(number[0])
    mine = np.flatnonzero(state.evidence.person == who)
    left = _without_row(state, who, mine)
    _weigh_exactly(left, model, state, mine, limit)
    lost = np.clip(1.0 - left / state.factors.value[who], 0.0, 1.0)
    order = np.argsort(-lost, kind="stable")[:limit]
    return _items(model, state.entries[mine[order]], lost[order])


def overall_contributions(
    model: StandingModel, person: int, limit: int | None = None
) -> tuple[EvidenceItem, ...]:
    """The posts behind ``person``'s (an id) work on all topics: each one's share of its weight."""
    number = np.flatnonzero(model.ledger.people == person)
    if not len(number):
        return ()
    mine = np.flatnonzero(model.ledger.person == number[0])
    weight = model.ledger.weight()[mine]
    total = float(weight.sum())
    if total <= 0:
        return ()
    order = np.argsort(-weight, kind="stable")[:limit]
    return _items(model, mine[order], weight[order] / total)


def _items(model: StandingModel, entries: Integers, shares: Floats) -> tuple[EvidenceItem, ...]:
    messages = model.posts.message[model.ledger.row[entries]].tolist()
    kinds = model.ledger.kind[entries].tolist()
    return tuple(
        EvidenceItem(message, Kind(kind).word, share)
        for message, kind, share in zip(messages, kinds, shares.tolist(), strict=True)
    )


def _weigh_exactly(
    left: Floats, model: StandingModel, state: TopicState, mine: Integers, limit: int | None
) -> None:
    """Put S without the post in place of the first estimate, for all that come first by it.

    One that turns out to matter less gives its place to the next, which is then weighed too.
    """
    entries, who = state.entries[mine], int(state.evidence.person[mine[0]])
    places = EXACT_POSTS if limit is None else min(EXACT_POSTS, limit)
    _, lengths, _ = model.rows_of_threads
    cost = lengths[model.ledger.thread[entries]]
    weighed = np.zeros(len(left), dtype=np.bool_)
    while True:
        first = np.argsort(left, kind="stable")[:places]
        wanted = first[~weighed[first]]
        wanted = wanted[cost[weighed].sum() + np.cumsum(cost[wanted]) <= EXACT_ROWS]
        if not len(wanted):
            return
        left[wanted] = standing_without(model, state, who, entries[wanted])
        weighed[wanted] = True


def _without_row(state: TopicState, who: int, mine: Integers) -> Floats:
    """S of the person without each of the topic's rows ``mine`` in turn, all else as it was."""
    evidence, point, scope = state.evidence, state.factors, state.scope
    mass, z = evidence.mass[mine], evidence.z[mine]
    weight = scope.work.mass[state.entries[mine]]
    months, cell = np.unique(evidence.month[mine], return_inverse=True)
    monthly = sums(cell, mass, len(months))[cell]
    left = np.maximum(monthly - mass, 0.0)
    steady = point.steadiness[who] - month_gain(monthly) + month_gain(left)
    on_topic = np.maximum(point.on_topic.sum() - mass, 0.0)
    consistency = topic_consistency(
        np.maximum(point.on_topic[who] - mass, 0.0),
        np.maximum(scope.all_work[who] - weight, 0.0),
        base_rate(on_topic, scope.all_work.sum() - weight),
    )
    asker = evidence.asker[mine]
    counted = evidence.counted[mine] & ~evidence.work[mine]
    askers, pair = np.unique(asker, return_inverse=True)
    given = sums(pair, np.where(counted, z, 0.0), len(askers))[pair]
    lost = asker_gain(given) - asker_gain(np.maximum(given - z, 0.0))
    lost = np.where(evidence.work[mine], z, np.where(counted, lost, 0.0))
    breadth = np.maximum(point.helped[who] - lost, 0.0)
    return standing(steady, consistency, breadth, presence(_months_without(state, who, mine)))


def _months_without(state: TopicState, who: int, mine: Integers) -> Floats:
    """Y without each row: one less where it is all that the person did that month."""
    work = state.scope.work
    active = (work.person == who) & work.useful
    months, count = np.unique(work.month[active], return_counts=True)
    month = state.evidence.month[mine]
    place = np.minimum(np.searchsorted(months, month), max(len(months) - 1, 0))
    alone = (
        active[state.entries[mine]] & (months[place] == month) & (count[place] == 1)
        if len(months)
        else np.zeros(len(mine), dtype=np.bool_)
    )
    return np.full(len(mine), float(state.scope.months[who])) - alone.astype(np.float64)
