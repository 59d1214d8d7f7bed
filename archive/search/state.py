"""The saved state of the search index, and the lock that admits one writer.

The index folder holds ``state.json``, ``writer.lock`` and one folder with the search
engine's files, which is called a *generation*. The state names the current generation.
A rebuild starts a new generation, so readers in other processes never see a mixture.
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
AUDIENCES_FOLDER = "audiences"
"""Inside the index folder of the public: the index folders of other audiences."""
SUCCESSOR_FOLDER = "successor"
"""Inside an index folder: the index that is being made to take its place."""
_LISTS = ("closed", "changed")
POLL_SECONDS = 0.02


class SearchIndexError(StoreUnavailableError):
    """The search index cannot be read or written now."""


class TornIndexError(SearchIndexError):
    """The index's files cannot be read: they are damaged, or another version wrote them."""


class IndexBusyError(SearchIndexError):
    """Somebody else is writing the index. What is committed can still be read."""


@contextmanager
def engine_faults(doing: str) -> Iterator[None]:
    """Turn every fault of the search engine into ``TornIndexError``.

    The engine reports damage as ``ValueError`` or ``OSError``. It reports worse damage
    as a Rust panic, which Python sees as a ``BaseException``.
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
    """How far an index has followed its store.

    schema: version of the fields and of the tokenizer.
    generation: name of the folder that holds the engine's files.
    high_water: highest ``message.id`` committed, or passed over by an import.
    posting: every posting up to this id is in the index.
    posting_check: first 8 bytes of the digest of that posting's message, in hex. It
        reveals a store that was rolled back and gave the id to another message.
    tail: number of postings among the last ids up to ``posting``. It reveals a posting
        that was committed late under a lower id.
    removal: id of the last removal of messages that the index has followed.
    reading: the reader version (``READER_VERSION`` of ``archive.mail.message``) that
        the index has followed completely.
    reread: ``posting.id`` up to which it has followed the next reader version.
    closed: ids of the lists that its readers may not read. It holds no message that came
        to these alone.
    changed: ids of lists that its readers may read since, or no more, whose messages are
        being looked at again, in the order of ``message.id``.
    changed_to: highest ``message.id`` of those looked at so far.
    leftovers: words of deleted messages still count in the engine's statistics, until
        the index is made anew.
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
    closed: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    changed_to: int = 0
    leftovers: bool = False


def load_state(folder: Path) -> IndexState | None:
    """The state kept in ``folder``; None when there is none or it is invalid."""
    try:
        fields = json.loads((folder / STATE_FILE).read_bytes())
        for name in _LISTS:
            fields[name] = tuple(fields.get(name, ()))
        state = IndexState(**fields)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    kinds = (int, str, int, int, str, int, int, int, int, tuple, tuple, int, bool)
    values = asdict(state).values()
    sound = all(type(value) is kind for value, kind in zip(values, kinds, strict=True))
    sound = sound and all(type(number) is int for number in (*state.closed, *state.changed))
    inside = state.generation not in ("", ".", "..") and "/" not in state.generation
    return state if sound and inside else None


def save_state(folder: Path, state: IndexState) -> None:
    """Write the state atomically: after a crash the file holds the old state or the new one.

    Raises ``SearchIndexError`` when it cannot be written.
    """
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
    """A lock file that one process at a time can hold.

    The operating system frees it when that process dies.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_FILE
        self._descriptor: int | None = None

    def acquire(self, wait_seconds: float) -> None:
        """Take the lock.

        Raises ``IndexBusyError`` if it is not free within ``wait_seconds``,
        ``SearchIndexError`` if the lock file cannot be opened.
        """
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
        """Give the lock back; does nothing when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
