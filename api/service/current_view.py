"""The current rankings: one complete epoch, replaced in one step."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import func, select

from archive.database import Database
from archive.errors import StoreUnavailableError
from reputation.epochs.view import ReputationView
from reputation.tables import Epoch

CHECK_SECONDS = 0.5


class CurrentView:
    """Holds the newest view of the public's rankings.

    In a process without a worker, ``follow`` loads the epochs that another process
    publishes.
    """

    def __init__(self, load: Callable[[], ReputationView]) -> None:
        self._load = load
        self._view: ReputationView | None = None
        self._loading = threading.Lock()

    def __call__(self) -> ReputationView:
        """The current view; the first call loads it from the store."""
        view = self._view
        if view is None:
            with self._loading:
                view = self._view
                if view is None:
                    view = self._view = self._load()
        return view

    @property
    def at_hand(self) -> ReputationView | None:
        """The current view; None if it was not loaded yet."""
        return self._view

    def publish(self, view: ReputationView) -> None:
        """Make ``view`` the current one."""
        self._view = view

    def follow(self, database: Database, stopping: threading.Event) -> None:
        """Load every new epoch of the store until ``stopping`` is set."""
        while not stopping.wait(CHECK_SECONDS):
            try:
                with database.session() as session:
                    of_public = select(func.max(Epoch.id)).where(Epoch.audience == "")
                    newest = session.scalar(of_public) or 0
                if newest != self().epoch.id:
                    self.publish(self._load())
            except StoreUnavailableError:
                # Keep answering from the current epoch; /readyz reports the store's failure.
                continue
