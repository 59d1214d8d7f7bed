"""The background worker: brings everything derived up to date, over and over.

"What lacks its stage" is asked of the store itself, so the work to do
survives any crash and several processes agree on it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import structlog

from api.service.current_view import CurrentView
from api.service.ranking import Ranking
from api.service.steps import check_signatures, follow, read_again, tidy
from archive.errors import PakarError
from archive.network.resolver import OFF
from archive.search.follower import IndexFollower
from archive.store.store import Store
from archive.upkeep.reread import Rereading
from reputation.corpus.traits import forget_traits
from reputation.epochs.scorer import Scorer
from reputation.outdated import outdate

log = structlog.get_logger()

POLL_SECONDS = 0.5
RETRY_SECONDS = 5.0
"""After a failure: long enough not to fill a log, short enough to recover unseen."""


class Worker:
    """Follows the store with the search index and the rankings, in a thread of its own."""

    def __init__(
        self, store: Store, follower: IndexFollower, scorer: Scorer, current: CurrentView
    ) -> None:
        self.failure: str | None = None
        """What is wrong at the moment, for ``/readyz``; None when all is well."""
        database = store.database
        rereading = Rereading(store, forget=forget_traits, finish=outdate)
        self._ranking = Ranking(store, scorer, current)
        self._steps: list[Callable[[], float | None]] = [
            partial(read_again, rereading),
            partial(follow, database, follower),
            partial(tidy, database, rereading, scorer),
            self._ranking.step,
        ]
        if store.settings.dns != OFF:
            from archive.network.resolver import NameService
            from archive.upkeep.signatures import SignatureWorker

            signatures = SignatureWorker(store, NameService(store.settings.dns))
            self._steps.insert(2, partial(check_signatures, database, signatures))
        self._due = [0.0] * len(self._steps)
        self._poll = min(POLL_SECONDS, store.settings.rank_interval / 4)
        self._stopping = threading.Event()
        self._first_pass = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin working."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the step at hand and end."""
        self._stopping.set()
        self._thread.join(timeout=60)
        self._ranking.stop()

    def wait_until_current(self, seconds: float) -> bool:
        """Wait for the end of the first pass; False when it takes longer."""
        return self._first_pass.wait(seconds)

    def take_steps(self) -> float:
        """Take every step that is due; the seconds to wait before the next pass."""
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
            except Exception as error:  # a worker that dies silently helps nobody
                self._report(repr(error))
                log.exception("worker step failed")
            self._first_pass.set()
            self._stopping.wait(pause)

    def _report(self, failure: str) -> None:
        if failure != self.failure:
            log.error("worker failed; it will try again", reason=failure)
        self.failure = failure
