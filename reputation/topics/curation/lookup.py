"""From slugs to topics, along merges."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import ConflictError, MergedError, NotFoundError
from reputation.tables import Topic


def find_topic(session: Session, slug: str) -> Topic:
    """The topic of a slug, hidden ones too.

    Raises ``NotFoundError``, or ``MergedError`` with the slug that answers now.
    """
    topic = topic_of_slug(session, slug)
    if topic.merged_into is not None:
        successor = successor_of(session, slug).slug
        raise MergedError.of("topic-merged", topic=slug, successor=successor)
    return topic


def topic_of_slug(session: Session, slug: str) -> Topic:
    """The topic's own row, merged or not. Raises ``NotFoundError``."""
    topic = session.scalar(select(Topic).where(Topic.slug == slug))
    if topic is None:
        raise NotFoundError.of("topic-unknown", topic=slug[:120])
    return topic


def successor_of(session: Session, slug: str) -> Topic:
    """The topic that answers for a slug after all merges."""
    topic = topic_of_slug(session, slug)
    seen = {topic.id}
    while topic.merged_into is not None:
        topic = session.get_one(Topic, topic.merged_into)
        if topic.id in seen:
            raise ConflictError.of("topic-merge-circle", topic=slug, into=topic.slug)
        seen.add(topic.id)
    return topic
