"""Curation of topics as decisions: who, when, why, and the way back.

A decision keeps how each topic it changed was before: labels, state, words
and pinned threads. Undoing puts that back, the last decision on a topic first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError, UsageError
from archive.tables import Decision, Message
from reputation.outdated import outdate
from reputation.tables import SynonymChange, Topic, TopicChange, TopicPin, TopicTerm
from reputation.topics.curation.synonyms import restore_synonym

SUBJECT: Final = "topics"
MAX_REASON: Final = 2_000
_COLUMNS: Final = (
    "label",
    "label_id",
    "label_en",
    "state",
    "merged_into",
    "curated",
    "parent_id",
    "parent_decided",
)


def decide(
    session: Session,
    kind: str,
    act: Callable[[Session], Topic],
    *,
    author: str,
    reason: str = "",
) -> tuple[Topic, Decision | None]:
    """Do what ``act`` does (a function of ``curation``), and keep how things were before.

    No decision where that changes nothing: whoever asks twice decides once.
    """
    before = _states(session)
    topic = act(session)
    session.flush()
    after = _states(session)
    changed = [number for number, state in after.items() if state != before.get(number)]
    if not changed:
        return topic, None
    decision = Decision(
        subject=SUBJECT, kind=kind, author=author[:200], reason=reason[:MAX_REASON], made=_now()
    )
    session.add(decision)
    session.flush()
    session.add_all(
        TopicChange(decision_id=decision.id, topic_id=number, before=before.get(number))
        for number in changed
    )
    session.flush()
    return topic, decision


def undo(session: Session, number: int, *, author: str) -> Decision:
    """Put back what a decision changed; a topic it made is hidden, for rows are permanent.

    Raises ``NotFoundError``, or ``UsageError`` if it was undone already or a
    later decision stands on one of the same topics.
    """
    decision = session.get(Decision, number)
    if decision is None or decision.subject != SUBJECT:
        raise NotFoundError(f"no decision {number} about topics in this archive")
    if decision.undone is not None:
        raise UsageError(f"decision {number} was undone already")
    if session.get(SynonymChange, number) is not None:
        restore_synonym(session, number)
        decision.undone, decision.undone_by = _now(), author[:200]
        return decision
    changes = _changes(session, number)
    later = session.scalar(
        select(Decision.id)
        .join(TopicChange, TopicChange.decision_id == Decision.id)
        .where(
            Decision.id > number,
            Decision.undone.is_(None),
            TopicChange.topic_id.in_([change.topic_id for change in changes]),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if later is not None:
        raise UsageError(f"decision {later} changed the same topic since; undo that one first")
    for change in changes:
        _restore(session, session.get_one(Topic, change.topic_id), change.before)
    decision.undone, decision.undone_by = _now(), author[:200]
    outdate(session)
    return decision


def decisions(session: Session) -> list[Decision]:
    """What was decided about topics, the newest first."""
    query = select(Decision).where(Decision.subject == SUBJECT).order_by(Decision.id.desc())
    return list(session.scalars(query))


def topics_of(session: Session, number: int) -> list[str]:
    """The slugs of the topics that a decision changed."""
    query = select(Topic.slug).join(TopicChange, TopicChange.topic_id == Topic.id)
    return list(session.scalars(query.where(TopicChange.decision_id == number).order_by(Topic.id)))


def _changes(session: Session, number: int) -> list[TopicChange]:
    query = select(TopicChange).where(TopicChange.decision_id == number)
    return list(session.scalars(query.order_by(TopicChange.topic_id)))


def _states(session: Session) -> dict[int, str]:
    """All that people decide about each topic, as JSON."""
    found: dict[int, dict[str, Any]] = {
        row.id: {**{name: getattr(row, name) for name in _COLUMNS}, "terms": {}, "pins": {}}
        for row in session.scalars(select(Topic).execution_options(populate_existing=True))
    }
    for term in session.execute(select(TopicTerm.topic_id, TopicTerm.term, TopicTerm.weight)):
        found[term.topic_id]["terms"][term.term] = term.weight
    for pin in session.execute(select(TopicPin.topic_id, TopicPin.message_id, TopicPin.included)):
        found[pin.topic_id]["pins"][str(pin.message_id)] = pin.included
    return {number: json.dumps(state, sort_keys=True) for number, state in found.items()}


def _restore(session: Session, topic: Topic, before: str | None) -> None:
    if before is None:
        topic.state, topic.merged_into = "hidden", None
        return
    state = json.loads(before)
    for name in _COLUMNS:
        # Decisions of older versions knew fewer columns.
        if name in state:
            setattr(topic, name, state[name])
    for table in (TopicTerm, TopicPin):
        session.execute(delete(table).where(table.topic_id == topic.id))
    session.add_all(
        TopicTerm(topic_id=topic.id, term=term, weight=weight)
        for term, weight in state["terms"].items()
    )
    pins = {int(message): included for message, included in state["pins"].items()}
    # A list may have been removed since, with its mail.
    for message in session.scalars(select(Message.id).where(Message.id.in_(pins))):
        session.add(TopicPin(topic_id=topic.id, message_id=message, included=pins[message]))
    session.flush()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
