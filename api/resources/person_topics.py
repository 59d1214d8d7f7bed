"""A person's history: topics over time, and how focused the work was."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api import schemas
from api.auth import ANYONE, Reader
from api.context import Context
from api.resources.people import find_person
from api.resources.person_events import person_events
from api.resources.references import person_url
from api.resources.topics import topics_by_id
from api.resources.visibility import visibility
from archive.errors import UsageError
from reputation.results import PeriodRecord

Granularity = Literal["month", "quarter", "year"]


def person_topics(
    context: Context,
    person_id: int,
    *,
    reader: Reader = ANYONE,
    granularity: Granularity = "month",
    start: datetime | None = None,
    end: datetime | None = None,
) -> schemas.TopicHistory:
    """The person's series on each topic, focus and events, within ``start`` to ``end``.

    Raises ``NotFoundError``, or ``MergedError`` after a merge, and ``UsageError``
    when ``end`` lies before ``start``.
    """
    if start is not None and end is not None and end < start:
        raise UsageError("to: lies before from")
    view = context.view()
    with context.database.session() as session:
        limits = visibility(session, reader)
        row = find_person(session, limits, person_id)
        person = schemas.PersonReference(id=row.id, name=row.name, url=person_url(row.id))
    history = view.history(person_id, granularity)
    milestones = view.milestones(person_id)
    with context.database.session() as session:
        topics = topics_by_id(session, limits, list(history.topics))
        events = person_events(session, limits, person_id, milestones, topics)
    first = period_of(start, granularity) if start else ""
    last = period_of(end, granularity) if end else "9999-12"
    series = [
        schemas.TopicSeries(
            slug=topic.slug,
            label=topic.label,
            series=[
                _record(record)
                for record in history.topics[topic_id]
                if first <= record.period <= last
            ],
        )
        for topic_id, topic in topics.items()
    ]
    shown = [topic for topic in series if topic.series]
    return schemas.TopicHistory(
        person=person,
        granularity=granularity,
        method=view.epoch.method,
        computed_at=view.epoch.computed,
        topics=sorted(shown, key=lambda topic: (-topic.series[-1].score, topic.slug)),
        focus=[
            schemas.FocusRecord(
                period=record.period, focus=round(record.focus, 4), topics=record.topics
            )
            for record in history.focus
            if first <= record.period <= last
        ],
        events=[event for event in events if first <= period_of(event.date, granularity) <= last],
    )


def period_of(instant: datetime, granularity: Granularity) -> str:
    """The period an instant lies in: ``2019-03``, ``2019-Q1`` or ``2019``."""
    if granularity == "year":
        return f"{instant.year:04}"
    if granularity == "quarter":
        return f"{instant.year:04}-Q{(instant.month + 2) // 3}"
    return f"{instant.year:04}-{instant.month:02}"


def _record(record: PeriodRecord) -> schemas.PeriodRecord:
    return schemas.PeriodRecord(
        period=record.period,
        posts=record.posts,
        answers=record.answers,
        thanks=record.thanks,
        score=round(record.score, 2),
        rank=record.rank,
        share=round(record.share, 4),
        depth=round(record.depth, 2),
        breadth=round(record.breadth, 2),
    )
