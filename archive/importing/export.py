"""Everything out again: an mbox that imports to the same store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from archive.errors import StoreUnavailableError, UsageError
from archive.importing.formats.mbox import write_mbox
from archive.store.store import Store
from archive.tables import Message, Posting


def export_mbox(store: Store, out: Path, list_id: int | None) -> int:
    """Write a list's messages (all lists': None) to ``out``; returns how many.

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
        if not rows:
            return
        for row in rows:
            yield store.raw(row.id), row.date
        last = rows[-1].id
