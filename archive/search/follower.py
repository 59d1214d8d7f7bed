"""Bring the search index up to date with the store, and find where the two differ.

The index goes through the store in the order of ``Posting.id``. A new message is a new
posting, and so is an old message that reaches another list.
The mark (the last posting seen) only says where to look. Comparing stamps decides what
to index, so a follow that was interrupted can simply run again. After the store has
been reread by a newer reader, every posting is looked at once more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog
import tantivy
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.errors import NotFoundError
from archive.mail.message import READER_VERSION, ParsedMessage
from archive.search.fields import IndexDocument, index_document
from archive.search.index import SearchIndex
from archive.search.state import IndexState, TornIndexError, engine_faults
from archive.search.stored import StoredMessage, document_of_rows, stored_messages
from archive.tables import Message, Posting, Removal

log = structlog.get_logger()

STEP = 500
"""Number of postings looked at in one step."""
SHORT_STEP = 50
"""Number of postings in one step when somebody waits for the result."""
COMMIT_EVERY = 10_000
LOOK_BACK = 1_000
"""Number of postings before the mark that are looked at again. When several processes write, a
lower id may be committed after a higher one."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Row ids of messages that are only in the store, only in the index, or out of date there.

    missing: only in the store.
    surplus: only in the index.
    stale: in both, but the index holds an older state.
    """

    missing: frozenset[int]
    surplus: frozenset[int]
    stale: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.stale)


@dataclass(frozen=True, slots=True)
class _Marks:
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


def _marks(session: Session, posting: int) -> _Marks:
    return _Marks(*session.connection().execute(_MARKS, {"mark": posting}).one())


class IndexFollower:
    """Brings one index up to date with the store, and finds where the two differ.

    ``read`` parses a stored message again, by its row id. Threads may share a follower.
    """

    def __init__(self, index: SearchIndex, read: Callable[[int], ParsedMessage]) -> None:
        self.index = index
        self.read = read

    def follow(
        self,
        session: Session,
        *,
        at_most: int | None = None,
        seconds: float | None = None,
        wait: float | None = None,
    ) -> int:
        """Bring the index up to date with the store; return how many messages were indexed.

        Stops at the first step that ends beyond ``at_most`` messages or ``seconds``; a
        later call continues from there. Rebuilds an index that is lost, damaged or of
        another schema version. Repairs one that is ahead of its store.
        The session's transaction stays open all the time, so a long follow is better
        done as several calls with a limit.

        Raises ``IndexBusyError`` when somebody else still writes after ``wait``
        seconds.
        """
        with self.index.turn(wait) as is_open:
            if is_open:
                return self._catch_up(session, at_most, seconds)
            if not self.is_behind(session):
                return 0
            try:
                self.index.begin(wait)
                return self._catch_up(session, at_most, seconds)
            finally:
                self.index.close()

    def differences(self, session: Session) -> Differences:
        """Compare the committed index with the store. Holds every message id in memory."""
        self.index.reload()
        indexed = _indexed(self.index, None)
        stored: dict[int, int] = {}
        for step in in_parts(session.scalars(select(Message.id).order_by(Message.id)).all()):
            stored.update(
                (message, one.stamp) for message, one in stored_messages(session, step).items()
            )
        shared = indexed.keys() & stored.keys()
        return Differences(
            missing=frozenset(stored.keys() - indexed.keys()),
            surplus=frozenset(indexed.keys() - stored.keys()),
            stale=frozenset(message for message in shared if indexed[message] != stored[message]),
        )

    def is_behind(self, session: Session) -> bool:
        """Whether the store has changed since the committed index last followed it."""
        try:
            self.index.reload()
        except TornIndexError:
            return True
        state = self.index.state
        if state is None:
            return True
        marks = _marks(session, state.posting)
        return (
            marks.newest != state.posting
            or marks.removal != state.removal
            or not marks.hold(state)
            or marks.tail != state.tail
            or _was_read_anew(session, state)
        )

    def _catch_up(self, session: Session, at_most: int | None, seconds: float | None) -> int:
        """Index what the store has and the index lacks, and commit along the way.

        The index must be open for writing. Stops at the first step that ends beyond
        ``at_most`` messages or ``seconds``. Returns how many messages were indexed.
        """
        deadline = math.inf if seconds is None else time.monotonic() + seconds
        careful = step = STEP if seconds is None else SHORT_STEP
        start = _start(self.index, session)
        state = self.index.state
        assert state is not None
        anew = _was_read_anew(session, state)
        if anew:
            start = min(start, state.reread)
        # Read this before the postings: the next call then follows a removal made meanwhile.
        removal = _marks(session, state.posting).removal
        followed: int | None = None
        indexed = 0
        uncommitted: set[int] = set()
        while at_most is None or indexed < at_most:
            postings = session.execute(
                select(Posting.id, Posting.message_id)
                .where(Posting.id > start)
                .order_by(Posting.id)
                .limit(step)
            ).all()
            if not postings:
                followed = removal
                break
            start = postings[-1].id
            messages = sorted({row.message_id for row in postings} - uncommitted)
            refreshed = self._refresh(session, messages)
            # Only reading messages is slow, so steps over messages already indexed can be long.
            step = careful if refreshed else STEP
            indexed += len(refreshed)
            uncommitted.update(refreshed)
            if len(uncommitted) >= COMMIT_EVERY:
                _commit(self.index, session, uncommitted, start, anew=anew)
                uncommitted.clear()
            # Check the time at the end of a step, so that every call makes some progress.
            if time.monotonic() >= deadline:
                break
        _commit(self.index, session, uncommitted, start, followed, anew=anew)
        return indexed

    def _refresh(self, session: Session, messages: Sequence[int]) -> list[int]:
        """Index those of ``messages`` that are missing or out of date in the committed index.

        Returns their row ids.
        """
        if not messages:
            return []
        indexed = _indexed(self.index, messages)
        stored = stored_messages(session, messages)
        due = [message for message in stored if indexed.get(message) != stored[message].stamp]
        known = [message for message in due if message in indexed]
        if known:
            self.index.delete(known)
        self.index.add(self._document(session, message, stored[message]) for message in due)
        return due

    def _document(self, session: Session, message: int, stored: StoredMessage) -> IndexDocument:
        try:
            parsed = self.read(message)
            return index_document(
                message,
                stored.digest,
                stored.lists,
                stored.date,
                parsed,
                reader_version=stored.reader_version,
            )
        except (NotFoundError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            # The bytes are damaged: index the fields that an earlier reading stored as rows.
            log.warning("message indexed without its body", message=message, reason=repr(error))
            return document_of_rows(session, message, stored)


def _start(index: SearchIndex, session: Session) -> int:
    """The posting id after which to continue.

    If the store was rolled back or messages were removed, deletes what the store no
    longer has and returns 0.
    """
    index.reload()
    state = index.state
    assert state is not None
    marks = _marks(session, state.posting)
    if not marks.hold(state) or state.removal != marks.removal:
        index.delete(_surplus(index, session))
        return 0
    return state.posting if marks.tail == state.tail else max(0, state.posting - LOOK_BACK)


def _commit(
    index: SearchIndex,
    session: Session,
    messages: set[int],
    mark: int,
    removal: int | None = None,
    *,
    anew: bool = False,
) -> None:
    """Commit, then move the mark. A crash between the two only repeats work.

    mark: id of the last posting followed.
    removal: id of the last removal, when the store was followed to its end; else None.
    anew: every posting is being looked at again because the store was reread.
    """
    index.commit(max(messages, default=0))
    state = index.state
    assert state is not None
    reading, reread = state.reading, mark if anew else state.reread
    if anew and removal is not None:
        reading, reread = READER_VERSION, 0
    if mark < state.posting and _marks(session, state.posting).hold(state):
        mark = state.posting
    marks = _marks(session, mark)
    moved = replace(
        state,
        posting=mark if marks.digest is not None else 0,
        posting_check=marks.check,
        tail=marks.tail,
        removal=state.removal if removal is None else removal,
        reading=reading,
        reread=reread,
    )
    if moved != state:
        index.save(moved)


def _indexed(index: SearchIndex, messages: Sequence[int] | None) -> dict[int, int]:
    """Map message ids to stamps in the committed index; None means all messages."""
    with engine_faults("reading"):
        searcher = index.searcher()
        if searcher.num_docs == 0 or (messages is not None and not messages):
            return {}
        if messages is None:
            query, limit = tantivy.Query.all_query(), searcher.num_docs
        else:
            query = tantivy.Query.term_set_query(index.schema, "message", messages)
            limit = len(messages)
        hits = searcher.search(query, limit=limit, count=False).hits
        addresses = [address for _, address in hits]
        numbers = searcher.fast_field_values("message", addresses)
        stamps = searcher.fast_field_values("stamp", addresses)
    pairs = zip(numbers, stamps, strict=True)
    return {int(number or 0): int(stamp or 0) for number, stamp in pairs}


def _surplus(index: SearchIndex, session: Session) -> set[int]:
    indexed = _indexed(index, None)
    return indexed.keys() - set(session.scalars(select(Posting.message_id).distinct()))


def _was_read_anew(session: Session, state: IndexState) -> bool:
    """Whether a newer reader has reread the whole store since the index last followed it."""
    return state.reading != READER_VERSION and not _is_read_by_older(session)


def _is_read_by_older(session: Session) -> bool:
    """Whether the store still has a message that only an older reader has read."""
    # Search from the end: rereading starts with the oldest messages.
    older = select(Message.id).where(Message.read_before(READER_VERSION))
    return session.scalar(older.order_by(Message.id.desc()).limit(1)) is not None
