"""Everything out again: an mbox that imports to the same store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.errors import StoreUnavailableError, UsageError
from archive.importing.formats.mbox import write_mbox
from archive.store.store import Store
from archive.tables import Message, MessageCopy, Posting


def export_mbox(store: Store, out: Path, list_id: int | None) -> int:
    """Write a list's posts (all lists': None) to ``out``, each once; returns how many.

    Of several copies of a post, a list's export holds the one that came by this list.

    The file appears whole or not at all. Raises ``UsageError`` when ``out``
    cannot be written.
    """
    partial = out.with_name(out.name + ".partial")
    try:
        with partial.open("wb") as stream:
            count = write_mbox(_messages(store, list_id), stream)
        partial.replace(out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UsageError(f"cannot write {out}: {error.strerror}") from None
    except (StoreUnavailableError, ValueError):
        partial.unlink(missing_ok=True)
        raise
    return count


def _messages(store: Store, list_id: int | None) -> Iterator[tuple[bytes, datetime]]:
    """Raw messages in the order in which they were stored."""
    last = 0
    while True:
        query = select(Message.id, Message.date).where(Message.id > last)
        if list_id is not None:
            query = query.join(Posting).where(Posting.list_id == list_id)
        with store.database.session() as session:
            rows = session.execute(query.order_by(Message.id).limit(1_000)).all()
            copies = {} if list_id is None else _copies(session, list_id, [row.id for row in rows])
        if not rows:
            return
        for row in rows:
            copy = copies.get(row.id)
            yield store.raw(row.id) if copy is None else store.raw_copy(copy), row.date
        last = rows[-1].id


def _copies(session: Session, list_id: int, messages: Sequence[int]) -> dict[int, int]:
    """The copies that came by this list, for messages whose own bytes came by another one.

    Row ids of copies, by row id of the message.
    """
    copies: dict[int, int] = {}
    for part in in_parts(messages):
        first = (
            select(func.min(Posting.id))
            .where(Posting.message_id.in_(part))
            .group_by(Posting.message_id)
        )
        elsewhere = select(Posting.message_id).where(
            Posting.id.in_(first), Posting.list_id != list_id
        )
        rows = session.execute(
            select(MessageCopy.message_id, MessageCopy.id)
            .where(MessageCopy.message_id.in_(elsewhere), MessageCopy.list_id == list_id)
            .order_by(MessageCopy.id.desc())
        )
        copies.update((message, copy) for message, copy in rows)
    return copies
