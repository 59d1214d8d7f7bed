"""What marks a person's way: first answers, people helped, levels, works."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import schemas
from api.resources.references import message_url, rows_for
from api.resources.visibility import Visibility
from api.resources.works import works_of
from archive.tables import Message

if TYPE_CHECKING:
    # Most commands need none of it, and its arrays cost a fifth of their start.
    from reputation.history.milestones import Milestone


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
