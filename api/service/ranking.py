"""The rankings brought up to date with the store, and the ranker of Match after them."""

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
"""Left of the interval for what comes between two passes of the worker."""


class Ranking:
    """The step that scores; the ranker is trained in a thread of its own, and scoring goes on."""

    def __init__(self, store: Store, scorer: Scorer, current: CurrentView) -> None:
        self._store = store
        self._scorer = scorer
        self._current = current
        self._stopping = threading.Event()
        self._training: threading.Thread | None = None

    def step(self) -> float | None:
        """Score anew where the store holds what the rankings have not seen.

        A post shows within the interval, and a burst is scored at once.
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
        """Give up a training that goes on."""
        self._stopping.set()
        if self._training is not None:
            self._training.join(timeout=60)

    def _train(self) -> None:
        """Begin to train the ranker, if that is due."""
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
        except Exception:  # matching goes on with what it had; the next epoch tries again
            log.exception("training the ranker failed")
