"""A person's history: topics over time, how focused the work was, and what marked the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import schemas
from api.answers.people import find_person
from api.answers.references import message_url, person_url, rows_for
from api.answers.topics import topics_by_id
from api.answers.visibility import Visibility, visibility
from api.answers.works import works_of
from api.context import Context
from api.readers import ANYONE, Reader
from archive.tables import Message

if TYPE_CHECKING:
    # Most commands need none of it, and its arrays cost a fifth of their start.
    from reputation.history.milestones import Milestone

Granularity = Literal["month", "quarter", "year"]


def person_events(
    session: Session,
    limits: Visibility,
    person: int,
    milestones: Mapping[int, tuple[Milestone, ...]],
    topics: Mapping[int, schemas.TopicReference],
) -> list[schemas.HistoryEvent]:
    """The events of a person (id) that may be seen, in order of time.

    milestones: by topic id; topics: those that may be seen.
    """
    wanted = [one.message for found in milestones.values() for one in found if one.message]
    statement = select(Message.id, Message.message_id).where(limits.message())
    known = {row: name for row, name in rows_for(session, statement, Message.id, wanted)}  # noqa: C416 - rows are not pairs to mypy
    events = [
        _event(one, topics[topic], known)
        for topic, found in milestones.items()
        if topic in topics
        for one in found
    ]
    events += _works(session, limits, person)
    return sorted(events, key=lambda event: event.date)


def _event(
    one: Milestone, topic: schemas.TopicReference, known: Mapping[int, str]
) -> schemas.HistoryEvent:
    message_id = None if one.message is None else known.get(one.message)
    return schemas.HistoryEvent(
        date=datetime.fromtimestamp(one.date, UTC),
        kind=one.kind,
        topic=topic,
        level=None if one.level is None else str(one.level),
        message_id=message_id,
        url=None if message_id is None else message_url(message_id),
    )


def _works(session: Session, limits: Visibility, person: int) -> list[schemas.HistoryEvent]:
    """The first work of each kind that the list was told of."""
    first: dict[str, schemas.Work] = {}
    for work in sorted(works_of(session, limits, [person]).get(person, []), key=lambda w: w.date):
        first.setdefault(work.kind, work)
    return [
        schemas.HistoryEvent(
            date=work.date,
            kind=f"first-{kind}",
            topic=None,
            title=work.title,
            message_id=work.message_id,
            url=work.url,
        )
        for kind, work in first.items()
    ]


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

    Raises ``NotFoundError``, or ``MergedError`` after a merge.
    """
    view = context.view(reader)
    with context.database.session() as session:
        limits = visibility(session, reader)
        row = find_person(session, limits, person_id)
        person = schemas.PersonReference(
            id=row.id, name=limits.name(row.name), url=person_url(row.id)
        )
        history = view.history(person_id, granularity)
        milestones = view.milestones(person_id)
        topics = topics_by_id(session, limits, list(history.topics))
        events = person_events(session, limits, person_id, milestones, topics)
    first = period_of(start, granularity) if start else ""
    last = period_of(end, granularity) if end else "9999-12"
    series = [
        schemas.TopicSeries(
            slug=topic.slug,
            label=topic.label,
            series=[
                schemas.PeriodRecord.of(one)
                for one in history.topics[topic_id]
                if first <= one.period <= last
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
        focus=[schemas.FocusRecord.of(one) for one in history.focus if first <= one.period <= last],
        events=[event for event in events if first <= period_of(event.date, granularity) <= last],
    )


def period_of(instant: datetime, granularity: Granularity) -> str:
    """The period an instant lies in: ``2019-03``, ``2019-Q1`` or ``2019``."""
    if granularity == "year":
        return f"{instant.year:04}"
    if granularity == "quarter":
        return f"{instant.year:04}-Q{(instant.month + 2) // 3}"
    return f"{instant.year:04}-{instant.month:02}"
