"""Epochs: everything derived about expertise, computed whole and published at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.models import Message, Posting, table_of
from reputation.bibliography import bibliography
from reputation.corpus import Corpus, CorpusReader
from reputation.curation import OUTDATED
from reputation.evidence import EVIDENCE_VERSION
from reputation.ledger import Kind
from reputation.models import Epoch, Evidence, Score, ThreadTopic, Work, WorkCitation
from reputation.past import Past
from reputation.ranker.store import load_ranker
from reputation.rankings import Ranking
from reputation.standing import method_name
from reputation.suggesting import SUGGEST_AFTER_GROWTH, refresh_topics
from reputation.thread_topics import threads_of_topics
from reputation.topic_queries import load_topics
from reputation.view import EpochInfo, ReputationView

INSERT_AT_ONCE = 5_000


class Scorer:
    """Computes epochs. One at a time in a store; readers go on with the last one."""

    def __init__(self, database: Database, reader: CorpusReader, *, gated: bool = False) -> None:
        """``gated``: scale every standing by authority (``scales.authority_gate``)."""
        self.database = database
        self.gated = gated
        self.reader = reader

    def is_stale(self, session: Session) -> bool:
        """Whether the store holds posts or curation that the newest epoch has not seen."""
        newest = _newest(session)
        last_message, postings = _extent(session)
        if newest is None or newest.method != method_name(self.gated):
            return True
        return (newest.last_message_id, newest.messages) != (last_message, postings)

    def run(self, *, full: bool = False) -> ReputationView:
        """Compute and publish the next epoch; returns its view.

        full: suggest topics anew even if the archive has hardly grown.
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
        view = ReputationView(info, corpus, topics, past, gated=self.gated, ranker=ranker)
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
    """Replace the rankings in the store by those of ``view``."""
    for table in (Score, ThreadTopic):
        session.execute(delete(table))
    _insert(session, Score, [row for topic in rankings for row in _scores(topic, rankings[topic])])
    known = set(session.scalars(select(Message.thread_id).distinct()))
    _insert(
        session,
        ThreadTopic,
        [
            {"thread_id": thread, "topic_id": topic, "theta": theta}
            for thread, topic, theta in threads_of_topics(view.corpus, list(view.topics.values()))
            if thread in known
        ],
    )
    _write_evidence(session, view)
    _write_works(session, view)
    session.execute(delete(Epoch).where(Epoch.id < view.epoch.id - 100))


def _scores(topic: int, ranking: Ranking) -> list[dict[str, Any]]:
    return [
        {
            "topic_id": topic,
            "person_id": one.person,
            "rank": one.rank,
            "score": one.score,
            "low": one.low,
            "high": one.high,
            "authority": one.authority,
            "recognition": one.recognition,
            "consistency": one.consistency,
            "presence": one.presence,
            "posts": one.posts,
            "answers": one.answers,
            "thanks": one.thanks,
            "level": one.level,
            "first": one.first,
            "last": one.last,
        }
        for one in ranking.items
    ]


def _write_works(session: Session, view: ReputationView) -> None:
    """Replace the works of all people by those of ``view``."""
    for table in (WorkCitation, Work):
        session.execute(delete(table))
    records = bibliography(session, view.corpus, view.ledger)
    _insert(
        session,
        Work,
        [
            {
                "id": number,
                "person_id": one.person,
                "kind": one.kind,
                "title": one.title,
                "locator": one.locator,
                "message_id": one.message,
                "announced": one.announced,
                "confirmed": one.confirmed,
            }
            for number, one in enumerate(records, start=1)
        ],
    )
    _insert(
        session,
        WorkCitation,
        [
            {"work_id": number, "message_id": message}
            for number, one in enumerate(records, start=1)
            for message in one.cited_by
        ],
    )


def _write_evidence(session: Session, view: ReputationView) -> None:
    """Write the rows of the ledger that changed since the last epoch."""
    now = _evidence_rows(view)
    stored = {
        row[0]: tuple(row)
        for row in session.execute(
            select(
                Evidence.message_id,
                Evidence.person_id,
                Evidence.asker_id,
                Evidence.kind,
                Evidence.weight,
                Evidence.endorsement,
                Evidence.thanked,
            ).where(Evidence.version == EVIDENCE_VERSION)
        )
    }
    changed = [row for message, row in now.items() if stored.get(message) != row]
    stale = [row[0] for row in changed] + [message for message in stored if message not in now]
    for start in range(0, len(stale), 500):
        part = stale[start : start + 500]
        session.execute(delete(Evidence).where(Evidence.message_id.in_(part)))
    session.execute(delete(Evidence).where(Evidence.version != EVIDENCE_VERSION))
    names = ("message_id", "person_id", "asker_id", "kind", "weight", "endorsement", "thanked")
    _insert(
        session,
        Evidence,
        [{**dict(zip(names, row, strict=True)), "version": EVIDENCE_VERSION} for row in changed],
    )


def _evidence_rows(view: ReputationView) -> dict[int, tuple[Any, ...]]:
    ledger, posts = view.ledger, view.corpus.posts
    people = ledger.people
    return {
        message: (message, person, asker, kind, weight, endorsement, thanked)
        for message, person, asker, kind, weight, endorsement, thanked in zip(
            posts.message[ledger.row].tolist(),
            people[ledger.person].tolist(),
            people[ledger.asker].tolist(),
            [Kind(kind).word for kind in ledger.kind.tolist()],
            ledger.weight().tolist(),
            ledger.endorsement().tolist(),
            ledger.thanked().tolist(),
            strict=True,
        )
    }


def _insert(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), INSERT_AT_ONCE):
        session.connection().execute(insert(table_of(model)), rows[start : start + INSERT_AT_ONCE])
