"""Read from the store what the index needs to know of messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.lists.audience import Audience
from archive.search.fields import IndexDocument, stamp_of
from archive.tables import Address, Attachment, Message, OwnText, Posting


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """The fields of a stored message that its index entry depends on.

    lists: row ids, ascending.
    """

    digest: bytes
    date: datetime
    reader_version: int
    lists: tuple[int, ...]

    @property
    def stamp(self) -> int:
        """64 bits that differ from the stamp of an index entry made from an older state."""
        return stamp_of(self.digest, self.lists, self.reader_version)


def stored_messages(
    session: Session, messages: Sequence[int], readers: Audience
) -> dict[int, StoredMessage]:
    """Load those of ``messages`` that ``readers`` may read, by row id, with the lists they may."""
    lists: defaultdict[int, list[int]] = defaultdict(list)
    known: dict[int, tuple[bytes, datetime, int]] = {}
    rows = session.execute(
        select(Message.id, Message.digest, Message.date, Message.reader_version, Posting.list_id)
        .join(Posting, Posting.message_id == Message.id)
        .where(Message.id.in_(messages), readers.posting())
        .order_by(Message.id, Posting.list_id)
    )
    for message, digest, date, version, list_id in rows:
        known[message] = bytes(digest), date, version
        lists[message].append(list_id)
    return {message: StoredMessage(*known[message], tuple(lists[message])) for message in known}


def document_of_rows(session: Session, message: int, stored: StoredMessage) -> IndexDocument:
    """The index document of a message with damaged bytes, from rows of an earlier reading."""
    row = session.execute(
        select(
            Message.subject,
            Message.author_name,
            Message.is_reply,
            Message.parent_reference,
            Message.attachments,
            Address.email,
            OwnText.text,
        )
        .join(Address, Address.id == Message.address_id)
        .outerjoin(OwnText, OwnText.message_id == Message.id)
        .where(Message.id == message)
    ).one()
    return IndexDocument(
        message=message,
        digest=stored.digest,
        lists=stored.lists,
        subject=row.subject,
        own=row.text or "",
        body="",
        author=row.author_name,
        address=row.email or "",
        recipients="",
        attachments=" ".join(
            session.scalars(
                select(Attachment.filename)
                .where(Attachment.message_id == message)
                .order_by(Attachment.position)
            )
        ),
        date=int(stored.date.timestamp()),
        has_attachment=row.attachments > 0,
        is_answer=row.is_reply or row.parent_reference is not None,
        reader_version=stored.reader_version,
    )
