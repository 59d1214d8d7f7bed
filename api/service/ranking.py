"""The step of the worker that scores the store, and then trains the ranker of Match."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

from api.service.current_view import CurrentView
from archive.store.store import Store
from reputation.epochs.scorer import Scorer

if TYPE_CHECKING:
    from reputation.epochs.trainer import Trainer

log = structlog.get_logger()

SLACK_SECONDS = 1.0
"""Part of the interval that is kept for the pauses between the passes of the worker."""


class Ranking:
    """Scores the store. The ranker is trained in a thread of its own, so scoring continues."""

    def __init__(self, store: Store, scorer: Scorer, current: CurrentView) -> None:
        self._store = store
        self._scorer = scorer
        self._current = current
        self._stopping = threading.Event()
        self._training: threading.Thread | None = None

    def step(self) -> float | None:
        """Score, if the store has posts or curation that the newest epoch has not seen.

        A post counts within the interval; a burst of posts is scored together.
        """
        with self._store.database.session() as session:
            if not self._scorer.is_stale(session):
                return None
        started = time.monotonic()
        self._store.settle()
        self._current.publish(self._scorer.run(after=self._current.at_hand))
        took = time.monotonic() - started
        self._train()
        return max(0.0, self._store.settings.rank_interval - 2 * took - SLACK_SECONDS) or None

    def stop(self) -> None:
        """Stop a training that is running."""
        self._stopping.set()
        if self._training is not None:
            self._training.join(timeout=60)

    def _train(self) -> None:
        """Start training the ranker if it is due."""
        from reputation.epochs.trainer import Trainer

        if self._training is not None and self._training.is_alive():
            return
        trainer = Trainer(self._store.database)
        if trainer.is_due():
            self._training = threading.Thread(
                target=self._run, args=(trainer,), name="training", daemon=True
            )
            self._training.start()

    def _run(self, trainer: Trainer) -> None:
        try:
            training = trainer.run(self._current(), self._stopping.is_set)
            if training is not None:
                self._current.publish(self._current().matching_by(training.ranker))
        except Exception:  # matching keeps its old ranker; the next epoch tries again
            log.exception("training the ranker failed")
