"""Importing past mail: read a source, prepare in parallel, store in batches.

Idempotent: what the store has is passed over, so an interrupted import is
completed by running it again. Batches are committed one by one, so that a
server on the same store goes on taking mail meanwhile.
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

from archive.compression import SAMPLES_NEEDED, train
from archive.conversations import thread_new
from archive.database import Database
from archive.errors import RefusedError
from archive.following import ImportIndexer
from archive.formats.mbox import read_mbox
from archive.formats.source import FoundMessage, Refusal, open_source
from archive.models import Message
from archive.people import join_people
from archive.prepared import PreparedMessage
from archive.preparing import prepare_all
from archive.settings import Settings
from archive.store import Store
from archive.writer import Arrival, write

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

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal."""
        self.read += 1
        self.refused += 1
        if len(self.refusals) < REFUSALS_LISTED:
            self.refusals.append(refusal)


Progress = Callable[[int, int], None]
"""Called with messages read so far and bytes of raw mail read so far."""


class Importer:
    """Imports sources into one list of one store."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        list_id: int,
        list_address: str,
        *,
        jobs: int,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self.database = database
        self.settings = settings
        self.list_id = list_id
        self.list_address = list_address
        self.jobs = jobs
        self.dry_run = dry_run
        self.progress = progress
        self.store = Store(database, settings)
        self.report = ImportReport()
        self._bytes_read = 0
        self._name_keys: set[str] = set()

    def run(self, paths: Sequence[Path]) -> ImportReport:
        """Import every path.

        Raises ``StoreUnavailableError`` when the store fails; whole batches
        stored before stay, and a second run goes on from there.
        """
        started = time.monotonic()
        found = self._accepted(chain.from_iterable(map(self._read, paths)))
        found = self._trained(found)
        dictionary_id, _ = self.store.compressor()
        dictionary = self.store.dictionary(dictionary_id)
        prepared = prepare_all(found, self.jobs, self.list_address, dictionary_id, dictionary)
        if self.dry_run:
            for batch in _batches(prepared):
                self._count_dry(batch)
        else:
            with closing(ImportIndexer(self.database, self.settings, self.store)) as index:
                index.begin()
                for batch in _batches(prepared):
                    self._store(batch, index)
                self._settle()
                index.finish()
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

    def _settle(self) -> None:
        with self.database.transaction() as session:
            thread_new(session)
            join_people(session, self._name_keys)

    def _store(self, batch: list[PreparedMessage], index: ImportIndexer) -> None:
        now = datetime.now(UTC)
        arrivals = [Arrival(one, self.list_id, "import", now) for one in batch]
        with self.database.transaction() as session:
            kept = write(session, arrivals)
        for result, one in zip(kept, batch, strict=True):
            if result.new_posting:
                self.report.stored += 1
                self._name_keys.add(one.name_key)
            else:
                self.report.duplicates += 1
        index.add(batch, kept, self.list_id)

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
