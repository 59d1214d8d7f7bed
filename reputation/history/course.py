"""How a topic went: who led it when, who rises, who returned, on how many people it rests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from reputation.arrays import Flags, Integers
from reputation.history.monthly_standing import TopicHistory
from reputation.history.months import Months, period_groups, period_names

YEAR: Final = 12
"""Months of the window in which somebody rises or returns."""
AWAY: Final = 24
"""Months without an answer after which an answer is a return."""
HOLDING_MONTHS: Final = 36
"""Months whose evidence tells on how many people a topic rests."""
FEW_ANSWERS: Final = 3
"""Fewer answers in a window, or people helped, say nothing."""
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class LeaderRecord:
    """One period of a topic.

    leader: the person (id) with the highest standing at its end, None where nobody
    had one; score: theirs, 0 to 100. answers: of everybody in the period, by people.
    """

    period: str
    leader: int | None
    score: float
    answers: int
    people: int


@dataclass(frozen=True, slots=True)
class Mover:
    """A person (id) who rises or returned.

    rank: today's. rank_before: a year ago, None without a standing then.
    answers: of the last twelve months. before: the month of the last answer
    before those, None without one.
    """

    person: int
    rank: int
    rank_before: int | None
    answers: int
    before: str | None


@dataclass(frozen=True, slots=True)
class TopicCourse:
    """The course of a topic.

    holders: the fewest people (ids, most first) who gave half of the evidence of
    the last three years; helpers: all who gave any in them.
    """

    periods: tuple[LeaderRecord, ...]
    rising: tuple[Mover, ...]
    returning: tuple[Mover, ...]
    holders: tuple[int, ...]
    helpers: int


def topic_course(
    history: TopicHistory, months: Months, ids: Integers, granularity: str
) -> TopicCourse:
    """The course of a topic. ``ids``: of all people of the ledger, by their number."""
    people = ids[history.people]
    return TopicCourse(
        _periods(history, months, people, granularity),
        _rising(history, months, people),
        _returning(history, months, people),
        *_holders(history, people),
    )


def _periods(
    history: TopicHistory, months: Months, people: Integers, granularity: str
) -> tuple[LeaderRecord, ...]:
    """From the first period with an answer on."""
    starts, ends = period_groups(months, granularity)
    names = period_names(months, granularity)
    found: list[LeaderRecord] = []
    for name, start, end in zip(names, starts.tolist(), ends.tolist(), strict=True):
        given = history.answers[:, start:end].sum(axis=1)
        first = np.flatnonzero(history.rank[:, end - 1] == 1)
        if not found and not given.any() and not len(first):
            continue
        leader = int(first[0]) if len(first) else None
        found.append(
            LeaderRecord(
                period=name,
                leader=None if leader is None else int(people[leader]),
                score=0.0 if leader is None else float(history.score_at(end - 1)[leader]),
                answers=int(given.sum()),
                people=int(np.count_nonzero(given)),
            )
        )
    return tuple(found)


def _rising(history: TopicHistory, months: Months, people: Integers) -> tuple[Mover, ...]:
    """Those whose rank is better than a year ago, the greatest step first."""
    size = history.rank.shape[1]
    if size <= YEAR:
        return ()
    now, before = history.rank[:, -1], history.rank[:, -1 - YEAR]
    last = int(before.max(initial=0)) + 1
    step = np.log(np.where(before > 0, before, last) / np.maximum(now, 1))
    recent = history.answers[:, -YEAR:].sum(axis=1)
    rises = (now > 0) & (step > 0) & (recent >= FEW_ANSWERS)
    rises &= history.breadth[:, -1] >= FEW_ANSWERS
    order = np.flatnonzero(rises)[np.argsort(-step[rises], kind="stable")]
    return _movers(history, months, people, order)


def _returning(history: TopicHistory, months: Months, people: Integers) -> tuple[Mover, ...]:
    """Those who answer again after two years and more, the deepest first."""
    away = YEAR + AWAY
    if history.rank.shape[1] <= away:
        return ()
    recent = history.answers[:, -YEAR:].sum(axis=1) > 0
    silent = ~history.answers[:, -away:-YEAR].any(axis=1)
    earlier = history.answers[:, :-away].sum(axis=1) >= FEW_ANSWERS
    back: Flags = recent & silent & earlier & (history.rank[:, -1] > 0)
    rank = history.rank[:, -1]
    order = np.flatnonzero(back)[np.argsort(rank[back], kind="stable")]
    return _movers(history, months, people, order)


def _movers(
    history: TopicHistory, months: Months, people: Integers, order: Integers
) -> tuple[Mover, ...]:
    names = period_names(months, "month")
    found = []
    for row in order[:SHOWN].tolist():
        before = int(history.rank[row, -1 - YEAR])
        earlier = np.flatnonzero(history.answers[row, :-YEAR])
        found.append(
            Mover(
                person=int(people[row]),
                rank=int(history.rank[row, -1]),
                rank_before=before or None,
                answers=int(history.answers[row, -YEAR:].sum()),
                before=names[int(earlier[-1])] if len(earlier) else None,
            )
        )
    return tuple(found)


def _holders(history: TopicHistory, people: Integers) -> tuple[tuple[int, ...], int]:
    given = history.mass_of_people[:, -HOLDING_MONTHS:].sum(axis=1, dtype=np.float64)
    order = np.argsort(-given, kind="stable")
    reached = np.cumsum(given[order])
    if not len(reached) or reached[-1] <= 0:
        return (), 0
    count = int(np.searchsorted(reached, reached[-1] / 2)) + 1
    return tuple(people[order[:count]].tolist()), int(np.count_nonzero(given))
