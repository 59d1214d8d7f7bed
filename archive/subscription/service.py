"""The conversation as a part of the service: a thread that takes one step after another."""

from __future__ import annotations

import threading

import structlog

from archive.errors import PakarError
from archive.relay import Relay
from archive.store.store import Store
from archive.subscription.correspondence import Conversation
from archive.subscription.outgoing import Outbox
from archive.subscription.presence import Presence

log = structlog.get_logger()

POLL_SECONDS = 0.5
RETRY_SECONDS = 5.0
"""After a failure: long enough not to fill a log, short enough to recover unseen."""


class Correspondent:
    """Answers list managers while it runs."""

    def __init__(self, store: Store) -> None:
        self.failure: str | None = None
        """What is wrong at the moment, for ``/readyz``; None when all is well."""
        outbox = Outbox(store.database, Relay.parse(store.settings.relay))
        self._conversation = Conversation(store, outbox)
        self._presence = Presence(store.database)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="correspondent", daemon=True)

    def start(self) -> None:
        """Be present, and begin."""
        self._presence.announce()
        self._thread.start()

    def stop(self) -> None:
        """Finish the step at hand and end."""
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
            except Exception as error:  # a thread that dies silently helps nobody
                self._report(repr(error))
                log.exception("a step of the conversation with list managers failed")
                pause = RETRY_SECONDS
            self._stopping.wait(pause)

    def _report(self, failure: str) -> None:
        if failure != self.failure:
            log.error("the conversation with list managers failed; it goes on", reason=failure)
        self.failure = failure
