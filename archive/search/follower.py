"""Bring a search index up to date with the store, and find where the two differ.

An index holds what one audience may read, and nothing else.
The follower goes through the store in the order of ``Posting.id``. A new message is a
new posting, and so is an old message that reaches another list.
The mark (the last posting seen) only says where to look. Comparing stamps decides what
to index, so a follow that was interrupted can simply run again. After the store has
been reread by a newer reader, every posting is looked at once more. When a list was made
private, or public, only its messages are.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.audience import Audience, audience
from archive.mail.message import READER_VERSION, ParsedMessage
from archive.search.documents import messages_on, refresh, stamps, surplus
from archive.search.index import SearchIndex
from archive.search.marks import LOOK_BACK, marks_of, was_read_anew
from archive.search.state import SUCCESSOR_FOLDER, IndexState, TornIndexError
from archive.search.stored import stored_messages
from archive.tables import Message, Posting

STEP = 500
"""Number of postings looked at in one step."""
SHORT_STEP = 50
"""Number of postings in one step when somebody waits for the result."""
COMMIT_EVERY = 10_000
BEGIN_ANEW = 500
"""An index of at most this many messages is made anew at once when a list leaves it."""


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


class _Round:
    """One call of ``follow``: how many messages it indexed, and when it must stop."""

    def __init__(self, at_most: int | None, seconds: float | None) -> None:
        self._at_most = math.inf if at_most is None else at_most
        self._deadline = math.inf if seconds is None else time.monotonic() + seconds
        self.careful = STEP if seconds is None else SHORT_STEP
        self.indexed = 0

    @property
    def is_over(self) -> bool:
        """To be asked at the end of a step, so that every call makes some progress."""
        return self.indexed >= self._at_most or time.monotonic() >= self._deadline


class IndexFollower:
    """Brings the index of one audience up to date with the store, and finds where they differ.

    read: parses a stored message again, by its row id.
    opened: as in ``archive.lists.audience.audience``: which private lists the audience
        may read.

    Threads may share a follower.
    """

    def __init__(
        self,
        index: SearchIndex,
        read: Callable[[int], ParsedMessage],
        opened: Collection[int] | None = (),
    ) -> None:
        self.index = index
        self.read = read
        self.opened = opened

    def readers(self, session: Session) -> Audience:
        """The audience whose index this is, as the store has it now."""
        return audience(session, self.opened)

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
        another schema version. Repairs one that is ahead of its store. What came to a
        list that was closed to the readers is deleted before anything else, within no
        bounds.
        The session's transaction stays open all the time, so a long follow is better
        done as several calls with a limit.

        Raises ``IndexBusyError`` when somebody else still writes after ``wait``
        seconds.
        """
        readers = self.readers(session)
        with self.index.turn(wait) as is_open:
            if is_open:
                return self._catch_up(session, readers, _Round(at_most, seconds))
            if not self.is_behind(session, readers):
                return 0
            try:
                self.index.begin(wait)
                return self._catch_up(session, readers, _Round(at_most, seconds))
            finally:
                self.index.close()

    def look_at(
        self, session: Session, messages: Sequence[int], *, wait: float | None = None
    ) -> None:
        """Index those of some messages that differ from what the index holds.

        For messages whose text changed without any mark of the store. Raises
        ``IndexBusyError`` as ``follow`` does.
        """
        with self.index.turn(wait) as is_open:
            try:
                self.index.begin(wait)
                self.index.reload()
                readers = self.readers(session)
                for part in in_parts(messages):
                    refresh(self.index, session, part, readers, self.read)
                self.index.commit(0)
            finally:
                if not is_open:
                    self.index.close()

    def renew(
        self, session: Session, *, at_most: int | None = None, wait: float | None = None
    ) -> int:
        """Make an index anew whose statistics still count deleted words; else do nothing.

        The engine forgets the words of deleted messages only by and by, and scores
        depend on them. The new index is built beside the old one and takes its place
        when it has everything. Returns how many messages were indexed; a later call
        continues. Raises ``IndexBusyError`` as ``follow`` does.
        """
        state = self.index.state
        if state is None or not state.leftovers:
            return 0
        folder = self.index.folder / SUCCESSOR_FOLDER
        successor = IndexFollower(SearchIndex(folder), self.read, self.opened)
        indexed = successor.follow(session, at_most=at_most, wait=wait)
        if not successor.is_behind(session):
            self.index.take_over(successor.index)
        return indexed

    def differences(self, session: Session) -> Differences:
        """Compare the committed index with what its readers may read in the store.

        Holds every message id in memory.
        """
        self.index.reload()
        readers = self.readers(session)
        indexed = stamps(self.index, None)
        stored: dict[int, int] = {}
        for step in in_parts(session.scalars(select(Message.id).order_by(Message.id)).all()):
            found = stored_messages(session, step, readers)
            stored.update((message, one.stamp) for message, one in found.items())
        shared = indexed.keys() & stored.keys()
        return Differences(
            missing=frozenset(stored.keys() - indexed.keys()),
            surplus=frozenset(indexed.keys() - stored.keys()),
            stale=frozenset(message for message in shared if indexed[message] != stored[message]),
        )

    def is_behind(self, session: Session, readers: Audience | None = None) -> bool:
        """Whether the store has changed since the committed index last followed it.

        readers: what ``self.readers`` returns, where that is known.
        """
        try:
            self.index.reload()
        except TornIndexError:
            return True
        state = self.index.state
        if state is None or state.changed:
            return True
        closed = (self.readers(session) if readers is None else readers).closed
        marks = marks_of(session, state.posting)
        return (
            closed != frozenset(state.closed)
            or marks.newest != state.posting
            or marks.removal != state.removal
            or not marks.hold(state)
            or marks.tail != state.tail
            or was_read_anew(session, state)
        )

    def _catch_up(self, session: Session, readers: Audience, work: _Round) -> int:
        """Index what the store has and the index lacks, and commit along the way.

        The index must be open for writing. Returns how many messages were indexed.
        """
        self.index.reload()
        self._follow_lists(session, readers)
        self._look_again(session, readers, work)
        if not self._state.changed:
            self._follow_postings(session, readers, work)
        return work.indexed

    def _follow_lists(self, session: Session, readers: Audience) -> None:
        """Delete what came to lists that are closed now, and note which lists changed."""
        state = self._state
        was, closed = frozenset(state.closed), readers.closed
        if was == closed:
            return
        held = messages_on(self.index, closed - was)
        readable: set[int] = set()
        for part in in_parts(held):
            readable |= stored_messages(session, part, readers).keys()
        gone = [message for message in held if message not in readable]
        if held and self.index.searcher().num_docs - len(gone) <= BEGIN_ANEW:
            self.index.clear()
            self.index.begin()
            self.index.save(replace(self._state, closed=tuple(sorted(closed))))
            return
        self.index.delete(gone)
        self.index.commit(0)
        # Messages that came to another list as well stay, but no more under the closed one.
        left = closed - was if readable else frozenset()
        changed = (frozenset(state.changed) - closed) | (was - closed) | left
        self.index.save(
            replace(
                self._state,
                closed=tuple(sorted(closed)),
                changed=tuple(sorted(changed)),
                changed_to=0,
                leftovers=state.leftovers or bool(held),
            )
        )

    def _look_again(self, session: Session, readers: Audience, work: _Round) -> None:
        """Look again at the messages of lists that readers may read since, or no more."""
        while lists := self._state.changed:
            last, pending = self._state.changed_to, 0
            while pending < COMMIT_EVERY:
                found = (
                    select(Posting.message_id)
                    .where(Posting.list_id.in_(lists), Posting.message_id > last)
                    .distinct()
                    .order_by(Posting.message_id)
                    .limit(work.careful)
                )
                messages = session.scalars(found).all()
                if not messages:
                    lists, last = (), 0
                    break
                last = messages[-1]
                refreshed = refresh(self.index, session, messages, readers, self.read)
                work.indexed += len(refreshed)
                pending += len(refreshed)
                if work.is_over:
                    break
            self.index.commit(last)
            self.index.save(replace(self._state, changed=lists, changed_to=last))
            if work.is_over:
                break

    def _follow_postings(self, session: Session, readers: Audience, work: _Round) -> None:
        """Look at the postings after the mark, and move it."""
        start = _start(self.index, session, readers)
        state = self._state
        anew = was_read_anew(session, state)
        if anew:
            start = min(start, state.reread)
        # Read this before the postings: the next call then follows what happens meanwhile.
        marks = marks_of(session, state.posting)
        step = work.careful
        followed: int | None = None
        uncommitted: set[int] = set()
        while True:
            postings = session.execute(
                select(Posting.id, Posting.message_id)
                .where(Posting.id > start, readers.posting())
                .order_by(Posting.id)
                .limit(step)
            ).all()
            if not postings:
                # After these there may be others that the readers may not read.
                start, followed = max(start, marks.newest), marks.removal
                break
            start = postings[-1].id
            messages = sorted({row.message_id for row in postings} - uncommitted)
            refreshed = refresh(self.index, session, messages, readers, self.read)
            # Only reading messages is slow, so steps over messages already indexed can be long.
            step = work.careful if refreshed else STEP
            work.indexed += len(refreshed)
            uncommitted.update(refreshed)
            if len(uncommitted) >= COMMIT_EVERY:
                _commit(self.index, session, uncommitted, start, anew=anew)
                uncommitted.clear()
            if work.is_over:
                break
        _commit(self.index, session, uncommitted, start, followed, anew=anew)

    @property
    def _state(self) -> IndexState:
        """The state of an index that is open for writing."""
        state = self.index.state
        assert state is not None
        return state


def _start(index: SearchIndex, session: Session, readers: Audience) -> int:
    """The posting id after which to continue.

    If the store was rolled back or messages were removed, deletes what the store no
    longer has and returns 0.
    """
    index.reload()
    state = index.state
    assert state is not None
    marks = marks_of(session, state.posting)
    if not marks.hold(state) or state.removal != marks.removal:
        index.delete(surplus(index, session, readers))
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
    if mark < state.posting and marks_of(session, state.posting).hold(state):
        mark = state.posting
    marks = marks_of(session, mark)
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
