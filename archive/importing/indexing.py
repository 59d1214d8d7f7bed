"""Indexing what an import has just stored, while its text is still at hand.

Reading the messages again from the store, as any follower can, would double
the work of a big import. Where another process holds the index's writer, or
stored something in between, the ordinary following takes over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from archive.database import Database
from archive.search.fields import IndexDocument
from archive.search.follower import IndexFollower
from archive.search.index import SearchIndex
from archive.search.state import IndexBusyError, SearchIndexError
from archive.settings import Settings
from archive.store.arrivals import Kept
from archive.store.preparation import PreparedMessage
from archive.store.store import Store

LOCK_WAIT_SECONDS = 1.0

_Fresh = tuple[PreparedMessage, int, int]
"""A message that is new, its row id, and the list that it came to."""


class ImportIndexer:
    """Keeps the public's search index level with one import."""

    def __init__(self, database: Database, settings: Settings, store: Store) -> None:
        self.database = database
        self.index = SearchIndex(settings.index_folder, lock_wait=LOCK_WAIT_SECONDS)
        self._follower = IndexFollower(self.index, store.parsed)
        self.failure: str | None = None
        """Why the messages are not searchable yet, though they are stored."""
        self._active = True
        self._begun = False
        self._last = 0

    def add(
        self, batch: Sequence[PreparedMessage], kept: Sequence[Kept], lists: Sequence[int]
    ) -> None:
        """Index the new messages of a batch whose transaction is under way.

        lists: of each message the list it is imported into.
        """
        fresh = [
            (one, row.message, list_id)
            for one, row, list_id in zip(batch, kept, lists, strict=True)
            if row.new_message and row.message is not None
        ]
        if not self._active or not fresh:
            return
        with self._without_index_the_import_goes_on():
            readable = self._readable(fresh)
            # What the store held before the import comes first. Later, somebody else may have
            # stored between two parts of the import, and is not indexed yet.
            if readable and (not self._begun or fresh[0][1] != self._last + 1):
                self._catch_up()
                self._begun = True
                readable = self._readable(fresh)
            if readable:
                self.index.add(_document(*one) for one in readable)
            self._last = fresh[-1][1]

    def _readable(self, fresh: Sequence[_Fresh]) -> list[_Fresh]:
        """Those that came to a list that the public may read, as far as the index knows."""
        if self.index.state is None:
            self._catch_up()
        state = self.index.state
        closed = () if state is None else state.closed
        return [one for one in fresh if one[2] not in closed]

    def commit(self) -> None:
        """Make searchable what the store has just committed."""
        if self._active and self._begun:
            with self._without_index_the_import_goes_on():
                self.index.commit(self._last)

    def finish(self) -> None:
        """Index what else came: cross-posts of messages that were known already."""
        if self._active:
            with self._without_index_the_import_goes_on():
                self._catch_up()

    def close(self) -> None:
        """Let other processes write the index; what was not committed is forgotten."""
        with self._without_index_the_import_goes_on():
            self.index.close()

    def _catch_up(self) -> None:
        with self.database.session() as session:
            self._follower.follow(session)
        self._last = self.index.high_water

    @contextmanager
    def _without_index_the_import_goes_on(self) -> Iterator[None]:
        """The index is derived: where it cannot be written now, a follower makes it later."""
        try:
            yield
        except SearchIndexError as error:
            self._active = False
            if not isinstance(error, IndexBusyError):
                self.failure = str(error)


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
        attachments=" ".join(part.filename for part in one.attachments),
        date=one.date,
        has_attachment=bool(one.attachments),
        is_answer=one.is_reply or one.parent_reference is not None,
    )
