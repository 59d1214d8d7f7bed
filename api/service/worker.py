"""The background worker: brings all derived data up to date, again and again.

The store itself shows which data is missing, so pending work survives any crash, and
several processes see the same work. ``api.service.steps`` says what is done here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import structlog

from api.service.current_view import CurrentView
from api.service.ranking import Ranking
from api.service.steps import (
    check_signatures,
    follow,
    forget_indexes,
    learn_signatures,
    outdate_for,
    read_again,
    tidy,
)
from archive.errors import PakarError
from archive.network.resolver import OFF
from archive.search.audiences import AudienceIndexes
from archive.store.store import Store
from archive.upkeep.repeated_signatures import RepeatedSignatures
from archive.upkeep.reread import Rereading
from reputation.corpus.traits import forget_traits
from reputation.epochs.scorer import Scorer
from reputation.outdated import outdate

log = structlog.get_logger()

POLL_SECONDS = 0.5
RETRY_SECONDS = 5.0
"""Pause after a failure: long enough not to flood the log, short enough to recover unnoticed."""


class Worker:
    """Keeps the search indexes and the rankings up to date, in a thread of its own."""

    def __init__(
        self, store: Store, indexes: AudienceIndexes, scorer: Scorer, current: CurrentView
    ) -> None:
        self.failure: str | None = None
        """The current failure, for ``/readyz``; None when there is none."""
        database = store.database
        rereading = Rereading(store, forget=forget_traits, finish=outdate)
        repeated = RepeatedSignatures(store, forget=forget_traits, finish=outdate_for)
        self._ranking = Ranking(store, scorer, current)
        self._steps: list[Callable[[], float | None]] = [
            partial(read_again, rereading),
            partial(learn_signatures, database, rereading, repeated, indexes),
            partial(follow, database, indexes),
            partial(forget_indexes, indexes),
            partial(tidy, database, rereading, scorer),
            self._ranking.step,
        ]
        if store.settings.dns != OFF:
            from archive.network.resolver import NameService
            from archive.upkeep.signatures import SignatureWorker

            signatures = SignatureWorker(store, NameService(store.settings.dns))
            self._steps.insert(3, partial(check_signatures, database, signatures))
        self._due = [0.0] * len(self._steps)
        self._poll = min(POLL_SECONDS, store.settings.rank_interval / 4)
        self._stopping = threading.Event()
        self._first_pass = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the current step and stop."""
        self._stopping.set()
        self._thread.join(timeout=60)
        self._ranking.stop()

    def wait_until_current(self, seconds: float) -> bool:
        """Wait for the end of the first pass; return False if it takes longer than ``seconds``."""
        return self._first_pass.wait(seconds)

    def take_steps(self) -> float:
        """Run every step that is due; return the seconds to wait before the next pass."""
        pause = self._poll
        for number, step in enumerate(self._steps):
            if time.monotonic() >= self._due[number]:
                again = step()
                if again is not None:
                    self._due[number] = time.monotonic() + again
                    pause = min(pause, again)
        return pause

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause = RETRY_SECONDS
            try:
                pause = self.take_steps()
                self.failure = None
            except PakarError as error:
                self._report(str(error))
            except Exception as error:  # report it: a worker must not die silently
                self._report(repr(error))
                log.exception("worker step failed")
            self._first_pass.set()
            self._stopping.wait(pause)

    def _report(self, failure: str) -> None:
        if failure != self.failure:
            log.error("worker failed; it will try again", reason=failure)
        self.failure = failure
