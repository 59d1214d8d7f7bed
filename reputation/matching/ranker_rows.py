"""Store the archive's trained ranker in one row, with the figures of its training."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reputation.matching.features import FEATURES_VERSION
from reputation.matching.ranker import Ranker, Training
from reputation.matching.weights import Weights
from reputation.tables import MatchRanker


def load_ranker(session: Session) -> Ranker:
    """The stored ranker; one that always uses the shipped weights if none was trained."""
    row = newest(session)
    if row is None or row.version != FEATURES_VERSION:
        return Ranker()
    weights = Weights.from_json(row.weights) if row.weights else None
    figures = json.loads(row.figures)["shipped"]
    return Ranker(
        weights, int(row.until.timestamp()), figures is None or float(figures["mean"]) >= 0
    )


def newest(session: Session) -> MatchRanker | None:
    """The row of the last training, whatever its version."""
    return session.scalar(select(MatchRanker).order_by(MatchRanker.id.desc()).limit(1))


def keep(session: Session, training: Training, formula: str, postings: int) -> None:
    """Replace the stored ranker. ``formula`` is the name of the formula's method."""
    ranker = training.ranker
    figures = {
        name: None if difference is None else asdict(difference)
        for name, difference in (("trained", training.trained), ("shipped", training.shipped))
    }
    session.execute(delete(MatchRanker))
    session.add(
        MatchRanker(
            version=FEATURES_VERSION,
            trained=training.at,
            until=datetime.fromtimestamp(ranker.until, UTC),
            postings=postings,
            questions=training.questions,
            method=ranker.method(formula),
            weights=None if ranker.trained is None else ranker.trained.to_json(),
            figures=json.dumps({"held_back": training.held_back, **figures}),
        )
    )
