"""Take topics from the public whose list has become private."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from archive.lists.audience import Audience, public
from archive.tables import Message
from reputation.tables import ThreadTopic, Topic
from reputation.topics.tags import declared_tags


def withdraw_topics(session: Session, list_id: int) -> int:
    """Leave to the readers of a list what it alone talked about; returns how many topics.

    list_id: of a list that is private now. A topic is withdrawn if the mail suggested
        it, or a subject tag made it, and no thread of it can be read by the public any
        more. Topics that people made or edited stay.
    """
    readers = public(session)
    public_tags = {tag for tags in declared_tags(session, readers).values() for tag in tags}
    of_topic = (ThreadTopic.topic_id == Topic.id, ThreadTopic.audience == "")
    readable = exists().where(
        *of_topic, Message.thread_id == ThreadTopic.thread_id, readers.message()
    )
    left = session.scalars(
        select(Topic).where(Topic.audience == "", exists().where(*of_topic), ~readable)
    ).all()
    withdrawn = [
        topic
        for topic in left
        if (topic.tag not in public_tags if topic.tag is not None else not topic.curated)
    ]
    for topic in withdrawn:
        topic.audience = Audience(frozenset({list_id})).name
    session.flush()
    return len(withdrawn)
