"""Training in a real store: when it is due, and what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.database import Database
from archive.importing.importer import Importer
from archive.settings import Settings
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer
from reputation.epochs.trainer import AFTER, Trainer
from reputation.matching.ranker import Ranker, Training
from reputation.matching.ranker_rows import keep, load_ranker
from reputation.matching.training import MOST_QUESTIONS
from reputation.matching.weights import SHIPPED, TRAINED, Weights, shipped
from reputation.tables import MatchRanker
from tests.paths import SAMPLE_MBOX


def test_a_store_trains_once_and_again_when_it_has_grown(
    database: Database, settings: Settings
) -> None:
    Importer(database, settings, "mandiri@milis.example", jobs=1).run([SAMPLE_MBOX])
    trainer = Trainer(database)
    view = Scorer(database, CorpusReader(database, settings.terms_folder)).run()
    assert trainer.is_due()
    assert trainer.run(view, stop=lambda: True) is None
    assert trainer.is_due()

    training = trainer.run(view)

    assert training is not None
    assert 30 < training.questions < MOST_QUESTIONS
    assert not trainer.is_due()
    # Without a new post an old ranker knows all there is to know.
    assert not trainer.is_due(training.at + 2 * AFTER)
    with database.transaction() as session:
        row = session.query(MatchRanker).one()
        assert row.method == training.ranker.method("pakar-1.1")
        row.postings = int(row.postings / 1.2)
    assert not trainer.is_due(training.at + AFTER - timedelta(days=1))
    assert trainer.is_due(training.at + AFTER)
    with database.transaction() as session:
        session.query(MatchRanker).one().postings //= 2
    assert trainer.is_due(training.at)


def test_what_was_learnt_is_read_back(database: Database) -> None:
    own = Weights(TRAINED, shipped().names, shipped().values * 2, shipped().scale)
    with database.session() as session:
        assert load_ranker(session) == Ranker()
    training = Training(
        Ranker(own, until=1_400_000_000),
        own,
        datetime(2020, 1, 1, tzinfo=UTC),
        900,
        180,
        None,
        None,
    )

    with database.transaction() as session:
        keep(session, training, "pakar-1.1", 5)
        keep(session, training, "pakar-1.1", 6)
    with database.session() as session:
        ranker = load_ranker(session)
        rows = session.query(MatchRanker).all()
    assert [row.postings for row in rows] == [6]
    assert (rows[0].method, ranker.until, ranker.shipped) == (TRAINED, 1_400_000_000, True)
    assert ranker.trained is not None
    assert ranker.trained.values == pytest.approx(own.values, rel=1e-3)

    with database.transaction() as session:
        session.query(MatchRanker).one().version = 0
    with database.session() as session:
        weights = load_ranker(session).at(1_500_000_000)
    assert weights is not None
    assert weights.method == SHIPPED
