"""Importing past mail: read a source, prepare in parallel, store in batches.

An import is stored whole or not at all, threads and people included; one of
more than ``COMMIT_MESSAGES`` in parts of that size, each of them whole. It is
idempotent: what the store has is passed over, so running it again completes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.compression import SAMPLES_NEEDED, train
from archive.conversations import thread_new
from archive.database import Database
from archive.errors import RefusedError
from archive.following import ImportIndexer
from archive.formats.mbox import read_mbox
from archive.formats.source import FoundMessage, Refusal, open_source
from archive.lists import add_list
from archive.models import Message
from archive.people import join_people
from archive.prepared import PreparedMessage
from archive.preparing import prepare_all
from archive.settings import Settings
from archive.store import Store
from archive.writer import Arrival, write

COMMIT_MESSAGES = 250_000
"""One transaction holds this many: whoever else writes must wait for its end."""
BATCH_MESSAGES = 2_000
BATCH_BYTES = 16 << 20
TRAINING_MESSAGES = 1_500
TRAINING_BYTES = 8 << 20
REFUSALS_LISTED = 1_000
"""More refusals are counted but not listed one by one."""


@dataclass(slots=True)
class ImportReport:
    """What an import did: ``read`` = ``stored`` + ``duplicates`` + ``refused``."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    seconds: float = 0.0
    refusals: list[Refusal] = field(default_factory=list)
    not_indexed: str | None = None
    """Why what was stored is not searchable yet; a server or search indexes it later."""

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal."""
        self.read += 1
        self.refused += 1
        if len(self.refusals) < REFUSALS_LISTED:
            self.refusals.append(refusal)


Progress = Callable[[int, int], None]
"""Called with messages read so far and bytes of raw mail read so far."""


class Importer:
    """Imports sources into one list of one store; adds the list if it is new."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        list_address: str,
        *,
        jobs: int,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self.database = database
        self.settings = settings
        self.list_address = list_address
        self.jobs = jobs
        self.dry_run = dry_run
        self.progress = progress
        self.store = Store(database, settings)
        self.report = ImportReport()
        self._bytes_read = 0

    def run(self, paths: Sequence[Path]) -> ImportReport:
        """Import every path.

        Raises ``UsageError`` for an address that is none, and
        ``StoreUnavailableError`` when the store fails: then it stays as it was.
        """
        started = time.monotonic()
        found = self._accepted(chain.from_iterable(map(self._read, paths)))
        found = self._trained(found)
        dictionary_id, _ = self.store.compressor()
        dictionary = self.store.dictionary(dictionary_id)
        prepared = prepare_all(found, self.jobs, self.list_address, dictionary_id, dictionary)
        batches = _batches(prepared)
        if self.dry_run:
            for batch in batches:
                self._count_dry(batch)
        else:
            with closing(ImportIndexer(self.database, self.settings, self.store)) as index:
                for first in batches:
                    self._store_whole(first, batches, index)
                    index.commit()
                index.finish()
            self.report.not_indexed = index.failure
        self.report.seconds = round(time.monotonic() - started, 3)
        return self.report

    def _read(self, path: Path) -> Iterator[FoundMessage | Refusal]:
        """One path's messages; a path that cannot be taken is one refusal."""
        files = sorted(_files(path)) if path.is_dir() else [path]
        if not files:
            yield Refusal(str(path), "a folder without mail")
        for file in files:
            try:
                with open_source(file) as stream:
                    yield from read_mbox(stream, str(file), self.settings.max_message_bytes)
            except RefusedError as error:
                yield Refusal(str(file), str(error))

    def _accepted(self, found: Iterable[FoundMessage | Refusal]) -> Iterator[FoundMessage]:
        """What was found, refusals taken out and counted."""
        for one in found:
            if isinstance(one, Refusal):
                self.report.refuse(one)
                continue
            self.report.read += 1
            self._bytes_read += len(one.raw)
            if self.progress is not None and self.report.read % 100 == 0:
                self.progress(self.report.read, self._bytes_read)
            yield one

    def _trained(self, found: Iterator[FoundMessage]) -> Iterator[FoundMessage]:
        """Train the store's first dictionary on the beginning of the first big import."""
        if self.dry_run or self.store.compressor()[0] is not None:
            return found
        sample: list[FoundMessage] = []
        size = 0
        for one in found:
            sample.append(one)
            size += len(one.raw)
            if len(sample) >= TRAINING_MESSAGES or size >= TRAINING_BYTES:
                break
        if len(sample) >= SAMPLES_NEEDED:
            dictionary = train([one.raw for one in sample])
            if dictionary is not None:
                self.store.add_dictionary(dictionary)
        return chain(sample, found)

    def _store_whole(
        self,
        first: list[PreparedMessage],
        rest: Iterator[list[PreparedMessage]],
        index: ImportIndexer,
    ) -> None:
        """Store ``first`` and as many batches after it as go into one transaction."""
        name_keys: set[str] = set()
        with self.database.transaction() as session:
            list_id = add_list(session, self.list_address).id
            size = 0
            for batch in chain([first], rest):
                name_keys |= self._store_batch(session, batch, list_id, index)
                size += len(batch)
                if size >= COMMIT_MESSAGES:
                    break
            thread_new(session)
            join_people(session, name_keys)

    def _store_batch(
        self, session: Session, batch: list[PreparedMessage], list_id: int, index: ImportIndexer
    ) -> set[str]:
        """Write one batch; returns the names that its new posts show."""
        now = datetime.now(UTC)
        kept = write(session, [Arrival(one, list_id, "import", now) for one in batch])
        new = [one for one, row in zip(batch, kept, strict=True) if row.new_posting]
        self.report.stored += len(new)
        self.report.duplicates += len(batch) - len(new)
        index.add(batch, kept, list_id)
        return {one.name_key for one in new}

    def _count_dry(self, batch: list[PreparedMessage]) -> None:
        """What storing the batch would do; duplicates inside the source are not looked for."""
        digests = [one.digest for one in batch]
        known = 0
        with self.database.session() as session:
            for start in range(0, len(digests), 500):
                part = digests[start : start + 500]
                query = select(func.count()).where(Message.digest.in_(part))
                known += session.scalar(query) or 0
        self.report.duplicates += known
        self.report.stored += len(batch) - known


def _files(folder: Path) -> Iterator[Path]:
    """Regular files of a folder, not hidden, not following links, one level deep."""
    for entry in folder.iterdir():
        if entry.is_file() and not entry.is_symlink() and not entry.name.startswith("."):
            yield entry


def _batches(prepared: Iterable[PreparedMessage]) -> Iterator[list[PreparedMessage]]:
    batch: list[PreparedMessage] = []
    size = 0
    for one in prepared:
        batch.append(one)
        size += len(one.data) + len(one.own_text) + len(one.other_text)
        if len(batch) >= BATCH_MESSAGES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
