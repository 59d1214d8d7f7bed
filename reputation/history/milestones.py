"""What marks a person's way on a topic: the first answer, the hundredth helped, each level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from reputation.arrays import Integers
from reputation.evidence.ledger import NEVER, Kind
from reputation.history.monthly_standing import TopicHistory
from reputation.standing.formula import month_of
from reputation.standing.levels import Level, level
from reputation.standing.model import StandingModel, TopicState
from reputation.topics.topicality import ON_TOPIC

HELPED: Final = (10, 100)
"""Which of the different people helped are told of."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happened for the first time.

    kind: ``first-answer``, ``helped-10``, ``helped-100`` or ``level``. date: Unix
    seconds, of a level the end of the month that showed it. message: database id
    of the post, None for a level. level: which, else None.
    """

    kind: str
    date: int
    message: int | None = None
    level: Level | None = None


def milestones(
    model: StandingModel,
    state: TopicState,
    history: TopicHistory,
    *,
    ends: Integers,
    who: int,
    low_share: float,
) -> tuple[Milestone, ...]:
    """The milestones of a person (number) on a topic, in order of time.

    ends: the last second of each month of the history. low_share: how much of
    the person's score of today the lower end of its interval is; 0 for one
    without a place today. An interval of the past is taken to be as wide.
    """
    entries = _entries(model, state, who)
    levels = _levels(model, entries, history, ends=ends, who=who, low_share=low_share)
    return tuple(sorted(_deeds(model, entries) + levels, key=lambda one: one.date))


def _entries(model: StandingModel, state: TopicState, who: int) -> Integers:
    """The person's ledger rows on the topic, in the order of the posts."""
    entries = state.entries[state.evidence.person == who]
    shown: Integers = entries[model.entry_theta(state.theta)[entries] >= ON_TOPIC]
    return shown


def _deeds(model: StandingModel, entries: Integers) -> list[Milestone]:
    """The first answer, and those that reached the tenth and hundredth vouched asker."""
    ledger = model.ledger
    answers = entries[ledger.kind[entries] != Kind.WORK]
    found = []
    if len(answers):
        found.append(_deed(model, "first-answer", int(answers[0])))
    vouched = answers[ledger.vouched()[answers]]
    _, first = np.unique(ledger.asker[vouched], return_index=True)
    helped = vouched[np.sort(first)]
    found += [
        _deed(model, f"helped-{number}", int(helped[number - 1]))
        for number in HELPED
        if len(helped) >= number
    ]
    return found


def _deed(model: StandingModel, kind: str, entry: int) -> Milestone:
    ledger = model.ledger
    return Milestone(kind, int(ledger.date[entry]), int(model.posts.message[ledger.row[entry]]))


def _levels(
    model: StandingModel,
    entries: Integers,
    history: TopicHistory,
    *,
    ends: Integers,
    who: int,
    low_share: float,
) -> list[Milestone]:
    """The end of the month at which each level was first reached."""
    line = history.of(who)
    months = _reached(_firsts(model, entries), ends)
    built = _reached(_builders(model, entries), ends)
    best_tenth = history.best_tenth()
    found: dict[Level, Milestone] = {}
    for place in np.flatnonzero(line.rank).tolist():
        reached = level(
            float(line.breadth[place]),
            int(months[place]),
            int(built[place]),
            bool(low_share * line.score[place] >= best_tenth[place] > 0),
        )
        if reached not in found and reached != Level.NOT_ENOUGH:
            found[reached] = Milestone("level", int(ends[place]), level=reached)
    return list(found.values())


def _firsts(model: StandingModel, entries: Integers) -> Integers:
    """When each different 30-day month with an answer became known, ascending."""
    ledger = model.ledger
    return _earliest(month_of(ledger.date[entries]), ledger.known_at[entries])


def _builders(model: StandingModel, entries: Integers) -> Integers:
    """When each different person first built on the rows, ascending."""
    ledger = model.ledger
    theirs = np.isin(ledger.built_entry, entries)
    return _earliest(ledger.built_by[theirs], ledger.built_at[theirs])


def _earliest(group: Integers, instants: Integers) -> Integers:
    groups, place = np.unique(group, return_inverse=True)
    first = np.full(len(groups), NEVER, dtype=np.int64)
    np.minimum.at(first, place, instants)
    return np.sort(first)


def _reached(instants: Integers, ends: Integers) -> Integers:
    """How many of ascending instants had come by each end."""
    return np.searchsorted(instants, ends, side="right").astype(np.int64)
