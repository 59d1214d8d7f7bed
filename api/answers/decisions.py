"""Decisions of moderators: made, undone and shown, one way for commands and for HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import schemas
from api.context import Context
from api.paging import PageRequest, decode_cursor, encode_cursor, next_url
from api.schemas import Page, PeopleDecision, Schema, ThreadDecision, TopicDecision
from archive.database import Database
from archive.errors import NotFoundError
from archive.people import decisions as people_curation
from archive.tables import Address, Decision, IdentityClaim, Message, ThreadClaim
from archive.threads import decisions as thread_curation
from reputation.outdated import outdate
from reputation.tables import Topic
from reputation.topics.curation import decisions
from reputation.topics.curation.decisions import topics_of
from reputation.topics.curation.synonyms import words_decided

Shown = TypeVar("Shown", bound=Schema)
AnyDecision = schemas.TopicDecision | schemas.PeopleDecision | schemas.ThreadDecision


def people_decisions(session: Session, decisions: Iterable[Decision]) -> list[PeopleDecision]:
    """Each decision with the people it concerns now."""
    return [PeopleDecision(**_facts(one), people=_people_of(session, one.id)) for one in decisions]


def thread_decisions(session: Session, decisions: Iterable[Decision]) -> list[ThreadDecision]:
    """Each decision with the message it moves, and its thread now."""
    return [_thread_decision(session, one) for one in decisions]


def topic_decisions(session: Session, decisions: Iterable[Decision]) -> list[TopicDecision]:
    """Each decision with the topics it changed."""
    return [
        TopicDecision(
            **_facts(one),
            topics=topics_of(session, one.id),
            words=words_decided(session, one.id),
        )
        for one in decisions
    ]


def people_decision_page(context: Context, page: PageRequest) -> Page[PeopleDecision]:
    """Decisions about people, the newest first."""
    items, following, total = _part(context, "people", page, people_decisions)
    return Page[PeopleDecision](items=items, next=following, total=total)


def thread_decision_page(context: Context, page: PageRequest) -> Page[ThreadDecision]:
    """Decisions about messages, the newest first."""
    items, following, total = _part(context, "threads", page, thread_decisions)
    return Page[ThreadDecision](items=items, next=following, total=total)


def topic_decision_page(context: Context, page: PageRequest) -> Page[TopicDecision]:
    """Decisions about topics, the newest first."""
    items, following, total = _part(context, "topics", page, topic_decisions)
    return Page[TopicDecision](items=items, next=following, total=total)


def _part(
    context: Context,
    subject: str,
    page: PageRequest,
    described: Callable[[Session, Iterable[Decision]], list[Shown]],
) -> tuple[list[Shown], str | None, int]:
    """Decisions of one subject, the URL of the part after them, and how many there are."""
    after = decode_cursor(page.cursor, f"{subject} decided", (int,))
    chosen = select(Decision).where(Decision.subject == subject)
    with context.database.session() as session:
        total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        if after:
            chosen = chosen.where(Decision.id < after[0])
        rows = session.scalars(chosen.order_by(Decision.id.desc()).limit(page.limit + 1)).all()
        shown = rows[: page.limit]
        items = described(session, shown)
        more = len(rows) > page.limit
        cursor = encode_cursor(f"{subject} decided", (shown[-1].id,)) if more else None
    path = f"/decisions/{subject}"
    return items, next_url(context.settings.public_url, path, {"limit": page.limit}, cursor), total


def _facts(decision: Decision) -> dict[str, Any]:
    return {
        "number": decision.id,
        "kind": decision.kind,
        "author": decision.author,
        "reason": decision.reason,
        "made": decision.made,
        "undone": decision.undone,
        "undone_by": decision.undone_by,
    }


def _people_of(session: Session, decision: int) -> list[int]:
    named = select(IdentityClaim).where(IdentityClaim.decision_id == decision).subquery()
    keys = select(named.c.one).union(select(named.c.other))
    found = session.scalars(
        select(Address.person_id).where(Address.key.in_(keys)).distinct().limit(1_000)
    )
    return sorted(found)


def _thread_decision(session: Session, decision: Decision) -> ThreadDecision:
    claim = session.get_one(ThreadClaim, decision.id)
    thread = session.scalar(
        select(Message.thread_id)
        .where(Message.message_id == claim.message_id)
        .order_by(Message.date, Message.digest)
        .limit(1)
    )
    return ThreadDecision(
        **_facts(decision), message_id=claim.message_id, parent=claim.parent, thread=thread
    )


@contextmanager
def curating(database: Database) -> Iterator[Session]:
    """A transaction after which the rankings are due anew."""
    with database.transaction() as session:
        yield session
        outdate(session)


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
