"""Epochs: everything derived about expertise, computed whole and published at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import repeat
from typing import Any, Final

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.tables import Message, Posting, Thread, table_of
from reputation.corpus.past import Past
from reputation.corpus.reader import Corpus, CorpusReader
from reputation.evidence.bibliography import bibliography
from reputation.evidence.build import EVIDENCE_VERSION
from reputation.evidence.ledger import Kind
from reputation.matching.ranker_rows import load_ranker
from reputation.results import Ranking
from reputation.rows import plain_rows, replace_rows
from reputation.standing.model import method_name
from reputation.tables import Epoch, Evidence, Score, ThreadTopic, Work, WorkCitation
from reputation.topics.curation import OUTDATED
from reputation.topics.queries import load_topics
from reputation.topics.renewal import SUGGEST_AFTER_GROWTH, refresh_topics
from reputation.topics.thread_topics import threads_of_topics
from reputation.view import EpochInfo, ReputationView

SCORE_COLUMNS: Final = tuple(column.name for column in table_of(Score).columns)
EVIDENCE_COLUMNS: Final = tuple(column.name for column in table_of(Evidence).columns)


class Scorer:
    """Computes epochs. One at a time in a store; readers go on with the last one.

    It remembers the view of its last epoch, so that the next one computes only
    what has changed since.
    """

    def __init__(self, database: Database, reader: CorpusReader, *, gated: bool = False) -> None:
        """``gated``: scale every standing by authority (``scales.authority_gate``)."""
        self.database = database
        self.gated = gated
        self.reader = reader
        self._last: ReputationView | None = None

    def is_stale(self, session: Session) -> bool:
        """Whether the store holds posts or curation that the newest epoch has not seen."""
        newest = _newest(session)
        last_message, postings = _extent(session)
        if newest is None or newest.method != method_name(self.gated):
            return True
        return (newest.last_message_id, newest.messages) != (last_message, postings)

    def run(self, *, full: bool = False, after: ReputationView | None = None) -> ReputationView:
        """Compute and publish the next epoch; returns its view.

        full: suggest topics anew even if the archive has hardly grown.
        after: a view of the newest epoch, made by the same reader, for the first one to go on from.
        """
        with self.database.session() as session:
            last_message, postings = _extent(session)
            newest = _newest(session)
            # Read before all else: what comes between is then seen as news, never missed.
            curations = _curations(session)
            suggested_at = newest.suggested_messages if newest is not None else 0
        corpus = self.reader.read(last_message)
        if full or len(corpus.posts) >= max(1, suggested_at) * SUGGEST_AFTER_GROWTH:
            with self.database.transaction() as session:
                refresh_topics(session, corpus)
            suggested_at = len(corpus.posts)
        with self.database.session() as session:
            topics, ranker = load_topics(session), load_ranker(session)
            number = (session.scalar(select(func.max(Epoch.id))) or 0) + 1
        info = EpochInfo(number, method_name(self.gated), _now(), _as_of(corpus))
        past = Past(self.database, last_message)
        view = ReputationView(
            info,
            corpus,
            topics,
            past,
            gated=self.gated,
            ranker=ranker,
            previous=self._last or after,
        )
        rankings = {topic: view.topic_ranking(topic) for topic in view.topics}
        with self.database.transaction() as session:
            _publish(session, view, rankings)
            outdated = _curations(session) != curations
            session.add(
                Epoch(
                    id=number,
                    method=info.method,
                    computed=info.computed,
                    as_of=info.as_of,
                    last_message_id=last_message,
                    # Curated while this was computed: the next epoch is due at once.
                    messages=OUTDATED if outdated else postings,
                    suggested_messages=suggested_at,
                )
            )
        self._last = view
        return view


def _newest(session: Session) -> Epoch | None:
    return session.scalar(select(Epoch).order_by(Epoch.id.desc()).limit(1))


def _curations(session: Session) -> int:
    """Changes with every curation since the newest epoch (see ``curation.outdate``)."""
    return min(0, session.scalar(select(Epoch.messages).order_by(Epoch.id.desc()).limit(1)) or 0)


def _extent(session: Session) -> tuple[int, int]:
    """The highest message id and the number of postings: both grow with every post."""
    last_message = session.scalar(select(func.max(Message.id))) or 0
    return last_message, session.scalar(select(func.count()).select_from(Posting)) or 0


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _as_of(corpus: Corpus) -> datetime:
    """Rankings of today stand as of now, or of the last post where clocks disagree."""
    dates = corpus.posts.date
    last = datetime.fromtimestamp(int(dates[-1]), UTC) if len(dates) else _now()
    return max(last, _now())


def _publish(session: Session, view: ReputationView, rankings: dict[int, Ranking]) -> None:
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
