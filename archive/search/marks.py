"""Marks in the store that tell whether an index has seen all of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from archive.mail.message import READER_VERSION
from archive.search.state import IndexState
from archive.tables import Message, Posting, Removal

LOOK_BACK = 1_000
"""Number of postings before the mark that are looked at again. When several processes write, a
lower id may be committed after a higher one."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Values that show whether an index has seen the whole store.

    newest: id of the last posting.
    removal: id of the last removal of messages.
    digest: digest of the message of the posting asked for; None when there is no such
        posting.
    tail: as in ``IndexState``, for that posting.
    """

    newest: int
    removal: int
    digest: bytes | None
    tail: int

    @property
    def check(self) -> str:
        """First 8 bytes of the digest in hex, for ``IndexState.posting_check``; may be empty."""
        return "" if self.digest is None else bytes(self.digest)[:8].hex()

    def hold(self, state: IndexState) -> bool:
        """Whether the store still has the posting that the state names, with the same message."""
        return state.posting == 0 or self.check == state.posting_check


_MARK = bindparam("mark", type_=Posting.id.type)
# Every search needs all of these values, so one statement reads them.
_MARKS = select(
    select(func.coalesce(func.max(Posting.id), 0)).scalar_subquery(),
    select(func.coalesce(func.max(Removal.id), 0)).scalar_subquery(),
    select(Message.digest)
    .join(Posting, Posting.message_id == Message.id)
    .where(Posting.id == _MARK)
    .scalar_subquery(),
    select(func.count())
    .select_from(Posting)
    .where(Posting.id > _MARK - LOOK_BACK, Posting.id <= _MARK)
    .scalar_subquery(),
)


def marks_of(session: Session, posting: int) -> Marks:
    """The marks of the store, with those of the posting of that id."""
    return Marks(*session.connection().execute(_MARKS, {"mark": posting}).one())


def was_read_anew(session: Session, state: IndexState) -> bool:
    """Whether a newer reader has reread the whole store since the index last followed it."""
    return state.reading != READER_VERSION and not _is_read_by_older(session)


def _is_read_by_older(session: Session) -> bool:
    """Whether the store still has a message that only an older reader has read."""
    # Search from the end: rereading starts with the oldest messages.
    older = select(Message.id).where(Message.read_before(READER_VERSION))
    return session.scalar(older.order_by(Message.id.desc()).limit(1)) is not None
