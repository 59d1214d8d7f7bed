"""Curation of topics as decisions: who, when, why, and the way back.

A decision keeps how each topic it changed was before: labels, state, words
and pinned threads. Undoing puts that back, the last decision on a topic first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, Unpack

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.decisions import Grounds, Subject, refuse_before_later
from archive.tables import Decision, Message
from reputation.outdated import outdate
from reputation.tables import SynonymChange, Topic, TopicChange, TopicPin, TopicTerm
from reputation.topics.curation.synonyms import SYNONYMS

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
    session: Session, kind: str, act: Callable[[Session], Topic], **grounds: Unpack[Grounds]
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
    decision = TOPICS.record(session, kind, **grounds)
    session.add_all(
        TopicChange(decision_id=decision.id, topic_id=number, before=before.get(number))
        for number in changed
    )
    session.flush()
    return topic, decision


def topics_of(session: Session, number: int) -> list[str]:
    """The slugs of the topics that a decision changed."""
    query = select(Topic.slug).join(TopicChange, TopicChange.topic_id == Topic.id)
    return list(session.scalars(query.where(TopicChange.decision_id == number).order_by(Topic.id)))


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


def _restore(session: Session, decision: Decision) -> None:
    """Restore topics or two words. A topic that the decision made is hidden: rows stay."""
    if session.get(SynonymChange, decision.id) is not None:
        SYNONYMS.restore(session, decision)
        return
    changes = session.scalars(
        select(TopicChange).where(TopicChange.decision_id == decision.id)
    ).all()
    same = select(TopicChange.decision_id).where(
        TopicChange.topic_id.in_([change.topic_id for change in changes])
    )
    refuse_before_later(session, decision, same)
    for change in changes:
        _restore_topic(session, session.get_one(Topic, change.topic_id), change.before)
    outdate(session)


def _restore_topic(session: Session, topic: Topic, before: str | None) -> None:
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


TOPICS: Final = Subject("topics", _restore)
