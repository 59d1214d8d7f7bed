"""Decisions of moderators, made and undone: one way for commands and for HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from api import schemas
from api.resources.decisions import people_decisions, thread_decisions, topic_decisions
from archive.database import Database
from archive.errors import NotFoundError
from archive.people import decisions as people_curation
from archive.tables import Decision
from archive.threads import decisions as thread_curation
from reputation.tables import Topic
from reputation.topics import curation
from reputation.topics.curation import decisions

AnyDecision = schemas.TopicDecision | schemas.PeopleDecision | schemas.ThreadDecision


@contextmanager
def curating(database: Database) -> Iterator[Session]:
    """A transaction after which the rankings are due anew."""
    with database.transaction() as session:
        yield session
        curation.outdate(session)


def decide_on_topic(
    database: Database,
    kind: str,
    act: Callable[[Session], Topic],
    *,
    author: str,
    reason: str,
) -> schemas.DecidedTopic:
    """Do what ``act`` does to a topic and keep it as a decision."""
    with database.transaction() as session:
        topic, decision = decisions.decide(session, kind, act, author=author, reason=reason)
        return schemas.DecidedTopic(slug=topic.slug, decision=decision.id if decision else None)


def decide_on_people(
    database: Database, act: Callable[[Session], Decision]
) -> schemas.PeopleDecision:
    """Do what ``act`` does, which makes or undoes a decision about people."""
    with curating(database) as session:
        (facts,) = people_decisions(session, [act(session)])
        return facts


def decide_on_thread(
    database: Database, act: Callable[[Session], Decision]
) -> schemas.ThreadDecision:
    """Do what ``act`` does, which makes or undoes a decision about a message."""
    with curating(database) as session:
        (facts,) = thread_decisions(session, [act(session)])
        return facts


def undo(database: Database, number: int, *, author: str) -> AnyDecision:
    """Take a decision back, whatever it is about.

    Raises ``NotFoundError``, or ``UsageError`` if it was undone already or another stands on it.
    """
    with curating(database) as session:
        decision = session.get(Decision, number)
        if decision is None:
            raise NotFoundError(f"no decision {number} in this archive")
        if decision.subject == "people":
            undone = people_curation.undo(session, number, author=author)
            return people_decisions(session, [undone])[0]
        if decision.subject == "threads":
            undone = thread_curation.undo(session, number, author=author)
            return thread_decisions(session, [undone])[0]
        return topic_decisions(session, [decisions.undo(session, number, author=author)])[0]
