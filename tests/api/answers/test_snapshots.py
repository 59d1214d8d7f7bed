"""One answer sees one snapshot of the store."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from api import schemas
from api.answers import experts, graph, matching, people, person_evidence, person_history, threads
from api.answers import messages as message_answers
from api.answers import search as search_answers
from api.answers import topic_history as topic_answers
from archive.database import Database
from reputation.epochs.view import ReputationView
from reputation.results import Ranking, Standing
from tests.api.archives import Archive

TOPIC = "coin-selection"
PAST = datetime(2024, 4, 1, tzinfo=UTC)
QUESTION = schemas.Question(subject="coin selection", body="Which wallet selects coins?")

ANSWERS: dict[str, Callable[[Archive], object]] = {
    "experts of a topic": lambda it: experts.topic_experts(it.context, TOPIC),
    "experts of a topic in the past": lambda it: experts.topic_experts(
        it.context, TOPIC, as_of=PAST
    ),
    "experts of a text": lambda it: experts.text_experts(it.context, "coin selection"),
    "match": lambda it: matching.match(it.context, QUESTION),
    "match in the past": lambda it: matching.match(it.context, QUESTION, as_of=PAST),
    "graph": lambda it: graph.graph(it.context, TOPIC),
    "course of a topic": lambda it: topic_answers.topic_course(it.context, TOPIC),
    "history of a person": lambda it: person_history.person_topics(it.context, ayu(it)),
    "evidence of a person": lambda it: person_evidence.person_evidence(it.context, ayu(it)),
    "person": lambda it: people.person(it.context, ayu(it)),
    "threads": lambda it: threads.threads(it.context, topic=TOPIC),
    "search": lambda it: search_answers.search(it.context, f"coin topic:{TOPIC}"),
    "message": lambda it: message_answers.message(it.context, "a1@example.com"),
    "bytes of a message": lambda it: message_answers.raw_message(it.context, "a1@example.com"),
}


def ayu(archive: Archive) -> int:
    return archive.person("ayu.lestari@example.com")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which modules opened a session of the store."""
    names: list[str] = []
    plain = Database.session

    def session(self: Database) -> AbstractContextManager[Session]:
        names.append(sys._getframe(1).f_globals["__name__"])
        return plain(self)

    monkeypatch.setattr(Database, "session", session)
    return names


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_opens_one_session(what: str, story: Archive, opened: list[str]) -> None:
    story.context.view()
    opened.clear()

    ANSWERS[what](story)

    asked = [name for name in opened if not name.startswith("tests.")]
    assert len([name for name in asked if name.startswith("api.answers.")]) == 1
    # Only stored bytes, which never change, and the threads of the past are read beside it.
    others = {name for name in asked if not name.startswith("api.answers.")}
    # Whose view answers is asked before: the answer looks again at what may be seen.
    assert others <= {"api.context", "archive.store.store", "reputation.corpus.past"}


def test_who_is_hidden_while_an_answer_is_made_is_in_it_as_before(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = experts.topic_experts(archive.context, TOPIC)
    plain = ReputationView.with_evidence

    def hide(
        self: ReputationView, ranking: Ranking, items: list[Standing], limit: int = 5
    ) -> tuple[Standing, ...]:
        archive.change_person(archive.person("ayu.lestari@example.com"), hidden=True)
        return plain(self, ranking, items, limit)

    monkeypatch.setattr(ReputationView, "with_evidence", hide)
    during = experts.topic_experts(archive.context, TOPIC)
    monkeypatch.undo()
    after = experts.topic_experts(archive.context, TOPIC)

    assert during == before
    assert "Ayu Lestari" in [one.person.name for one in during.items]
    assert "Ayu Lestari" not in [one.person.name for one in after.items]
    assert after.total == before.total - 1
