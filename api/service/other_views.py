"""The current rankings of audiences other than the public, made when somebody asks for them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

from archive.cache import BoundedCache
from archive.errors import PakarError

if TYPE_CHECKING:
    from pathlib import Path

    from archive.database import Database
    from archive.lists.audience import Audience
    from reputation.epochs.scorer import Scorer
    from reputation.epochs.view import ReputationView

log = structlog.get_logger()

CHECK_SECONDS = 0.5
KEPT = 4
"""Audiences whose views are in memory: each is as large as that of the public."""


class OtherViews:
    """Views of audiences, each computed at the first question and again when mail has come.

    background: answer from the last view while the next one is computed; else wait for it.
    """

    def __init__(
        self, database: Database, terms_folder: Path, *, gated: bool, background: bool = False
    ) -> None:
        self._database, self._terms_folder = database, terms_folder
        self._gated, self._background = gated, background
        self._kept = BoundedCache[str, _OtherView](KEPT)
        self._keeping = threading.Lock()

    def __call__(self, readers: Audience) -> ReputationView:
        """The view of an audience. Raises ``StoreUnavailableError``."""
        with self._keeping:
            kept = self._kept.get_or_make(readers.name, lambda: self._make(readers))
        return kept.view(readers, background=self._background)

    def _make(self, readers: Audience) -> _OtherView:
        from reputation.corpus.reader import CorpusReader
        from reputation.epochs.scorer import Scorer

        reader = CorpusReader(self._database, self._terms_folder, readers.opened)
        return _OtherView(self._database, Scorer(self._database, reader, gated=self._gated))


class _OtherView:
    """The view of one audience, and what computes it."""

    def __init__(self, database: Database, scorer: Scorer) -> None:
        self._database, self._scorer = database, scorer
        self._view: ReputationView | None = None
        self._checked = 0.0
        self._making = threading.Lock()

    def view(self, readers: Audience, *, background: bool) -> ReputationView:
        view = self._view
        if view is None or view.audience != readers or not background:
            with self._making:
                # Another thread may have made it meanwhile.
                view = self._view
                if view is None or view.audience != readers or not background:
                    view = self._renew()
        elif self._is_due() and not self._making.locked():
            threading.Thread(target=self._renew_quietly, name="views", daemon=True).start()
        return view

    def _is_due(self) -> bool:
        """Whether it is time to look for news."""
        return time.monotonic() - self._checked >= CHECK_SECONDS

    def _renew_quietly(self) -> None:
        if not self._making.acquire(blocking=False):
            return
        try:
            self._renew()
        except PakarError as error:
            # The last view still answers; the next question tries again.
            log.warning("the view of some readers is not renewed", reason=str(error))
        finally:
            self._making.release()

    def _renew(self) -> ReputationView:
        """Compute the next epoch if there is news, or load what another process computed."""
        from reputation.epochs.view import load_view, newest_epoch

        scorer, view = self._scorer, self._view
        with self._database.session() as session:
            readers = scorer.reader.audience(session)
            # The epochs of the public are the worker's.
            stale = readers.name != "" and scorer.is_stale(session)
            row = newest_epoch(session, readers)
            newest = 0 if row is None else row.id
        if stale:
            view = scorer.run(after=view)
        elif view is None or view.audience != readers or view.epoch.id != newest:
            view = load_view(self._database, scorer.reader, gated=scorer.gated)
        self._view, self._checked = view, time.monotonic()
        return view
