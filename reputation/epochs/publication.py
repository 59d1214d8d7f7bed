"""An epoch written down: rankings, topics of threads, evidence and works, whatever differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.tables import Thread, table_of
from reputation.epochs.view import ReputationView
from reputation.evidence.bibliography import bibliography
from reputation.results import Ranking
from reputation.rows import plain_rows, replace_rows
from reputation.tables import Epoch, Evidence, Score, ThreadTopic, Work, WorkCitation
from reputation.topics.thread_topics import threads_of_topics

SCORE_COLUMNS: Final = tuple(column.name for column in table_of(Score).columns)
EVIDENCE_COLUMNS: Final = tuple(column.name for column in table_of(Evidence).columns)


def publish(session: Session, view: ReputationView, rankings: dict[int, Ranking]) -> None:
    """Replace the rankings in the store by those of ``view``; only what differs is written."""
    replace_rows(session, Score, SCORE_COLUMNS, _scores(rankings))
    known = {thread for (thread,) in plain_rows(session, select(Thread.id))}
    topics = threads_of_topics(view.corpus.posts, view.model.topicality, list(view.topics.values()))
    replace_rows(
        session,
        ThreadTopic,
        ("thread_id", "topic_id", "theta"),
        (row for row in topics if row[0] in known),
    )
    replace_rows(session, Evidence, EVIDENCE_COLUMNS, _evidence(view))
    _publish_works(session, view)
    session.execute(delete(Epoch).where(Epoch.id < view.epoch.id - 100))


def _scores(rankings: dict[int, Ranking]) -> Iterator[tuple[Any, ...]]:
    """The places of people on topics, as ``SCORE_COLUMNS``."""
    for topic, ranking in rankings.items():
        for one in ranking.items:
            yield topic, one.person, one.rank, one.score, one.low, one.high, one.level


def _evidence(view: ReputationView) -> Iterator[tuple[Any, ...]]:
    """The rows of the ledger, as ``EVIDENCE_COLUMNS``."""
    ledger, posts = view.ledger, view.corpus.posts
    message, person = posts.message[ledger.row], ledger.people[ledger.person]
    return zip(message.tolist(), person.tolist(), ledger.thanked().tolist(), strict=True)


def _publish_works(session: Session, view: ReputationView) -> None:
    records = list(enumerate(bibliography(session, view.corpus, view.ledger), start=1))
    citations = ((number, message) for number, one in records for message in one.cited_by)
    works = (
        (
            number,
            one.person,
            one.kind,
            one.title,
            one.locator,
            one.message,
            one.announced,
            one.confirmed,
        )
        for number, one in records
    )
    columns = tuple(column.name for column in table_of(Work).columns)
    # A citation names its work, so it goes before it and comes after it.
    replace_rows(session, WorkCitation, ("work_id", "message_id"), ())
    replace_rows(session, Work, columns, works)
    replace_rows(session, WorkCitation, ("work_id", "message_id"), citations)
