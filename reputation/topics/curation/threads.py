"""Threads that people say are, or are not, about a topic."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError
from archive.tables import Message
from reputation.tables import Topic, TopicPin


def pin_thread(session: Session, topic: Topic, message_id: str, *, included: bool) -> None:
    """Say of a message's thread whether it is about the topic; the last word counts.

    Raises ``NotFoundError``.
    """
    wanted = message_id.strip().removeprefix("<").removesuffix(">")
    found = session.execute(
        select(Message.id, Message.thread_id)
        .where(Message.message_id == wanted)
        .order_by(Message.thread_id.is_(None), Message.id)
    ).first()
    if found is None:
        raise NotFoundError.of("message-unknown", message=wanted[:200])
    number, thread = found
    same_thread = select(Message.id).where(Message.thread_id == thread)
    session.execute(
        delete(TopicPin).where(
            TopicPin.topic_id == topic.id,
            (TopicPin.message_id == number) | TopicPin.message_id.in_(same_thread),
        )
    )
    session.add(TopicPin(topic_id=topic.id, message_id=number, included=included))
    session.flush()


def move_pins(session: Session, topic: Topic, successor: Topic) -> None:
    """Threads that were pinned to ``topic`` become the successor's, unless it says otherwise.

    Threads it excluded may well be about the wider topic, so exclusions stay behind.
    """
    decided = set(
        session.scalars(
            select(Message.thread_id)
            .join(TopicPin, TopicPin.message_id == Message.id)
            .where(TopicPin.topic_id == successor.id)
        )
    )
    for message, thread in session.execute(
        select(TopicPin.message_id, Message.thread_id)
        .join(Message, Message.id == TopicPin.message_id)
        .where(TopicPin.topic_id == topic.id, TopicPin.included)
    ).all():
        if thread is not None and thread not in decided:
            decided.add(thread)
            session.add(TopicPin(topic_id=successor.id, message_id=message, included=True))
    session.flush()
