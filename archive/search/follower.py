"""Bringing the search index up to date with the store, and finding where they differ.

The order of ``Posting.id`` is the index's thread through the store: a new
message and an old one that reaches another list both show as a new posting.
What to index is never guessed from the mark alone but by comparing stamps,
so that a follow cut short at any point is simply done again. When the store has
been read anew, every posting is looked at once more.
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
"""Postings looked at in one go."""
SHORT_STEP = 50
"""The same where somebody waits."""
COMMIT_EVERY = 10_000
LOOK_BACK = 1_000
"""Postings before the mark that are looked at again: where several processes
write, a lower id may be committed after a higher one."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Messages by row id: in the store alone, in the index alone, or changed since."""

    missing: frozenset[int]
    surplus: frozenset[int]
    stale: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.stale)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What tells whether an index has seen the whole store.

    newest: the last posting. removal: the last removal of messages. digest: of
    the message of the posting asked for, None where there is none. tail: as
    ``IndexState`` has it, for that posting.
    """

    newest: int
    removal: int
    digest: bytes | None
    tail: int

    @property
    def check(self) -> str:
        return "" if self.digest is None else bytes(self.digest)[:8].hex()

    def hold(self, state: IndexState) -> bool:
        """Whether the store still has the posting of the state's mark, with the same message."""
        return state.posting == 0 or self.check == state.posting_check


_MARK = bindparam("mark", type_=Posting.id.type)
# Every search asks for all of them: one statement.
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
    """Brings one index up to date with the store, and tells where the two differ.

    ``read`` gives a stored message read again. Safe to share between threads.
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
        """Bring the index up to date with the store; how many messages were indexed.

        Stops after ``at_most`` messages or ``seconds``, at the next step; a
        later call goes on from there. Rebuilds an index that is lost, torn, or of
        another schema, and mends one that is ahead of its store.
        The session's transaction lasts throughout; a long follow is better
        done as several with a limit.

        Raises ``IndexBusyError`` when somebody else still writes after
        ``wait`` seconds.
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
        """Where the committed index and the store disagree; memory for every message id."""
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
        """Whether the store holds postings that the committed index has not seen."""
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
        """Index what the store has beyond the self.index, committing as it goes.

        The self.index must be open for writing. Stops at the first step that ends
        beyond ``at_most`` messages or ``seconds``. Returns how many messages were
        indexed.
        """
        deadline = math.inf if seconds is None else time.monotonic() + seconds
        careful = step = STEP if seconds is None else SHORT_STEP
        start = _start(self.index, session)
        state = self.index.state
        assert state is not None
        anew = _was_read_anew(session, state)
        if anew:
            start = min(start, state.reread)
        # Read before the postings: a removal that comes meanwhile is followed next time.
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
            # Only reading messages takes long; passing over known ones need not be so careful.
            step = careful if refreshed else STEP
            indexed += len(refreshed)
            uncommitted.update(refreshed)
            if len(uncommitted) >= COMMIT_EVERY:
                _commit(self.index, session, uncommitted, start, anew=anew)
                uncommitted.clear()
            # Asked only now, so that every call gets on, however slow the machine is.
            if time.monotonic() >= deadline:
                break
        _commit(self.index, session, uncommitted, start, followed, anew=anew)
        return indexed

    def _refresh(self, session: Session, messages: Sequence[int]) -> list[int]:
        """Index those of ``messages`` that the committed index lacks or has otherwise."""
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
            # Damaged bytes: the message stays findable by what was read of it before.
            log.warning("message indexed without its body", message=message, reason=repr(error))
            return document_of_rows(session, message, stored)


def _start(index: SearchIndex, session: Session) -> int:
    """The posting to go on after; takes out what the store no longer has."""
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
    """Commit, then move the mark: a crash between the two only repeats work.

    removal: the last one, where the store was followed to its end.
    anew: what was read anew is followed too.
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
    """Stamps by message of the committed index; of all messages for None."""
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
    """Whether the store was read by a newer reader, to its end, since the index followed one."""
    return state.reading != READER_VERSION and not _is_read_by_older(session)


def _is_read_by_older(session: Session) -> bool:
    """Whether a message was read by an older reader only."""
    # From the end: what came first is read again first.
    older = select(Message.id).where(Message.read_before(READER_VERSION))
    return session.scalar(older.order_by(Message.id.desc()).limit(1)) is not None
