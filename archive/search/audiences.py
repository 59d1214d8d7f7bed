"""The search indexes of a store: one for each audience that searches.

What a search counts, scores and suggests comes from an index that holds what its reader
may read, and nothing else. The public's index is always there. That of another audience
is made when somebody of it searches for the first time, and deleted when nobody of it
has searched for long.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from archive.lists.audience import Audience
from archive.mail.message import ParsedMessage
from archive.search.follower import IndexFollower
from archive.search.index import SearchIndex
from archive.search.state import AUDIENCES_FOLDER, STATE_FILE, IndexBusyError

READERS_FILE: Final = "readers.json"
"""Says which private lists an audience may read; its time is that of the audience's last search."""
UNUSED_SECONDS: Final = 30 * 86_400
"""After this long without a search the index of an audience is deleted."""
NOTED_EVERY: Final = 3_600
"""The time of the last search is exact to this many seconds."""

EVERY_LIST: Final = "all"
LONGEST_NAME: Final = 100


class AudienceIndexes:
    """The indexes below one folder, with their followers. Threads may share it.

    folder: that of the public's index.
    read: parses a stored message again, by its row id.
    """

    def __init__(self, folder: Path, read: Callable[[int], ParsedMessage]) -> None:
        self.public = IndexFollower(SearchIndex(folder), read)
        self._folder = folder / AUDIENCES_FOLDER
        self._read = read
        self._others: dict[str, IndexFollower] = {}
        self._noted: dict[str, float] = {}
        self._lock = threading.Lock()

    def of(self, readers: Audience) -> IndexFollower:
        """The index of ``readers``, for a search of theirs; it may have to be made yet."""
        if not readers.opened:
            return self.public
        # Whoever may read every list keeps the index when a private list is added.
        opened = sorted(readers.opened) if readers.closed else None
        name = EVERY_LIST if opened is None else _folder_name(readers.name)
        self._note_use(name, opened)
        return self._follower(name, opened)

    def kept(self) -> Iterator[tuple[str, IndexFollower]]:
        """The indexes on disk, each with its name, the public's first; its name is empty."""
        yield "", self.public
        for folder in self._folders():
            with contextlib.suppress(OSError, ValueError, TypeError, LookupError):
                opened = json.loads((folder / READERS_FILE).read_bytes())["opened"]
                numbers = None if opened is None else [int(number) for number in opened]
                yield folder.name, self._follower(folder.name, numbers)

    def forget_unused(self) -> None:
        """Delete the indexes of audiences of which nobody has searched for long."""
        for folder in self._folders():
            file = folder / READERS_FILE
            used = file.stat().st_mtime if file.exists() else 0.0
            if used > time.time() - UNUSED_SECONDS:
                continue
            with contextlib.suppress(IndexBusyError):
                SearchIndex(folder).drop()
                file.unlink(missing_ok=True)
                with self._lock:
                    self._others.pop(folder.name, None)
                    self._noted.pop(folder.name, None)

    def _follower(self, name: str, opened: list[int] | None) -> IndexFollower:
        with self._lock:
            if name not in self._others:
                index = SearchIndex(self._folder / name)
                self._others[name] = IndexFollower(index, self._read, opened)
            return self._others[name]

    def _folders(self) -> list[Path]:
        return sorted(file.parent for file in self._folder.glob(f"*/{STATE_FILE}"))

    def _note_use(self, name: str, opened: list[int] | None) -> None:
        """Write down who reads this index, and that somebody searches now."""
        now = time.time()
        with self._lock:
            if now - self._noted.get(name, 0.0) < NOTED_EVERY:
                return
            self._noted[name] = now
        file = self._folder / name / READERS_FILE
        # Where nothing can be written, the index itself says so, or is there to be read.
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            temporary = file.with_suffix(".new")
            temporary.write_text(json.dumps({"opened": opened}))
            temporary.replace(file)


def _folder_name(name: str) -> str:
    """The name of an audience, where it is short enough for that of a folder."""
    return name if len(name) <= LONGEST_NAME else hashlib.sha256(name.encode()).hexdigest()
