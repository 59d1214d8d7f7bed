"""Decisions of moderators, as commands and the API show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.context import Context
from api.paging import PageRequest, decode_cursor, encode_cursor, next_url
from api.schemas import Page, PeopleDecision, Schema, ThreadDecision, TopicDecision
from archive.tables import Address, Decision, IdentityClaim, Message, ThreadClaim
from reputation.topics.curation.decisions import topics_of
from reputation.topics.curation.synonyms import words_decided

Shown = TypeVar("Shown", bound=Schema)


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
