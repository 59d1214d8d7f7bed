"""Summarise histories in a few lines: who led a topic when, and the events of a person."""

from __future__ import annotations

from dataclasses import dataclass

from api.schemas import HistoryEvent, PersonReference, TopicCourse, TopicHistory
from reputation.standing.levels import Level

EVENTS_SHOWN = 40
_EARLY_LEVELS = (Level.PARTICIPANT, Level.CONTRIBUTOR)


@dataclass(frozen=True, slots=True)
class Lead:
    """Consecutive periods in which the same person had the highest standing."""

    leader: PersonReference
    first: str
    last: str


def leads(course: TopicCourse) -> list[Lead]:
    """Group the periods of a topic by leader, the latest group first."""
    found: list[Lead] = []
    for one in course.periods:
        if one.leader is None:
            continue
        if found and found[-1].leader == one.leader:
            found[-1] = Lead(one.leader, found[-1].first, one.period)
        else:
            found.append(Lead(one.leader, one.period, one.period))
    return found[::-1]


def telling_events(history: TopicHistory) -> list[HistoryEvent]:
    """The events of a person that are worth a line on the page, the latest first.

    Only the very first of all first answers counts, and only the higher levels.
    """
    found: list[HistoryEvent] = []
    for event in history.events:
        again = event.kind == "first-answer" and any(one.kind == event.kind for one in found)
        if not again and event.level not in _EARLY_LEVELS:
            found.append(event)
    return found[-EVENTS_SHOWN:][::-1]
