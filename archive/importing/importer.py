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

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.database import Database, in_parts
from archive.importing.formats.reader import SourceReader
from archive.importing.formats.registry import AUTO
from archive.importing.formats.source import Doubt, Found, FoundMessage, PassedOver, Refusal
from archive.importing.indexing import ImportIndexer
from archive.importing.parallel import prepare_all
from archive.lists.registry import add_list
from archive.people.update import join_people
from archive.settings import Settings
from archive.store.arrivals import Arrival, reposted
from archive.store.compression import SAMPLES_NEEDED, train
from archive.store.preparation import PreparedMessage
from archive.store.reception import SortedMail, keep_sorted
from archive.store.store import Store
from archive.tables import MailingList, Message, Posting
from archive.threads.update import thread_new

COMMIT_MESSAGES = 250_000
"""One transaction holds this many: whoever else writes must wait for its end."""
BATCH_MESSAGES = 2_000
BATCH_BYTES = 16 << 20
TRAINING_MESSAGES = 1_500
TRAINING_BYTES = 8 << 20
REFUSALS_LISTED = 1_000
"""More refusals are counted but not listed one by one."""
MOST_LISTS = 1_000
"""More lists than this in one import are somebody's joke."""


@dataclass(slots=True)
class ImportReport:
    """What an import did: ``read`` = ``stored`` + ``duplicates`` + ``refused``."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    seconds: float = 0.0
    refusals: list[Refusal] = field(default_factory=list)
    doubtful: int = 0
    """Places where messages may have been split or joined wrongly; not in ``read``."""
    doubts: list[Doubt] = field(default_factory=list)
    passed_over: int = 0
    """Files beside the mail that are none, and messages from before ``since``; not in ``read``."""
    not_indexed: str | None = None
    """Why what was stored is not searchable yet; a server or search indexes it later."""

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal."""
        self.read += 1
        self.refused += 1
        if len(self.refusals) < REFUSALS_LISTED:
            self.refusals.append(refusal)

    def doubt(self, doubt: Doubt) -> None:
        """Count a doubt."""
        self.doubtful += 1
        if len(self.doubts) < REFUSALS_LISTED:
            self.doubts.append(doubt)


Progress = Callable[[int, int], None]
"""Called with messages read so far and bytes of raw mail read so far."""


class Importer:
    """Imports sources into lists of one store; adds lists that are new.

    list_address: the list of the messages; with ``split`` of those only that
    declare none themselves, and may then be None. form: a name of
    ``archive.importing.formats.registry.NAMES``. since: older messages are passed over.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        list_address: str | None,
        *,
        jobs: int,
        dry_run: bool = False,
        progress: Progress | None = None,
        form: str = AUTO,
        since: datetime | None = None,
        split: bool = False,
    ) -> None:
        self.database = database
        self.settings = settings
        self.list_address = list_address
        self.jobs = jobs
        self.dry_run = dry_run
        self.progress = progress
        self.reader = SourceReader(form, settings.max_message_bytes, settings.data_dir)
        self.since = None if since is None else int(since.timestamp())
        self.split = split
        self.store = Store(database, settings)
        self.report = ImportReport()
        self._found = 0
        self._bytes_found = 0
        self._lists: dict[str, int] = {}
        self._reposted: list[int] = []
        self._digests: set[tuple[str, bytes]] = set()

    def run(self, paths: Sequence[Path]) -> ImportReport:
        """Import every path.

        Raises ``UsageError`` for an address that is none, and
        ``StoreUnavailableError`` when the store fails: then it stays as it was.
        """
        started = time.monotonic()
        found = self._accepted(chain.from_iterable(map(self.reader.read, paths)))
        found = self._trained(found)
        dictionary_id, _ = self.store.compressor()
        dictionary = self.store.dictionary(dictionary_id)
        prepared = prepare_all(
            found, self.jobs, self.list_address, dictionary_id, dictionary, split=self.split
        )
        batches = _batches(self._wanted(prepared))
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

    def _accepted(self, found: Iterable[Found]) -> Iterator[FoundMessage]:
        """The messages found; what was refused or passed over is counted and taken out."""
        for one in found:
            if isinstance(one, Refusal):
                self.report.refuse(one)
            elif isinstance(one, Doubt):
                self.report.doubt(one)
            elif isinstance(one, PassedOver):
                self.report.passed_over += 1
            else:
                self._found += 1
                self._bytes_found += len(one.raw)
                if self.progress is not None and self._found % 100 == 0:
                    self.progress(self._found, self._bytes_found)
                yield one

    def _wanted(self, prepared: Iterable[PreparedMessage]) -> Iterator[PreparedMessage]:
        """Messages of the time asked for that belong to a list."""
        addresses: set[str] = set()
        for one in prepared:
            if self.since is not None and one.date < self.since:
                self.report.passed_over += 1
                continue
            if one.list_address is None:
                self.report.refuse(Refusal(one.where, "names no list; --list takes such messages"))
                continue
            addresses.add(one.list_address)
            if len(addresses) > MOST_LISTS:
                addresses.discard(one.list_address)
                self.report.refuse(Refusal(one.where, f"of more than {MOST_LISTS} lists"))
                continue
            self.report.read += 1
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
        addresses: set[str] = set()
        with self.database.transaction() as session:
            self._lists = {}
            self._reposted = []
            size = 0
            for batch in chain([first], rest):
                addresses |= self._store_batch(session, batch, index)
                size += len(batch)
                if size >= COMMIT_MESSAGES:
                    break
            thread_new(session, self._reposted)
            join_people(session, addresses)

    def _store_batch(
        self, session: Session, batch: list[PreparedMessage], index: ImportIndexer
    ) -> set[str]:
        """Write one batch; returns the addresses (keys) of its new posts."""
        now = datetime.now(UTC)
        lists = [self._list_id(session, one) for one in batch]
        arrivals = [
            Arrival(one, list_id, "import", now) for one, list_id in zip(batch, lists, strict=True)
        ]
        sorted_mail = [SortedMail(one, one.prepared.aside) for one in arrivals]
        kept = keep_sorted(session, sorted_mail)
        self._reposted.extend(reposted(kept))
        new = [one for one, row in zip(sorted_mail, kept, strict=True) if row.is_new]
        self.report.stored += len(new)
        self.report.duplicates += len(batch) - len(new)
        index.add(batch, kept, lists)
        return {address for one in new for address in one.address_keys}

    def _list_id(self, session: Session, one: PreparedMessage) -> int:
        """The row of a message's list, added if new; looked up once in a transaction."""
        assert one.list_address is not None
        if one.list_address not in self._lists:
            self._lists[one.list_address] = add_list(session, one.list_address).id
        return self._lists[one.list_address]

    def _count_dry(self, batch: list[PreparedMessage]) -> None:
        """Count what storing the batch would do."""
        known = self._digests
        with self.database.session() as session:
            for part in in_parts(batch):
                rows = session.execute(
                    select(MailingList.address, Message.digest, Message.substance)
                    .join(Posting, Posting.list_id == MailingList.id)
                    .join(Message, Message.id == Posting.message_id)
                    .where(
                        or_(
                            Message.digest.in_([one.digest for one in part]),
                            Message.substance.in_([one.substance for one in part]),
                        )
                    )
                )
                for address, digest, substance in rows:
                    known.update(((address, bytes(digest)), (address, bytes(substance or b""))))
        for one in batch:
            assert one.list_address is not None
            keys = {(one.list_address, one.digest), (one.list_address, one.substance)}
            is_known = not known.isdisjoint(keys)
            self.report.duplicates += is_known
            self.report.stored += not is_known
            known |= keys


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
