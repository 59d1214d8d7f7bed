"""Epochs: everything derived about expertise, computed whole and published at once."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.tables import Message, Posting
from reputation.corpus.past import Past
from reputation.corpus.reader import Corpus, CorpusReader
from reputation.epochs.publication import publish
from reputation.epochs.view import EpochInfo, ReputationView
from reputation.matching.ranker_rows import load_ranker
from reputation.outdated import OUTDATED
from reputation.standing.model import method_name
from reputation.tables import Epoch
from reputation.topics.queries import load_topics
from reputation.topics.renewal import SUGGEST_AFTER_GROWTH, refresh_topics


class Scorer:
    """Computes epochs. One at a time in a store; readers go on with the last one.

    It remembers the view of its last epoch, so that the next one computes only
    what has changed since.
    """

    def __init__(self, database: Database, reader: CorpusReader, *, gated: bool = False) -> None:
        """``gated``: scale every standing by authority (``formula.authority_gate``)."""
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
            publish(session, view, rankings)
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
    """Changes with every curation since the newest epoch (see ``reputation.outdated``)."""
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
