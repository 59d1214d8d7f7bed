"""An epoch written down: rankings, topics of threads, evidence and works, whatever differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.tables import Base, Thread, table_of
from reputation.epochs.view import ReputationView
from reputation.evidence.bibliography import bibliography
from reputation.results import Ranking
from reputation.rows import plain_rows, replace_rows
from reputation.tables import Epoch, Evidence, Score, ThreadTopic, Work, WorkCitation
from reputation.topics.thread_topics import threads_of_topics


def _columns(model: type[Base]) -> tuple[str, ...]:
    """The columns of a table of epochs, without that of the audience."""
    return tuple(one.name for one in table_of(model).columns if one.name != "audience")


SCORE_COLUMNS: Final = _columns(Score)
EVIDENCE_COLUMNS: Final = _columns(Evidence)
WORK_COLUMNS: Final = _columns(Work)
CITATION_COLUMNS: Final = _columns(WorkCitation)
EPOCHS_KEPT: Final = 100


def publish(session: Session, view: ReputationView, rankings: dict[int, Ranking]) -> None:
    """Replace its audience's rankings in the store by those of ``view``, wherever they differ."""
    audience = view.corpus.audience.name
    replace_rows(session, Score, SCORE_COLUMNS, _scores(rankings), audience=audience)
    known = {thread for (thread,) in plain_rows(session, select(Thread.id))}
    topics = threads_of_topics(view.corpus.posts, view.model.topicality, list(view.topics.values()))
    replace_rows(
        session,
        ThreadTopic,
        ("thread_id", "topic_id", "theta"),
        (row for row in topics if row[0] in known),
        audience=audience,
    )
    replace_rows(session, Evidence, EVIDENCE_COLUMNS, _evidence(view), audience=audience)
    _publish_works(session, view, audience)
    old = Epoch.id < view.epoch.id - EPOCHS_KEPT
    session.execute(delete(Epoch).where(Epoch.audience == audience, old))


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


def _publish_works(session: Session, view: ReputationView, audience: str) -> None:
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
    # A citation names its work, so it goes before it and comes after it.
    replace_rows(session, WorkCitation, CITATION_COLUMNS, (), audience=audience)
    replace_rows(session, Work, WORK_COLUMNS, works, audience=audience)
    replace_rows(session, WorkCitation, CITATION_COLUMNS, citations, audience=audience)
