"""Read stored messages again after the code that reads mail has changed.

The column ``Message.reader_version`` shows which messages are waiting, so the work
continues after any interruption. The oldest messages come first, a small batch per
transaction. Everything derived from a message changes in the same transaction, so a
reader of the store sees each message entirely as it was read before or entirely as it
is read now.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from archive.errors import NotFoundError
from archive.mail.message import READER_VERSION, parse_message
from archive.mail.repeated_blocks import chosen_mark, read_repeated, stored_marks, with_chosen
from archive.store.preparation import FROM_DIGEST, PreparedMessage, mark_as_piece, prepare
from archive.tables import MailingList, Message, Posting
from archive.upkeep.copies import unite_copies
from archive.upkeep.reread_rows import replace_rows

if TYPE_CHECKING:
    from archive.store.store import Store

log = structlog.get_logger()

BATCH = 100
BATCH_BYTES = 8 << 20
_OLD = Message.read_before(READER_VERSION)
DAMAGED = "bytes-damaged"
"""The defect noted on a message whose bytes cannot be read any more."""


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A message that is to be reread, with what is needed besides its bytes.

    list_address: the list it came to first, a public one before private ones.
    received: when it came there.
    signature: what it stores of its signature (``archive.mail.repeated_blocks``).
    """

    id: int
    date: datetime
    date_source: str
    defects: str
    list_address: str | None
    received: datetime | None
    signature: bytes | None


class Rereading:
    """Reads again every message that an older reader has read.

    forget: called in the same transaction with the ids of messages whose text has
        changed.
    finish: called in the last transaction.
    """

    def __init__(
        self,
        store: Store,
        *,
        forget: Callable[[Session, Sequence[int]], None],
        finish: Callable[[Session], None],
    ) -> None:
        self._store = store
        self._forget = forget
        self._finish = finish
        self._last = 0
        self.is_done = False
        """Whether nothing waits. Mail that arrives later is read by the new reader anyway."""

    def run(self, seconds: float = math.inf) -> int:
        """Reread for this many seconds, or until nothing waits; return how many messages."""
        deadline = time.monotonic() + seconds
        count = 0
        while not self.is_done:
            count += self._step()
            if time.monotonic() >= deadline:
                break
        return count

    def _step(self) -> int:
        """Reread one batch: parse it first, then write it in a short transaction.

        Returns how many messages were reread.
        """
        with self._store.database.session() as session:
            batch = _next_batch(session, self._last)
        if not batch:
            self.is_done = True
            return 0
        fresh: dict[int, PreparedMessage] = {}
        for one in batch:
            try:
                fresh[one.id] = read_stored(self._store, one, chosen_mark(one.signature))
            except (NotFoundError, ValueError) as error:
                log.warning("cannot read a message again", message=one.id, reason=str(error))
        numbers = [one.id for one in batch]
        with self._store.database.transaction() as session:
            # Another worker may have done it meanwhile, or the list may have been removed.
            old = set(session.scalars(select(Message.id).where(Message.id.in_(numbers), _OLD)))
            changed = replace_rows(
                session, [(n, fresh[n]) for n in numbers if n in fresh and n in old]
            )
            gone = set(unite_copies(session, [n for n in numbers if n in fresh and n in old]))
            self._forget(session, [n for n in changed if n not in gone])
            _pass_over(session, [one for one in batch if one.id in old and one.id not in fresh])
            left = session.scalar(select(exists().where(Message.id > numbers[-1], _OLD)))
            if old and not left:
                self._finish(session)
        self._last = numbers[-1]
        self.is_done = not left
        return len(old)


def read_stored(store: Store, one: StoredPost, signature: bytes | None) -> PreparedMessage:
    """Read a stored message again, as it would be stored now.

    signature: the mark of the repeated block that is its signature; None for none.
    Raises the same errors as ``Store.raw``.
    """
    raw = store.raw(one.id)
    parsed = parse_message(raw)
    marks = with_chosen(stored_marks(parsed), signature)
    prepared = prepare(
        raw,
        None,
        None,
        arrival=one.received or one.date,
        list_address=one.list_address,
        parsed=read_repeated(parsed, marks),
    )
    prepared.signature_mark = marks
    if prepared.date_source == "arrival" and one.date_source in ("envelope", "arrival"):
        # The date came from outside the message and is stored nowhere else, so keep it.
        prepared.date, prepared.date_source = int(one.date.timestamp()), one.date_source
    return mark_as_piece(prepared) if FROM_DIGEST in one.defects.split("\n") else prepared


def _next_batch(session: Session, last: int) -> list[StoredPost]:
    """The next messages that wait, in the order in which they arrived."""
    sizes = session.execute(
        select(Message.id, Message.size)
        .where(Message.id > last, _OLD)
        .order_by(Message.id)
        .limit(BATCH)
    ).all()
    numbers: list[int] = []
    octets = 0
    for number, size in sizes:
        octets += size
        if numbers and octets > BATCH_BYTES:
            break
        numbers.append(number)
    return stored_posts(session, numbers)


def stored_posts(session: Session, numbers: Sequence[int]) -> list[StoredPost]:
    """These messages, in order. A message that is no more there is left out."""
    rows = session.execute(
        select(
            Message.id,
            Message.date,
            Message.date_source,
            Message.defects,
            MailingList.address,
            Posting.received,
            Message.signature_mark,
        )
        .outerjoin(Posting, Posting.message_id == Message.id)
        .outerjoin(MailingList, MailingList.id == Posting.list_id)
        .where(Message.id.in_(numbers))
        .order_by(MailingList.private, Posting.id)
    )
    found: dict[int, StoredPost] = {}
    for number, date, source, defects, address, received, signature in rows:
        # Keep the list it came to first, of the public ones if there are any: as if there
        # were no private list.
        found.setdefault(
            number,
            StoredPost(number, date, source, defects or "", address, received, signature),
        )
    return [found[number] for number in numbers if number in found]


def _pass_over(session: Session, batch: Sequence[StoredPost]) -> None:
    """Leave messages with damaged bytes as they were read before, and note the damage."""
    for one in batch:
        defects = dict.fromkeys([*filter(None, one.defects.split("\n")), DAMAGED])
        session.execute(
            update(Message)
            .where(Message.id == one.id)
            .values(reader_version=READER_VERSION, defects="\n".join(defects))
        )
