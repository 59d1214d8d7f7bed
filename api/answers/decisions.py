"""Make, undo and show moderators' decisions: one way for commands and for HTTP.

``archive.decisions`` defines what a decision is. This module adds, for each subject,
what a decision looks like in an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.context import Context
from api.paging import PageRequest, decode_cursor, encode_cursor, next_url
from api.schemas import (
    DecidedSynonym,
    DecidedTopic,
    DecisionFacts,
    Page,
    PeopleDecision,
    ThreadDecision,
    TopicDecision,
)
from archive.database import Database
from archive.decisions import Grounds, Subject
from archive.errors import NotFoundError
from archive.people import decisions as people_decisions
from archive.tables import Address, Decision, IdentityClaim, Message, ThreadClaim
from archive.threads import decisions as thread_decisions
from reputation.outdated import outdate
from reputation.tables import Synonym, Topic
from reputation.topics.curation import decisions as topic_decisions
from reputation.topics.curation.synonyms import words_decided

AnyDecision = TopicDecision | PeopleDecision | ThreadDecision
Shown = TypeVar("Shown", bound=DecisionFacts)
Who = TypeVar("Who")


@contextmanager
def curating(database: Database) -> Iterator[Session]:
    """A transaction that marks the rankings as outdated at its end."""
    with database.transaction() as session:
        yield session
        outdate(session)


@dataclass(frozen=True, slots=True)
class Decisions(Generic[Shown]):
    """The decisions about one subject.

    shown: describes a decision together with the things that it concerns now.
    """

    subject: Subject
    shown: Callable[[Session, Decision], Shown]

    def make(
        self, database: Database, act: Callable[..., Decision], **grounds: Unpack[Grounds]
    ) -> Shown:
        """Make a decision and describe it.

        act: makes the decision; it takes a session, and the grounds as keywords.
        """
        with curating(database) as session:
            return self.shown(session, act(session, **grounds))

    def undo(self, database: Database, number: int, *, author: str) -> Shown:
        """Undo a decision and describe it. Raises the errors of ``Subject.undo``."""
        with curating(database) as session:
            return self.shown(session, self.subject.undo(session, number, author=author))

    def all(self, database: Database) -> list[Shown]:
        """All decisions, newest first."""
        with database.session() as session:
            return [self.shown(session, one) for one in self.subject.decisions(session)]

    def page(self, context: Context, page: PageRequest) -> Page[Shown]:
        """One page of the decisions, newest first."""
        name = self.subject.name
        after = decode_cursor(page.cursor, f"{name} decided", (int,))
        chosen = select(Decision).where(Decision.subject == name)
        with context.database.session() as session:
            total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
            if after:
                chosen = chosen.where(Decision.id < after[0])
            rows = session.scalars(chosen.order_by(Decision.id.desc()).limit(page.limit + 1)).all()
            items = [self.shown(session, one) for one in rows[: page.limit]]
        more = len(rows) > page.limit
        cursor = encode_cursor(f"{name} decided", (items[-1].number,)) if more else None
        path, parameters = f"/decisions/{name}", {"limit": page.limit}
        following = next_url(path, parameters, cursor)
        return Page(items=items, next=following, total=total)


def _show_people(session: Session, decision: Decision) -> PeopleDecision:
    named = select(IdentityClaim).where(IdentityClaim.decision_id == decision.id).subquery()
    keys = select(named.c.one).union(select(named.c.other))
    people = session.scalars(
        select(Address.person_id).where(Address.key.in_(keys)).distinct().limit(1_000)
    )
    return PeopleDecision(**_facts(decision), people=sorted(people))


def _show_thread(session: Session, decision: Decision) -> ThreadDecision:
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


def _show_topics(session: Session, decision: Decision) -> TopicDecision:
    topics = topic_decisions.topics_of(session, decision.id)
    words = words_decided(session, decision.id)
    return TopicDecision(**_facts(decision), topics=topics, words=words)


def _facts(decision: Decision) -> dict[str, Any]:
    return dict(DecisionFacts.model_validate(decision))


PEOPLE: Final = Decisions(people_decisions.PEOPLE, _show_people)
THREADS: Final = Decisions(thread_decisions.THREADS, _show_thread)
TOPICS: Final = Decisions(topic_decisions.TOPICS, _show_topics)
"""Decisions about synonyms are among those about topics."""


def undo(database: Database, number: int, *, author: str) -> AnyDecision:
    """Undo a decision about any subject. Raises the errors of ``Subject.undo``."""
    with database.session() as session:
        subject = session.scalar(select(Decision.subject).where(Decision.id == number))
    for decisions in (PEOPLE, THREADS, TOPICS):
        if decisions.subject.name == subject:
            return decisions.undo(database, number, author=author)
    raise NotFoundError.of("decision-unknown", number=number)


def about_people(
    find: Callable[[Session, Who], int], act: Callable[..., Decision], *people: Who
) -> Callable[..., Decision]:
    """A function for ``Decisions.make`` that finds people first and then decides about them.

    find: returns the id of the person whom somebody named, or raises an error.
    act: a function of ``archive.people.decisions``; it takes the ids after the session.
    """

    def found(session: Session, **grounds: Unpack[Grounds]) -> Decision:
        return act(session, *[find(session, one) for one in people], **grounds)

    return found


def decide_on_topic(
    database: Database, act: Callable[[Session], Topic], *, kind: str, **grounds: Unpack[Grounds]
) -> DecidedTopic:
    """Change topics by ``act`` and keep the change as a decision of this kind."""
    with database.transaction() as session:
        topic, decision = topic_decisions.decide(session, kind, act, **grounds)
        return DecidedTopic(slug=topic.slug, decision=decision.id if decision else None)


def decide_on_synonym(
    database: Database,
    act: Callable[..., tuple[Synonym, Decision | None]],
    **grounds: Unpack[Grounds],
) -> DecidedSynonym:
    """Decide about two words; ``act`` is ``add_synonym`` or ``remove_synonym`` with the words."""
    with database.transaction() as session:
        pair, decision = act(session, **grounds)
        number = decision.id if decision else None
        return DecidedSynonym(one=pair.one, other=pair.other, state=pair.state, decision=number)
