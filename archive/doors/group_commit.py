"""Stores what arrives together in one commit, in a thread of its own.

A synced commit costs milliseconds whatever it holds, so posts that come at
the same time share one. Each still gets its own answer.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

import structlog

from archive.errors import StoreUnavailableError
from archive.store.arrivals import Incoming, Kept

log = structlog.get_logger()

BATCH_MESSAGES = 64
BATCH_BYTES = 16 << 20
GATHER_SECONDS = 0.002
"""How long a batch waits for more messages."""
QUEUE_MESSAGES = 1_000
QUEUE_BYTES = 256 << 20


class QueueFullError(StoreUnavailableError):
    """Too many messages wait to be stored."""


class Keeper(Protocol):
    """Stores a batch, as ``archive.store.store.Store`` does."""

    def read_ahead(self, raw: bytes) -> None:
        """Do beforehand, in any thread, what of ``keep`` needs no turn."""
        ...

    def keep(self, incoming: Sequence[Incoming]) -> list[Kept]:
        """Store all in one synced transaction, or raise and store nothing."""
        ...


class _Waiting:
    """Messages that are stored together or not at all, and who waits for them."""

    __slots__ = ("future", "incoming", "size")

    def __init__(self, incoming: Sequence[Incoming]) -> None:
        self.incoming = incoming
        # Several lists share one copy of the bytes.
        self.size = max((len(one.raw) for one in incoming), default=0)
        self.future: Future[list[Kept]] = Future()


class GroupCommit:
    """One writer thread over a store. ``submit`` from any thread."""

    def __init__(self, store: Keeper) -> None:
        self._store = store
        self._queue: deque[_Waiting] = deque()
        self._messages = 0
        self._bytes = 0
        self._stopping = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the writer thread."""
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def submit(self, incoming: Sequence[Incoming]) -> Future[list[Kept]]:
        """Have messages stored, all of them in one transaction.

        The future has one ``Kept`` for each once they are on disk, or the
        store's error, and then nothing of them is stored. A future cancelled
        before its turn is passed over.

        Raises ``QueueFullError`` at once when too much waits already, and
        ``StoreUnavailableError`` while stopping.
        """
        waiting = _Waiting(incoming)
        with self._changed:
            if self._stopping or self._thread is None:
                raise StoreUnavailableError("the store takes no more messages now")
            if self._messages and (
                self._messages + len(incoming) > QUEUE_MESSAGES
                or self._bytes + waiting.size > QUEUE_BYTES
            ):
                raise QueueFullError("too many messages are waiting to be stored")
            self._queue.append(waiting)
            self._messages += len(incoming)
            self._bytes += waiting.size
            self._changed.notify()
        return waiting.future

    def stop(self) -> None:
        """Store what waits, then end the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while batch := self._next_batch():
            # A client that hung up has cancelled; it will send again.
            wanted = [one for one in batch if one.future.set_running_or_notify_cancel()]
            if wanted:
                self._keep(wanted)

    def _next_batch(self) -> list[_Waiting]:
        """Wait for the next batch; it is empty when stopping and nothing waits."""
        with self._changed:
            while not self._queue and not self._stopping:
                self._changed.wait()
            deadline = time.monotonic() + GATHER_SECONDS
            while not self._stopping and not self._is_batch_full():
                remaining = deadline - time.monotonic()
                if remaining <= 0 or not self._changed.wait(remaining):
                    break
            return self._take()

    def _is_batch_full(self) -> bool:
        return self._messages >= BATCH_MESSAGES or self._bytes >= BATCH_BYTES

    def _take(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        messages = size = 0
        while self._queue:
            first = self._queue[0]
            messages += len(first.incoming)
            size += first.size
            if batch and (messages > BATCH_MESSAGES or size > BATCH_BYTES):
                break
            batch.append(self._queue.popleft())
            self._messages -= len(first.incoming)
            self._bytes -= first.size
        return batch

    def _keep(self, batch: list[_Waiting]) -> None:
        """Store a batch in one transaction, or each member alone if that fails."""
        try:
            kept = self._store.keep([one for waiting in batch for one in waiting.incoming])
        except StoreUnavailableError as error:
            # Nothing is wrong with the messages: each alone would only wait and fail again.
            for waiting in batch:
                waiting.future.set_exception(error)
        except Exception as error:
            log.exception("a batch could not be stored", messages=len(batch))
            if len(batch) == 1:
                batch[0].future.set_exception(error)
                return
            for waiting in batch:
                self._keep([waiting])
        else:
            results = iter(kept)
            for waiting in batch:
                waiting.future.set_result([next(results) for _ in waiting.incoming])
