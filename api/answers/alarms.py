"""Signs of made-up standings, for those who moderate; readers never see them."""

from __future__ import annotations

from api import schemas
from api.answers import references
from api.answers.topics import find_topic, topics_by_id
from api.answers.visibility import visibility
from api.context import Context
from api.readers import OPERATOR


def alarms(context: Context, slug: str | None = None) -> schemas.Alarms:
    """The signs on one topic, or on every topic.

    Raises ``NotFoundError``, or ``MergedError`` after a merge of the topic.
    """
    view = context.view(OPERATOR)
    with context.database.session() as session:
        limits = visibility(session, OPERATOR)
        wanted = list(view.topics) if slug is None else [find_topic(session, limits, slug).id]
        found = [(topic, alarm) for topic in wanted for alarm in view.alarms(topic)]
        people = references.people(session, limits, {alarm.person for _, alarm in found})
        topics = topics_by_id(session, limits, list(dict.fromkeys(topic for topic, _ in found)))
    items = [
        schemas.Alarm.of(alarm, topic=topics[topic], person=people[alarm.person])
        for topic, alarm in found
        if topic in topics
    ]
    return schemas.Alarms(items=items, total=len(items))
