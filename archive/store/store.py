"""The store: keeps every message once, for ever, with exactly the bytes that came."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import NotFoundError
from archive.lists.names import names_of_lists
from archive.mail.message import ParsedMessage, parse_message
from archive.mail.repeated_blocks import read_repeated
from archive.people.update import join_people
from archive.settings import Settings
from archive.store.arrivals import Incoming, Kept, reposted
from archive.store.compression import Compressor, decompress
from archive.store.layers import derive_layers, has_layers
from archive.store.parse_cache import RecentlyRead
from archive.store.reception import SortedMail, Sorter, keep_sorted
from archive.store.rows import write
from archive.tables import CompressionDictionary, Message, MessageCopy, RawMessage, SetAsideMail
from archive.threads.update import thread_new

__all__ = ["Incoming", "Kept", "Store"]

log = structlog.get_logger()

_READ = select(Message.digest, Message.signature_mark).where(Message.id == bindparam("message"))


class Store:
    """Stores messages and returns them. Threads may share it."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self._dictionaries: dict[int, bytes] = {}
        self._recently_read = RecentlyRead()
        self._has_layers = False
        self._compressor: tuple[int | None, Compressor] | None = None

    def keep(self, incoming: Sequence[Incoming]) -> list[Kept]:
        """Store messages in one transaction, which is synced to disk when this returns.

        Mail from a door that is not a post is set aside (``archive.store.sorting``).

        Raises ``StoreUnavailableError`` when the store cannot accept them; then none is
        stored.
        """
        sorted_mail = self._sorted(incoming)
        with self.database.transaction() as session:
            kept = keep_sorted(session, sorted_mail)
            self._settle(session, sorted_mail, reposted(kept))
        return kept

    def post(self, incoming: Incoming) -> Kept:
        """Store one mail as a post, even if ``archive.store.sorting`` would set it aside.

        Raises the same errors as ``keep``.
        """
        post = SortedMail(self._sorter([incoming]).prepare(incoming))
        with self.database.transaction() as session:
            (kept,) = write(session, [post.arrival])
            self._settle(session, [post], reposted([kept]))
        return kept

    def _sorted(self, incoming: Sequence[Incoming]) -> list[SortedMail]:
        """Parse and sort incoming mail, before it is this thread's turn to write."""
        sorter = self._sorter(incoming)
        return [sorter.sort(one) for one in incoming]

    def _sorter(self, incoming: Sequence[Incoming]) -> Sorter:
        dictionary_id, compressor = self.compressor()
        with self.database.session() as session:
            names = names_of_lists(session, {one.list_id for one in incoming})
        return Sorter(names, compressor, dictionary_id, read=self._recently_read.read)

    def _settle(self, session: Session, mail: Sequence[SortedMail], moved: Sequence[int]) -> None:
        """Thread the messages just stored and update people.

        Threads and people are derived, so a fault in that code must not cost the
        message: only the savepoint is rolled back, and the worker tries again. A fault
        of the database does cost the message, because SQLite may have rolled back the
        whole transaction.
        """
        try:
            with session.begin_nested():
                thread_new(session, moved)
                join_people(session, {address for one in mail for address in one.address_keys})
        except (IntegrityError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            log.warning("threading failed; the worker will try again", reason=repr(error))

    def settle(self, *, full: bool = False) -> None:
        """Thread all messages without a thread and update people; with ``full``, all messages.

        All of them too when the store is of an older version and its private mail has no
        layers yet.
        """
        with self.database.session() as session:
            waiting = select(Message.id).where(Message.thread_id.is_(None)).limit(1)
            layered = self._has_layers or has_layers(session)
            if not full and layered and session.scalar(waiting) is None:
                self._has_layers = True
                return
        with self.database.transaction() as session:
            if full or not layered:
                derive_layers(session)
            else:
                thread_new(session)
                join_people(session)
        self._has_layers = True

    def compressor(self) -> tuple[int | None, Compressor]:
        """The row id of the newest dictionary (None if there is none) and its compressor."""
        if self._compressor is None or self._compressor[0] is None:
            with self.database.session() as session:
                newest = session.execute(
                    select(CompressionDictionary.id, CompressionDictionary.data)
                    .order_by(CompressionDictionary.id.desc())
                    .limit(1)
                ).first()
            if newest is None:
                self._compressor = (None, Compressor())
            else:
                self._compressor = (newest.id, Compressor(newest.data))
        return self._compressor

    def add_dictionary(self, data: bytes) -> None:
        """Use ``data`` as the dictionary for compression from now on."""
        with self.database.transaction() as session:
            session.add(CompressionDictionary(data=data, created=datetime.now(UTC)))
        self._compressor = None

    def raw(self, message: int) -> bytes:
        """The exact bytes of a message, by row id.

        Raises ``NotFoundError`` for an unknown message, ``ValueError`` for damaged
        bytes.
        """
        with self.database.session() as session:
            row = session.execute(
                select(RawMessage.data, RawMessage.dictionary_id, Message.size, Message.digest)
                .join(Message, Message.id == RawMessage.message_id)
                .where(RawMessage.message_id == message)
            ).first()
            if row is None:
                raise NotFoundError(f"no message number {message}")
        return self._unpacked(row.data, row.dictionary_id, row.size, row.digest)

    def raw_copy(self, row: int) -> bytes:
        """The exact bytes of a further copy of a message. Raises the same errors as ``raw``."""
        with self.database.session() as session:
            found = session.get(MessageCopy, row)
            if found is None:
                raise NotFoundError(f"no copy number {row} of a message")
        return self._unpacked(found.data, found.dictionary_id, found.size, found.digest)

    def raw_set_aside(self, row: int) -> bytes:
        """The exact bytes of a mail set aside, by row id. Raises the same errors as ``raw``."""
        with self.database.session() as session:
            found = session.get(SetAsideMail, row)
            if found is None:
                raise NotFoundError(f"no mail number {row} set aside")
        return self._unpacked(found.data, found.dictionary_id, found.size, found.digest)

    def parsed_set_aside(self, row: int) -> ParsedMessage:
        """Parse a mail set aside, by row id. Raises the same errors as ``raw``."""
        return parse_message(self.raw_set_aside(row))

    def _unpacked(self, data: bytes, dictionary_id: int | None, size: int, digest: bytes) -> bytes:
        raw = decompress(data, self.dictionary(dictionary_id), size)
        if hashlib.sha256(raw).digest() != digest:
            raise ValueError("the stored bytes do not match their digest")
        return raw

    def parsed(self, message: int) -> ParsedMessage:
        """Parse a message, or take it from the cache, with the signature its author repeats.

        Raises the same errors as ``raw``.
        """
        with self.database.session() as session:
            row = session.connection().execute(_READ, {"message": message}).one_or_none()
        known = None if row is None else self._recently_read.known(bytes(row.digest))
        read = known or parse_message(self.raw(message))
        return read if row is None else read_repeated(read, row.signature_mark)

    def read_ahead(self, raw: bytes) -> None:
        """Parse a message before ``keep`` receives it, so that ``keep`` takes less time."""
        self._recently_read.read(raw)

    def dictionary(self, identifier: int | None) -> bytes | None:
        """The compression dictionary with this row id; None for None.

        Raises ``ValueError`` when it is missing from the store.
        """
        if identifier is None:
            return None
        if identifier not in self._dictionaries:
            with self.database.session() as session:
                found = session.get(CompressionDictionary, identifier)
                if found is None:
                    raise ValueError(f"compression dictionary {identifier} is missing")
                self._dictionaries[identifier] = found.data
        return self._dictionaries[identifier]
