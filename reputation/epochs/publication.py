"""An epoch written down: rankings, topics of threads, evidence and works, whatever differs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any, Final

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.tables import Thread, table_of
from reputation.epochs.view import ReputationView
from reputation.evidence.bibliography import bibliography
from reputation.evidence.build import EVIDENCE_VERSION
from reputation.evidence.ledger import Kind
from reputation.results import Ranking
from reputation.rows import plain_rows, replace_rows
from reputation.tables import Epoch, Evidence, Score, ThreadTopic, Work, WorkCitation
from reputation.topics.thread_topics import threads_of_topics

SCORE_COLUMNS: Final = tuple(column.name for column in table_of(Score).columns)
EVIDENCE_COLUMNS: Final = tuple(column.name for column in table_of(Evidence).columns)


def publish(session: Session, view: ReputationView, rankings: dict[int, Ranking]) -> None:
    """Replace the rankings in the store by those of ``view``; only what differs is written."""
    lines = (line for topic, ranking in rankings.items() for line in _scores(topic, ranking))
    replace_rows(session, Score, SCORE_COLUMNS, lines)
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


def _scores(topic: int, ranking: Ranking) -> Iterator[tuple[Any, ...]]:
    """Lines of ``SCORE_COLUMNS``."""
    for one in ranking.items:
        first, last = int(one.first.timestamp()), int(one.last.timestamp())
        yield (
            topic,
            one.person,
            one.rank,
            one.score,
            one.low,
            one.high,
            one.authority,
            one.recognition,
            one.consistency,
            one.presence,
            one.posts,
            one.answers,
            one.thanks,
            one.level,
            first,
            last,
        )


def _evidence(view: ReputationView) -> Iterator[tuple[Any, ...]]:
    """The rows of the ledger, as ``EVIDENCE_COLUMNS``."""
    ledger, posts = view.ledger, view.corpus.posts
    words = np.array([kind.word for kind in sorted(Kind)])
    return zip(
        posts.message[ledger.row].tolist(),
        ledger.people[ledger.person].tolist(),
        ledger.people[ledger.asker].tolist(),
        words[ledger.kind].tolist(),
        ledger.weight().tolist(),
        ledger.endorsement().tolist(),
        ledger.thanked().tolist(),
        repeat(EVIDENCE_VERSION, len(ledger)),
        strict=True,
    )


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
