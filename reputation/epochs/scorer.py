"""Epochs: everything derived about expertise, computed whole and published at once."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.lists.audience import Audience
from archive.tables import Posting
from reputation.corpus.past import Past
from reputation.corpus.reader import Corpus, CorpusReader
from reputation.epochs.publication import publish
from reputation.epochs.view import EpochInfo, ReputationView, newest_epoch
from reputation.matching.ranker_rows import load_ranker
from reputation.outdated import OUTDATED
from reputation.standing.model import method_name
from reputation.tables import Epoch
from reputation.topics.queries import load_topics
from reputation.topics.renewal import SUGGEST_AFTER_GROWTH, refresh_topics


class Scorer:
    """Computes the epochs of one audience, one at a time; readers go on with the last one.

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
        readers = self.reader.audience(session)
        newest = newest_epoch(session, readers)
        last_message, postings = _extent(session, readers)
        if newest is None or newest.method != method_name(self.gated):
            return True
        return (newest.last_message_id, newest.messages) != (last_message, postings)

    def run(self, *, full: bool = False, after: ReputationView | None = None) -> ReputationView:
        """Compute and publish the next epoch; returns its view.

        full: suggest topics anew even if the archive has hardly grown.
        after: a view of the newest epoch, made by the same reader, for the first one to go on from.
        """
        with self.database.session() as session:
            readers = self.reader.audience(session)
            last_message, postings = _extent(session, readers)
            newest = newest_epoch(session, readers)
            # Read before all else: what comes between is then seen as news, never missed.
            curations = _curations(newest)
            suggested_at = newest.suggested_messages if newest is not None else 0
        corpus = self.reader.read(last_message)
        if full or len(corpus.posts) >= max(1, suggested_at) * SUGGEST_AFTER_GROWTH:
            with self.database.transaction() as session:
                refresh_topics(session, corpus)
            suggested_at = len(corpus.posts)
        with self.database.session() as session:
            topics, ranker = load_topics(session, corpus.audience), load_ranker(session)
            number = _next_number(session, readers)
        info = EpochInfo(number, method_name(self.gated), _now(), _as_of(corpus))
        past = Past(self.database, last_message, corpus.audience)
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
            outdated = _curations(newest_epoch(session, readers)) != curations
            session.add(
                Epoch(
                    audience=readers.name,
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


def _curations(newest: Epoch | None) -> int:
    """Changes with every curation since the newest epoch (see ``reputation.outdated``)."""
    return 0 if newest is None else min(0, newest.messages)


def _next_number(session: Session, readers: Audience) -> int:
    newest = newest_epoch(session, readers)
    return 1 if newest is None else newest.id + 1


def _extent(session: Session, readers: Audience) -> tuple[int, int]:
    """The highest message id and the number of postings that may be read: both only grow."""
    postings = select(func.count(), func.max(Posting.message_id)).where(readers.posting())
    count, last_message = session.execute(postings).one()
    return last_message or 0, count


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _as_of(corpus: Corpus) -> datetime:
    """Rankings of today stand as of now, or of the last post where clocks disagree."""
    dates = corpus.posts.date
    last = datetime.fromtimestamp(int(dates[-1]), UTC) if len(dates) else _now()
    return max(last, _now())
