"""The full-text index, derived from the store.

SQLite and PostgreSQL use the same kind of index, in the data folder. Any process that
needs it brings it up to date. It holds words and their positions, but no text: what a
hit shows is read from the store. If the index is lost, nothing is lost: it is built
again from the store.
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
    AUDIENCES_FOLDER,
    STATE_FILE,
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
"""Memory for words not yet written to disk. There is one indexing thread, which gets all of it."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """The engine's index as last loaded, with the state and file marks of that moment.

    files: modification time, inode and size of the engine's ``meta.json``; None if
        unreadable.
    """

    state: IndexState
    files: tuple[int, int, int] | None
    index: tantivy.Index


class SearchIndex:
    """The index in one folder. Many processes may read it; one at a time may write.

    Threads may share it. A writer that does not get its turn within ``lock_wait``
    seconds raises ``IndexBusyError``, a ``SearchIndexError``. Reading never waits.
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
        self._uncommitted = False
        self._reading = threading.Lock()
        self._opened: _Opened | None = None
        self._empty = self._prepared(tantivy.Index(self.schema))

    @property
    def state(self) -> IndexState | None:
        """The committed state; None when there is no index of this schema version."""
        state = load_state(self.folder)
        return state if state is not None and state.schema == SCHEMA_VERSION else None

    @property
    def high_water(self) -> int:
        """The highest message id committed; 0 for an empty index."""
        state = self.state
        return 0 if state is None else state.high_water

    def reload(self) -> None:
        """Load the newest commit, whichever process made it. Raises ``TornIndexError``."""
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
        """A searcher over the commit that ``reload`` last loaded; an empty one without an index."""
        with self._reading:
            index = self._empty if self._opened is None else self._opened.index
            return index.searcher()

    def words(self, text: str) -> list[str]:
        """Cut ``text`` into words exactly as for documents."""
        return self.analyzer.analyze(clean(text))

    def english_stem(self, word: str) -> str:
        """The English stem of a word, exactly as documents hold it."""
        return "".join(self._english.analyze(word))

    def _files(self, generation: str) -> tuple[int, int, int] | None:
        """Values that change whenever the engine rewrites its list of index files."""
        try:
            found = (self.folder / generation / "meta.json").stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _open(self, generation: str) -> tantivy.Index:
        with engine_faults("opening"):
            index = self._prepared(tantivy.Index.open(str(self.folder / generation)))
            # This search reads every segment, so damage in any of them shows now.
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
        """Add documents; they become visible after ``commit``.

        Delete a message first if the index already holds it.
        """
        with self._writing:
            writer = self.begin()
            for document in documents:
                entry = index_entry(document)
                self._uncommitted = True
                with self._writer_faults("adding"):
                    writer.add_document(entry)

    def delete(self, messages: Iterable[int]) -> None:
        """Remove messages, including those added since the last commit."""
        numbers = list(messages)
        with self._writing:
            writer = self.begin()
            if numbers:
                # Delete by a query: the engine reads a plain int as signed and finds nothing.
                query = tantivy.Query.term_set_query(self.schema, "message", numbers)
                self._uncommitted = True
                with self._writer_faults("deleting"):
                    writer.delete_documents_by_query(query)

    def commit(self, last_message_id: int) -> None:
        """Make everything since the last commit durable and visible.

        ``last_message_id`` can raise the high-water mark, but never lowers it.
        """
        with self._writing:
            writer = self.begin()
            if self._uncommitted:
                with self._writer_faults("committing"):
                    writer.commit()
                self._uncommitted = False
            state = self._written
            assert state is not None
            self.save(replace(state, high_water=max(state.high_water, last_message_id)))
        self.reload()

    def save(self, state: IndexState) -> None:
        """Write a new state, if it is new. Call this only while the writer is open."""
        if state != self._written:
            save_state(self.folder, state)
            self._written = state

    def clear(self) -> None:
        """Replace the index by an empty one, whatever state it is in."""
        with self._writing:
            if self._writer is None:
                self._lock.acquire(self._lock_wait)
            self._writer = self._written = None
            try:
                self._new_generation()
            finally:
                self._lock.release()
        self.reload()

    def take_over(self, successor: SearchIndex) -> None:
        """Put the index of another folder in the place of this one.

        Raises ``IndexBusyError`` when either is being written.
        """
        with self._own(), successor._own():
            state = successor.state
            if state is None:
                return
            try:
                (successor.folder / state.generation).rename(self.folder / state.generation)
            except OSError as error:
                raise SearchIndexError(f"cannot write the search index: {error}") from error
            save_state(self.folder, state)
            self._remove_generations_but(state.generation)
        self.reload()

    def drop(self) -> None:
        """Delete the index with its state. Raises ``IndexBusyError`` when it is being written."""
        with self._own():
            (self.folder / STATE_FILE).unlink(missing_ok=True)
            self._remove_generations_but("")

    @contextmanager
    def _own(self) -> Iterator[None]:
        """Keep every writer out, this process's too."""
        with self.turn(0) as is_open:
            if is_open:
                raise IndexBusyError("the search index is being written")
            self._lock.acquire(0)
            try:
                yield
            finally:
                self._lock.release()

    def close(self) -> None:
        """Close the writer: drop what was not committed, and let other processes write."""
        with self._writing:
            writer, self._writer = self._writer, None
            try:
                if writer is not None:
                    with engine_faults("closing"):
                        # Without this wait, merges are aborted and small segments accumulate.
                        writer.wait_merging_threads()
            finally:
                self._written = None
                self._lock.release()

    @contextmanager
    def turn(self, wait: float | None = None) -> Iterator[bool]:
        """Give the calling thread its turn to write; yields whether the writer is already open.

        Raises ``IndexBusyError`` when another thread still has its turn after ``wait``
        seconds.
        """
        if not self._writing.acquire(timeout=self._lock_wait if wait is None else wait):
            raise IndexBusyError("the search index is being written")
        try:
            yield self._writer is not None
        finally:
            self._writing.release()

    def begin(self, wait: float | None = None) -> tantivy.IndexWriter:
        """Open the writer, unless it is open; return it.

        Starts an empty index when none can be read. Raises ``IndexBusyError`` when
        another process still writes after ``wait`` seconds.
        """
        if self._writer is not None:
            return self._writer
        self._lock.acquire(self._lock_wait if wait is None else wait)
        try:
            state, index = self._open_current() or self._new_generation()
            with engine_faults("opening for writing"):
                self._writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
            self._written, self._uncommitted = state, False
        except BaseException:
            self._lock.release()
            raise
        return self._writer

    def _open_current(self) -> tuple[IndexState, tantivy.Index] | None:
        """The current index; None when it is lost, damaged or of another schema version."""
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
        self._remove_generations_but(state.generation)
        return state, index

    def _remove_generations_but(self, name: str) -> None:
        for entry in self.folder.iterdir():
            # A reader of an old generation has its files open, so deleting them does no harm.
            folder = entry.is_dir() and not entry.is_symlink()
            if folder and entry.name not in (name, AUDIENCES_FOLDER):
                shutil.rmtree(entry, ignore_errors=True)

    @contextmanager
    def _writer_faults(self, doing: str) -> Iterator[None]:
        """Drop the engine's writer after a fault: it is unusable. Committed documents stay."""
        try:
            with engine_faults(doing):
                yield
        except TornIndexError:
            self._writer = self._written = None
            self._lock.release()
            raise
