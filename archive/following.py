"""Indexing what an import has just stored, while its text is still at hand.

Reading the messages again from the store, as any follower can, would double
the work of a big import. Where another process holds the index's writer, or
stored something in between, the ordinary following takes over.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.database import Database
from archive.errors import StoreUnavailableError
from archive.index import IndexDocument, SearchIndex
from archive.prepared import PreparedMessage
from archive.settings import Settings
from archive.store import Store
from archive.writer import Kept

LOCK_WAIT_SECONDS = 1.0
COMMIT_EVERY = 20_000
"""Uncommitted documents; bounds what a crash makes the next follower read again."""


class ImportIndexer:
    """Keeps the search index level with one import."""

    def __init__(self, database: Database, settings: Settings, store: Store) -> None:
        self.database = database
        self.index = SearchIndex(settings.index_folder, store.parsed, lock_wait=LOCK_WAIT_SECONDS)
        self._active = False
        self._last = 0
        self._uncommitted = 0

    def begin(self) -> None:
        """Take the writer and catch up with what the store held before the import."""
        try:
            with self.database.session() as session:
                self.index.follow(session)
            self.index.delete(())
        except StoreUnavailableError:
            # A server on the same store is writing the index: it will follow.
            return
        self._last = self.index.high_water
        self._active = True

    def add(self, batch: Sequence[PreparedMessage], kept: Sequence[Kept], list_id: int) -> None:
        """Index the new messages of a batch that has been committed to the store."""
        if not self._active:
            return
        fresh = [(one, row) for one, row in zip(batch, kept, strict=True) if row.new_message]
        if not fresh:
            return
        if fresh[0][1].message != self._last + 1:
            self._catch_up()
            return
        self.index.add(_document(one, row.message, list_id) for one, row in fresh)
        self._last = fresh[-1][1].message
        self._uncommitted += len(fresh)
        if self._uncommitted >= COMMIT_EVERY:
            self.index.commit(self._last)
            self._uncommitted = 0

    def finish(self) -> None:
        """Make everything searchable."""
        if not self._active:
            return
        if self._uncommitted:
            self.index.commit(self._last)
            self._uncommitted = 0
        # Cross-posts of messages that were known, and whatever else came meanwhile.
        self._catch_up()

    def close(self) -> None:
        """Let other processes write the index."""
        self.index.close()

    def _catch_up(self) -> None:
        if self._uncommitted:
            self.index.commit(self._last)
            self._uncommitted = 0
        with self.database.session() as session:
            self.index.follow(session)
        self._last = self.index.high_water


def _document(one: PreparedMessage, message: int, list_id: int) -> IndexDocument:
    return IndexDocument(
        message=message,
        digest=one.digest,
        lists=(list_id,),
        subject=one.subject,
        own=one.own_text,
        body=one.other_text,
        author=one.author_name,
        address=one.email or one.written,
        recipients=" ".join(one.recipients),
        date=one.date,
        has_attachment=bool(one.attachments),
        is_answer=one.is_reply or one.parent_reference is not None,
    )
