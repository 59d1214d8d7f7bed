"""The background worker: brings all derived data up to date, again and again.

The store itself shows which data is missing, so pending work survives any crash, and
several processes see the same work.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

from api.service.current_view import CurrentView
from archive.errors import NameServiceError, PakarError
from archive.resolver import OFF
from archive.search.follower import IndexFollower
from archive.search.state import IndexBusyError
from archive.store.removal import forget_silent_addresses
from archive.store.store import Store
from archive.upkeep.reread import Rereading
from reputation.corpus.traits import forget_traits
from reputation.epochs.scorer import Scorer
from reputation.outdated import outdate

if TYPE_CHECKING:
    from archive.upkeep.signatures import SignatureWorker

log = structlog.get_logger()

POLL_SECONDS = 0.5
FOLLOW_AT_MOST = 5_000
RETRY_SECONDS = 5.0
"""Pause after a failure: long enough not to flood the log, short enough to recover unnoticed."""


REREAD_SECONDS = 2.0
"""Rereading pauses after this long, so that new mail is handled."""
ASK_AGAIN_SECONDS = 60.0
"""Pause after DNS gave no answer, or after a failure in rereading."""


class Worker:
    """Keeps the search index and the rankings up to date, in a thread of its own."""

    def __init__(
        self, store: Store, follower: IndexFollower, scorer: Scorer, current: CurrentView
    ) -> None:
        self.store = store
        self.follower = follower
        self.scorer = scorer
        self.current = current
        self.failure: str | None = None
        """The current failure, for ``/readyz``; None when there is none."""
        self._interval = store.settings.rank_interval
        self._signatures = _signatures(store)
        self._ask_again = 0.0
        self._rereading = Rereading(store, forget=forget_traits, finish=outdate)
        self._reread_again = 0.0
        self._tidied = False
        self._stopping = threading.Event()
        self._first_pass = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._training: threading.Thread | None = None
        self._took = 0.0
        self._started = 0.0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the current step and stop."""
        self._stopping.set()
        self._thread.join(timeout=60)
        if self._training is not None:
            self._training.join(timeout=60)

    def wait_until_current(self, seconds: float) -> bool:
        """Wait for the end of the first pass; return False if it takes longer than ``seconds``."""
        return self._first_pass.wait(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause = min(POLL_SECONDS, self._interval / 4)
            try:
                self._step()
                self.failure = None
                if self._is_reading_again():
                    pause = 0.0
            except PakarError as error:
                self._report(str(error))
                pause = RETRY_SECONDS
            except Exception as error:  # report it: a worker must not die silently
                self._report(repr(error))
                log.exception("worker step failed")
                pause = RETRY_SECONDS
            self._first_pass.set()
            self._stopping.wait(pause)

    def _step(self) -> None:
        self._read_again()
        self._follow()
        self._check_signatures()
        with self.store.database.session() as session:
            stale = self.scorer.is_stale(session)
        if not stale:
            self._tidy()
        if not stale or time.monotonic() < self._next_run():
            return
        self._started = time.monotonic()
        self.store.settle()
        self.current.publish(self.scorer.run(after=self.current.at_hand))
        self._took = time.monotonic() - self._started
        self._train()

    def _train(self) -> None:
        """Start training the ranker of Match if it is due; rankings continue meanwhile."""
        from reputation.epochs.trainer import Trainer

        if self._training is not None and self._training.is_alive():
            return
        trainer = Trainer(self.store.database)
        if not trainer.is_due():
            return

        def run() -> None:
            try:
                training = trainer.run(self.current(), self._stopping.is_set)
                if training is not None:
                    self.current.publish(self.current().matching_by(training.ranker))
            except Exception:  # matching keeps its old ranker; the next epoch tries again
                log.exception("training the ranker failed")

        self._training = threading.Thread(target=run, name="training", daemon=True)
        self._training.start()

    def _is_reading_again(self) -> bool:
        return not self._rereading.is_done and time.monotonic() >= self._reread_again

    def _read_again(self) -> None:
        """Reread, for a short time, messages that an older reader has read."""
        if not self._is_reading_again():
            return
        try:
            count = self._rereading.run(REREAD_SECONDS)
        except PakarError:
            raise
        except Exception:  # new mail must still be handled
            log.exception("reading messages again failed; it will be tried again")
            self._reread_again = time.monotonic() + ASK_AGAIN_SECONDS
            return
        if count:
            log.info("messages read again", count=count, done=self._rereading.is_done)

    def _tidy(self) -> None:
        """Delete authors whom rereading left without posts, once no ranking names them."""
        if self._tidied or not self._rereading.is_done:
            return
        with self.store.database.transaction() as session:
            forget_silent_addresses(session)
        self._tidied = True

    def _follow(self) -> None:
        """Index new messages, in steps, so that no read transaction lasts long."""
        try:
            while True:
                with self.store.database.session() as session:
                    count = self.follower.follow(session, at_most=FOLLOW_AT_MOST, wait=0)
                if count < FOLLOW_AT_MOST:
                    return
        except IndexBusyError:
            # An import is writing the index; it indexes its own messages.
            return

    def _check_signatures(self) -> None:
        """Check the signatures of a few new posts, if DNS may be queried."""
        if self._signatures is None or time.monotonic() < self._ask_again:
            return
        try:
            if self._signatures.step():
                with self.store.database.transaction() as session:
                    outdate(session)
        except NameServiceError as error:
            log.warning("signatures wait to be checked", reason=str(error))
            self._ask_again = time.monotonic() + ASK_AGAIN_SECONDS

    def _next_run(self) -> float:
        """When to score again. A post counts within the interval; a burst is scored together."""
        return self._started + max(self._took, self._interval - self._took - 2 * POLL_SECONDS)

    def _report(self, failure: str) -> None:
        if failure != self.failure:
            log.error("worker failed; it will try again", reason=failure)
        self.failure = failure


def _signatures(store: Store) -> SignatureWorker | None:
    """The checker of signatures; None if DNS may not be queried. Raises ``UsageError``."""
    if store.settings.dns == OFF:
        return None
    from archive.resolver import NameService
    from archive.upkeep.signatures import SignatureWorker

    return SignatureWorker(store, NameService(store.settings.dns))
