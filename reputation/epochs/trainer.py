"""When an archive trains its ranker anew, and where the result is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.lists.audience import Audience, public
from archive.tables import Posting
from reputation.epochs.view import ReputationView
from reputation.matching.features import FEATURES_VERSION
from reputation.matching.questions import archive_questions
from reputation.matching.ranker import Training
from reputation.matching.ranker_rows import keep, newest
from reputation.matching.training import train

AFTER: Final = timedelta(days=30)
"""A ranker this old is trained anew, when there was any new mail."""
AFTER_GROWTH: Final = 1.25
"""So is one that saw less than four fifths of today's posts."""


class Trainer:
    """Trains and keeps the ranker of one store."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def is_due(self, now: datetime | None = None) -> bool:
        """Whether there is no ranker yet, or one that is outdated."""
        with self.database.session() as session:
            last, postings = newest(session), _postings(session, public(session))
        if last is None or last.version != FEATURES_VERSION:
            return True
        grown = postings >= last.postings * AFTER_GROWTH and postings > last.postings
        old = (now or datetime.now(UTC)) - last.trained >= AFTER
        return grown or (old and postings != last.postings)

    def run(
        self, view: ReputationView, stop: Callable[[], bool] = lambda: False
    ) -> Training | None:
        """Train on the posts of ``view`` and keep the result; None when stopped meanwhile.

        view: of the public, since the result ranks for every audience.
        """
        with self.database.session() as session:
            postings = _postings(session, view.audience)
        corpus = view.corpus
        posts = corpus.posts
        end = int(posts.date[-1]) + 1 if len(posts) else 0
        asked = archive_questions(self.database, corpus, view.ledger, (0, end))
        terms = (corpus.subject_terms, corpus.own_terms)
        training = train(view.matcher, posts, terms, asked, stop=stop)
        if stop():
            return None
        with self.database.transaction() as session:
            keep(session, training, view.matcher.formula.name, postings)
        return training


def _postings(session: Session, readers: Audience) -> int:
    found = select(func.count()).select_from(Posting).where(readers.posting())
    return session.scalar(found) or 0
