"""Decisions of moderators, as commands show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.schemas import Schema
from archive.decisions import Decision, IdentityClaim, ThreadClaim
from archive.models import Address, Message
from reputation.topic_decisions import topics_of


class DecisionFacts(Schema):
    """One decision: who made it, why, when, and whether it was undone."""

    number: int
    kind: str
    author: str
    reason: str
    made: datetime
    undone: datetime | None
    undone_by: str | None


class PeopleDecision(DecisionFacts):
    """A decision about people; ``people`` are the ids of those it concerns now."""

    people: list[int]


class ThreadDecision(DecisionFacts):
    """A decision about a message; ``thread`` is where it stands now."""

    message_id: str
    parent: str | None
    thread: int | None


class TopicDecision(DecisionFacts):
    """A decision about topics; ``topics`` are the slugs of those it changed."""

    topics: list[str]


def people_decisions(session: Session, decisions: Iterable[Decision]) -> list[PeopleDecision]:
    """Each decision with the people it concerns now."""
    return [PeopleDecision(**_facts(one), people=_people_of(session, one.id)) for one in decisions]


def thread_decisions(session: Session, decisions: Iterable[Decision]) -> list[ThreadDecision]:
    """Each decision with the message it moves, and its thread now."""
    return [_thread_decision(session, one) for one in decisions]


def topic_decisions(session: Session, decisions: Iterable[Decision]) -> list[TopicDecision]:
    """Each decision with the topics it changed."""
    return [TopicDecision(**_facts(one), topics=topics_of(session, one.id)) for one in decisions]


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
