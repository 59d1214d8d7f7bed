"""The part of the service that corresponds with list managers: a thread of repeated steps."""

from __future__ import annotations

import threading

import structlog

from archive.errors import PakarError
from archive.network.relay import Relay
from archive.store.store import Store
from archive.subscription.correspondence import Conversation
from archive.subscription.outgoing import Outbox
from archive.subscription.presence import Presence

log = structlog.get_logger()

POLL_SECONDS = 0.5
RETRY_SECONDS = 5.0
"""Pause after a failure: long enough not to flood the log, short enough to recover unnoticed."""


class Correspondent:
    """Answers list managers in a thread of its own."""

    def __init__(self, store: Store) -> None:
        self.failure: str | None = None
        """The current failure, for ``/readyz``; None when there is none."""
        outbox = Outbox(store.database, Relay.parse(store.settings.relay))
        self._conversation = Conversation(store, outbox)
        self._presence = Presence(store.database)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="correspondent", daemon=True)

    def start(self) -> None:
        """Announce the presence of this process and start the thread."""
        self._presence.announce()
        self._thread.start()

    def stop(self) -> None:
        """Finish the current step and stop."""
        self._stopping.set()
        self._thread.join(timeout=60)
        self._presence.withdraw()

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause = POLL_SECONDS
            try:
                self._presence.announce()
                self._conversation.step()
                self.failure = None
            except PakarError as error:
                self._report(str(error))
                pause = RETRY_SECONDS
            except Exception as error:  # report it: a thread must not die silently
                self._report(repr(error))
                log.exception("a step of the conversation with list managers failed")
                pause = RETRY_SECONDS
            self._stopping.wait(pause)

    def _report(self, failure: str) -> None:
        if failure != self.failure:
            log.error("the conversation with list managers failed; it goes on", reason=failure)
        self.failure = failure
