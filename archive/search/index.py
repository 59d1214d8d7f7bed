"""The full-text index: derived from the store, followed by whoever needs it.

One index in the data folder for SQLite and PostgreSQL alike. It keeps no
text, only words and their places; what a hit looks like is read from the
store. Losing it loses nothing: it is built again from the store.
"""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import tantivy

from archive.search.fields import (
    ENGLISH_TOKENIZER,
    SCHEMA_VERSION,
    TOKENIZER,
    IndexDocument,
    clean,
    english_analyzer,
    index_entry,
    index_schema,
    word_analyzer,
)
from archive.search.state import (
    IndexBusyError,
    IndexState,
    SearchIndexError,
    TornIndexError,
    WriterLock,
    engine_faults,
    load_state,
    save_state,
)

HEAP_BYTES = 96_000_000
"""Memory for words not yet written out; with one thread, the index's whole share."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """The engine's index as it was when it was last loaded, and the signs of that state."""

    state: IndexState
    files: tuple[int, int, int] | None
    index: tantivy.Index


class SearchIndex:
    """The index in one folder, for reading and, one process at a time, for writing.

    Safe to share between threads. A writer that does not get its turn within
    ``lock_wait`` seconds raises ``IndexBusyError``, a ``SearchIndexError``;
    reading never waits.
    """

    def __init__(
        self,
        folder: Path,
        *,
        lock_wait: float = 10.0,
    ) -> None:
        self.folder = folder
        self.schema = index_schema()
        self.analyzer = word_analyzer()
        self._english = english_analyzer()
        self._writing = threading.RLock()
        self._lock = WriterLock(folder)
        self._lock_wait = lock_wait
        self._writer: tantivy.IndexWriter | None = None
        self._written: IndexState | None = None
        self._reading = threading.Lock()
        self._opened: _Opened | None = None
        self._empty = self._prepared(tantivy.Index(self.schema))

    @property
    def state(self) -> IndexState | None:
        """The committed state; None when there is no index of this schema."""
        state = load_state(self.folder)
        return state if state is not None and state.schema == SCHEMA_VERSION else None

    @property
    def high_water(self) -> int:
        """The highest message id committed; 0 for an empty index."""
        state = self.state
        return 0 if state is None else state.high_water

    def reload(self) -> None:
        """Show the newest commit of whichever process. Raises ``TornIndexError``."""
        state = self.state
        with self._reading:
            if state is None:
                self._opened = None
                return
            opened, files = self._opened, self._files(state.generation)
            if opened is None or opened.state.generation != state.generation:
                self._opened = None
                self._opened = _Opened(state, files, self._open(state.generation))
            elif opened.state != state or opened.files != files or files is None:
                with engine_faults("reloading"):
                    opened.index.reload()
                self._opened = replace(opened, state=state, files=files)

    def searcher(self) -> tantivy.Searcher:
        """A view of the last commit seen by ``reload``; empty when there is no index."""
        with self._reading:
            index = self._empty if self._opened is None else self._opened.index
            return index.searcher()

    def words(self, text: str) -> list[str]:
        """``text`` cut into words exactly as documents are."""
        return self.analyzer.analyze(clean(text))

    def english_stem(self, word: str) -> str:
        """The English stem of a word, exactly as documents have it."""
        return "".join(self._english.analyze(word))

    def _files(self, generation: str) -> tuple[int, int, int] | None:
        """What changes whenever the engine writes anew which files are the index."""
        try:
            found = (self.folder / generation / "meta.json").stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _open(self, generation: str) -> tantivy.Index:
        with engine_faults("opening"):
            index = self._prepared(tantivy.Index.open(str(self.folder / generation)))
            # The newest document's number is spread over every part of the index.
            index.searcher().search(tantivy.Query.all_query(), limit=1, order_by_field="message")
            return index

    def _prepared(self, index: tantivy.Index) -> tantivy.Index:
        index.register_tokenizer(TOKENIZER, self.analyzer)
        index.register_tokenizer(ENGLISH_TOKENIZER, self._english)
        index.config_reader(reload_policy="manual")
        return index

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, documents: Iterable[IndexDocument]) -> None:
        """Add documents; they show after ``commit``.

        A message that is in the index already must be deleted first.
        """
        with self._writing:
            writer = self.begin()
            for document in documents:
                entry = index_entry(document)
                with self._writer_faults("adding"):
                    writer.add_document(entry)

    def delete(self, messages: Iterable[int]) -> None:
        """Take messages out, those added since the last commit too."""
        numbers = list(messages)
        with self._writing:
            writer = self.begin()
            if numbers:
                # By a query: the engine takes a bare number for a signed one and finds nothing.
                query = tantivy.Query.term_set_query(self.schema, "message", numbers)
                with self._writer_faults("deleting"):
                    writer.delete_documents_by_query(query)

    def commit(self, last_message_id: int) -> None:
        """Make everything since the last commit durable and visible.

        ``last_message_id`` raises the high-water mark; it never lowers it.
        """
        with self._writing:
            writer = self.begin()
            with self._writer_faults("committing"):
                writer.commit()
            state = self._written
            assert state is not None
            self.save(replace(state, high_water=max(state.high_water, last_message_id)))
        self.reload()

    def save(self, state: IndexState) -> None:
        """Keep a new state; only while writing."""
        save_state(self.folder, state)
        self._written = state

    def clear(self) -> None:
        """Begin an empty index, whatever state the old one is in."""
        with self._writing:
            if self._writer is None:
                self._lock.acquire(self._lock_wait)
            self._writer = self._written = None
            try:
                self._new_generation()
            finally:
                self._lock.release()
        self.reload()

    def close(self) -> None:
        """End writing: forget what was not committed, let others write."""
        with self._writing:
            writer, self._writer = self._writer, None
            try:
                if writer is not None:
                    with engine_faults("closing"):
                        # Without this wait merges are cut off and small segments pile up.
                        writer.wait_merging_threads()
            finally:
                self._written = None
                self._lock.release()

    @contextmanager
    def turn(self, wait: float | None = None) -> Iterator[bool]:
        """The calling thread's turn at writing; yields whether the writer is open already.

        Raises ``IndexBusyError`` when another thread still has it after ``wait`` seconds.
        """
        if not self._writing.acquire(timeout=self._lock_wait if wait is None else wait):
            raise IndexBusyError("the search index is being written")
        try:
            yield self._writer is not None
        finally:
            self._writing.release()

    def begin(self, wait: float | None = None) -> tantivy.IndexWriter:
        """Open the writer, unless it is open; on an empty index where none can be read.

        Raises ``IndexBusyError`` when another process still writes after ``wait`` seconds.
        """
        if self._writer is not None:
            return self._writer
        self._lock.acquire(self._lock_wait if wait is None else wait)
        try:
            state, index = self._open_current() or self._new_generation()
            with engine_faults("opening for writing"):
                self._writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
            self._written = state
        except BaseException:
            self._lock.release()
            raise
        return self._writer

    def _open_current(self) -> tuple[IndexState, tantivy.Index] | None:
        """The index as it lies there; None when it is lost, torn, or of another schema."""
        state = self.state
        if state is None:
            return None
        try:
            return state, self._open(state.generation)
        except TornIndexError:
            return None

    def _new_generation(self) -> tuple[IndexState, tantivy.Index]:
        state = IndexState(schema=SCHEMA_VERSION, generation=secrets.token_hex(6))
        path = self.folder / state.generation
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise SearchIndexError(f"cannot write the search index: {error}") from error
        with engine_faults("beginning"):
            index = self._prepared(tantivy.Index(self.schema, path=str(path)))
        save_state(self.folder, state)
        for entry in self.folder.iterdir():
            # Readers that still show an old generation keep their files until they reload.
            if entry.is_dir() and not entry.is_symlink() and entry != path:
                shutil.rmtree(entry, ignore_errors=True)
        return state, index

    @contextmanager
    def _writer_faults(self, doing: str) -> Iterator[None]:
        """After a fault the engine's writer is of no more use; what was committed stays."""
        try:
            with engine_faults(doing):
                yield
        except TornIndexError:
            self._writer = self._written = None
            self._lock.release()
            raise
