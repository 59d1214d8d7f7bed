"""The store: messages kept for ever, each exactly once, bytes exactly as they came."""

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
from archive.people.update import join_people
from archive.settings import Settings
from archive.store.arrivals import Incoming, Kept, reposted
from archive.store.compression import Compressor, decompress
from archive.store.parse_cache import RecentlyRead
from archive.store.reception import SortedMail, Sorter, keep_sorted
from archive.store.rows import write
from archive.tables import CompressionDictionary, Message, RawMessage, SetAsideMail
from archive.threads.update import thread_all, thread_new

__all__ = ["Incoming", "Kept", "Store"]

log = structlog.get_logger()

_DIGEST = select(Message.digest).where(Message.id == bindparam("message"))


class Store:
    """Keeps messages and gives them back. Safe to share between threads."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self._dictionaries: dict[int, bytes] = {}
        self._recently_read = RecentlyRead()
        self._compressor: tuple[int | None, Compressor] | None = None

    def keep(self, incoming: Sequence[Incoming]) -> list[Kept]:
        """Store messages in one transaction, synced when this returns.

        What comes by a door and is no post is set aside (``archive.store.sorting``).

        Raises ``StoreUnavailableError`` when the store cannot take them; then
        nothing of them is stored.
        """
        sorted_mail = self._sorted(incoming)
        with self.database.transaction() as session:
            kept = keep_sorted(session, sorted_mail)
            self._settle(session, sorted_mail, reposted(kept))
        return kept

    def post(self, incoming: Incoming) -> Kept:
        """Store one mail as a post, whatever ``archive.store.sorting`` says of it.

        Raises as ``keep`` does.
        """
        post = SortedMail(self._sorter([incoming]).prepare(incoming))
        with self.database.transaction() as session:
            (kept,) = write(session, [post.arrival])
            self._settle(session, [post], reposted([kept]))
        return kept

    def _sorted(self, incoming: Sequence[Incoming]) -> list[SortedMail]:
        """Read and sort what came, before it takes its turn to be written."""
        sorter = self._sorter(incoming)
        return [sorter.sort(one) for one in incoming]

    def _sorter(self, incoming: Sequence[Incoming]) -> Sorter:
        dictionary_id, compressor = self.compressor()
        with self.database.session() as session:
            names = names_of_lists(session, {one.list_id for one in incoming})
        return Sorter(names, compressor, dictionary_id, read=self._recently_read.read)

    def _settle(self, session: Session, mail: Sequence[SortedMail], moved: Sequence[int]) -> None:
        """Thread and attribute what was just stored.

        Derived, so a fault in the reasoning must not cost the message: it is
        undone alone and the worker tries again. A fault of the database does
        cost it, since SQLite may then have undone the whole transaction.
        """
        try:
            with session.begin_nested():
                thread_new(session, moved)
                join_people(session, {address for one in mail for address in one.address_keys})
        except (IntegrityError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            log.warning("threading failed; the worker will try again", reason=repr(error))

    def settle(self, *, full: bool = False) -> None:
        """Thread and attribute whatever still lacks it; with ``full`` everything again."""
        with self.database.session() as session:
            waiting = select(Message.id).where(Message.thread_id.is_(None)).limit(1)
            if not full and session.scalar(waiting) is None:
                return
        with self.database.transaction() as session:
            if full:
                thread_all(session)
            else:
                thread_new(session)
            join_people(session)

    def compressor(self) -> tuple[int | None, Compressor]:
        """The newest dictionary's row (None: none trained yet) and its compressor."""
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
        """Compress with ``data`` from now on."""
        with self.database.transaction() as session:
            session.add(CompressionDictionary(data=data, created=datetime.now(UTC)))
        self._compressor = None

    def raw(self, message: int) -> bytes:
        """The exact bytes of a message. Raises ``NotFoundError``.

        Raises ``ValueError`` when they are damaged.
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

    def raw_set_aside(self, row: int) -> bytes:
        """The exact bytes of a mail set aside. Raises as ``raw`` does."""
        with self.database.session() as session:
            found = session.get(SetAsideMail, row)
            if found is None:
                raise NotFoundError(f"no mail number {row} set aside")
        return self._unpacked(found.data, found.dictionary_id, found.size, found.digest)

    def parsed_set_aside(self, row: int) -> ParsedMessage:
        """A mail set aside, read from its bytes. Raises as ``raw`` does."""
        return parse_message(self.raw_set_aside(row))

    def _unpacked(self, data: bytes, dictionary_id: int | None, size: int, digest: bytes) -> bytes:
        raw = decompress(data, self.dictionary(dictionary_id), size)
        if hashlib.sha256(raw).digest() != digest:
            raise ValueError("the stored bytes do not match their digest")
        return raw

    def parsed(self, message: int) -> ParsedMessage:
        """A message read from its bytes, now or a moment ago. Raises as ``raw`` does."""
        with self.database.session() as session:
            digest = session.connection().scalar(_DIGEST, {"message": message})
        known = None if digest is None else self._recently_read.known(bytes(digest))
        return known or parse_message(self.raw(message))

    def read_ahead(self, raw: bytes) -> None:
        """Read a message that ``keep`` is about to get, so that its turn is shorter."""
        self._recently_read.read(raw)

    def dictionary(self, identifier: int | None) -> bytes | None:
        """A compression dictionary. Raises ``ValueError`` when the store lost it."""
        if identifier is None:
            return None
        if identifier not in self._dictionaries:
            with self.database.session() as session:
                found = session.get(CompressionDictionary, identifier)
                if found is None:
                    raise ValueError(f"compression dictionary {identifier} is missing")
                self._dictionaries[identifier] = found.data
        return self._dictionaries[identifier]
