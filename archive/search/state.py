"""What the search index knows of itself, and the lock that keeps it to one writer.

The index folder holds ``state.json``, ``writer.lock`` and one folder of the
search engine's files, named by the state: a *generation*. A rebuild begins a
new generation, so that readers in other processes never see half of one.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from archive.errors import StoreUnavailableError

STATE_FILE = "state.json"
LOCK_FILE = "writer.lock"
POLL_SECONDS = 0.02


class SearchIndexError(StoreUnavailableError):
    """The search index cannot be read or written now."""


class TornIndexError(SearchIndexError):
    """The index's files cannot be read: they are damaged, or of another version."""


class IndexBusyError(SearchIndexError):
    """Somebody else is writing the index; what is committed can be read all the same."""


@contextmanager
def engine_faults(doing: str) -> Iterator[None]:
    """Turn every fault of the search engine into ``TornIndexError``.

    The engine reports damage as ``ValueError`` or ``OSError``, and worse
    damage as a Rust panic, which Python sees as a ``BaseException``.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        raise TornIndexError(f"the search index failed while {doing}: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise TornIndexError(f"the search index failed while {doing}") from error


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far an index follows its store.

    schema: version of the fields and of how text is cut into words.
    generation: name of the folder that holds the engine's files.
    high_water: highest ``message.id`` committed.
    posting: every posting up to this id is in the index.
    posting_check: beginning of the digest of that posting's message, in hex;
        tells a store that was rolled back and gave out the id again.
    tail: number of postings among the last ids up to ``posting``; tells one
        that appeared late under a lower id.
    removal: the last removal of messages from the store that it has followed.
    reading: the reader version (``message.READER_VERSION``) that it has followed to the end.
    reread: how far, by ``posting.id``, it has followed the next one.
    """

    schema: int
    generation: str
    high_water: int = 0
    posting: int = 0
    posting_check: str = ""
    tail: int = 0
    removal: int = 0
    reading: int = 0
    reread: int = 0


def load_state(folder: Path) -> IndexState | None:
    """The state kept in ``folder``, or None where there is none that can be read."""
    try:
        fields = json.loads((folder / STATE_FILE).read_bytes())
        state = IndexState(**fields)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    kinds = (int, str, int, int, str, int, int, int, int)
    values = asdict(state).values()
    sound = all(type(value) is kind for value, kind in zip(values, kinds, strict=True))
    inside = state.generation not in ("", ".", "..") and "/" not in state.generation
    return state if sound and inside else None


def save_state(folder: Path, state: IndexState) -> None:
    """Write the state so that a crash leaves the old one or the new one, whole."""
    temporary = folder / f"{STATE_FILE}.new"
    try:
        with temporary.open("wb") as file:
            file.write(json.dumps(asdict(state)).encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / STATE_FILE)
    except OSError as error:
        raise SearchIndexError(f"cannot write the search index: {error}") from error


class WriterLock:
    """Held by the one process that may write; the system frees it when that process dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_FILE
        self._descriptor: int | None = None

    def acquire(self, wait_seconds: float) -> None:
        """Take the lock. Raises ``IndexBusyError`` if it is not free in time."""
        deadline = time.monotonic() + wait_seconds
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SearchIndexError(f"cannot write the search index: {error}") from error
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    raise IndexBusyError("the search index is being written") from None
                time.sleep(POLL_SECONDS)
            else:
                self._descriptor = descriptor
                return

    def release(self) -> None:
        """Give the lock back; without effect when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
