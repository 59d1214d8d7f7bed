"""Histories: how standing, answers and focus came to be, month by month.

Scores of the past are computed from what was known at each month's end, with
the topic (its words and θ) as it is understood today, so that one line can be
drawn through them; the last one is today's.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from reputation.arrays import Floats
from reputation.history.course import TopicCourse, topic_course
from reputation.history.milestones import Milestone, milestones
from reputation.history.monthly_standing import TopicHistory
from reputation.history.monthly_work import MonthlyWork
from reputation.history.months import Months, period_groups, period_names
from reputation.results import FocusRecord, History, PeriodRecord
from reputation.standing.formula import focus
from reputation.standing.model import StandingModel, TopicState

GRANULARITIES: Final = ("month", "quarter", "year")


class HistoryModel:
    """Histories of people over some topics; read by many threads, each topic made once."""

    def __init__(self, model: StandingModel, states: Mapping[int, TopicState]) -> None:
        """``states``: topic id to the state that ``model.topic`` gave for it."""
        self._model, self._states = model, states
        self._months = Months.of(model.posts.date)
        self._work: MonthlyWork | None = None
        self._topics: dict[int, TopicHistory] = {}
        self._lock = threading.Lock()

    def history(self, person: int, granularity: str = "month") -> History:
        """The histories of a person (id) on every topic with an answer of theirs, and focus.

        granularity: ``month``, ``quarter`` or ``year``. An unknown person has no history.
        """
        if granularity not in GRANULARITIES:
            raise ValueError(f"granularity is one of {', '.join(GRANULARITIES)}")
        who = self._number(person)
        if who is None:
            return History({}, ())
        histories = self._of(who)
        series = {
            topic: records
            for topic, history in histories.items()
            if (records := self._records(history, who, granularity))
        }
        return History(series, self._focus(histories, who, granularity))

    def milestones(
        self, person: int, low_shares: Mapping[int, float]
    ) -> dict[int, tuple[Milestone, ...]]:
        """What marks a person's (id) way, topic by topic; ``low_shares`` as in ``milestones``."""
        who = self._number(person)
        if who is None:
            return {}
        return {
            topic: milestones(
                self._model,
                self._states[topic],
                history,
                ends=self._months.ends,
                who=who,
                low_share=low_shares.get(topic, 0.0),
            )
            for topic, history in self._of(who).items()
        }

    def course(self, topic: int, granularity: str = "year") -> TopicCourse:
        """How a topic went; ``granularity`` as in ``history``."""
        if topic not in self._states:
            return TopicCourse((), (), (), (), 0)
        people = self._model.ledger.people
        return topic_course(self.topic(topic), self._months, people, granularity)

    def _number(self, person: int) -> int | None:
        """Which of the ledger's people has this id."""
        numbers = np.flatnonzero(self._model.ledger.people == person)
        return int(numbers[0]) if len(numbers) else None

    def _of(self, who: int) -> dict[int, TopicHistory]:
        """The histories of the topics that a person (number) has evidence on."""
        return {
            topic: self.topic(topic)
            for topic, state in self._states.items()
            if (state.evidence.person == who).any()
        }

    def topic(self, topic: int) -> TopicHistory:
        """The history of everybody on a topic."""
        with self._lock:
            if self._work is None:
                self._work = MonthlyWork(self._model.ledger, self._months)
            if topic not in self._topics:
                self._topics[topic] = TopicHistory(self._model, self._states[topic], self._work)
            return self._topics[topic]

    def _records(
        self, history: TopicHistory, who: int, granularity: str
    ) -> tuple[PeriodRecord, ...]:
        """One record a period, from the first with a post on the topic to the archive's last."""
        line = history.of(who)
        active = np.flatnonzero(line.posts + line.answers)
        if not len(active):
            return ()
        starts, ends = period_groups(self._months, granularity)
        names = period_names(self._months, granularity)
        records = []
        for name, start, end in zip(names, starts.tolist(), ends.tolist(), strict=True):
            if end <= active[0]:
                continue
            everybody = float(history.mass[start:end].sum())
            rank = int(line.rank[end - 1])
            records.append(
                PeriodRecord(
                    period=name,
                    posts=int(line.posts[start:end].sum()),
                    answers=int(line.answers[start:end].sum()),
                    thanks=int(line.thanks[start:end].sum()),
                    score=float(line.score[end - 1]),
                    rank=rank or None,
                    share=float(line.mass[start:end].sum()) / everybody if everybody > 0 else 0.0,
                    depth=float(line.on_topic[end - 1]),
                    breadth=float(line.breadth[end - 1]),
                )
            )
        return tuple(records)

    def _focus(
        self, histories: Mapping[int, TopicHistory], who: int, granularity: str
    ) -> tuple[FocusRecord, ...]:
        if not histories:
            return ()
        table = np.zeros((len(self._states), len(self._months.ends)))
        for place, history in enumerate(histories.values()):
            table[place] = history.of(who).on_topic
        _, ends = period_groups(self._months, granularity)
        names = period_names(self._months, granularity)
        return tuple(_focus_records(table, names, ends.tolist()))


def _focus_records(table: Floats, names: Sequence[str], ends: Sequence[int]) -> list[FocusRecord]:
    """Focus at each period's end, from the first with evidence on; ``table``: topics x months."""
    records = []
    for name, end in zip(names, ends, strict=True):
        weights = table[:, end - 1]
        topics = int((weights > 0).sum())
        if topics:
            records.append(FocusRecord(name, focus(weights), topics))
    return records
