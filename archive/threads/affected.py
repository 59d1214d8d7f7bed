"""Find the stored messages whose place in a thread may change when some messages change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.layers import PUBLIC, readers_of
from archive.tables import Message, Reference, seconds
from archive.threads.facts import Claims
from archive.threads.guesses import MAX_CANDIDATES, SUBJECT_WINDOW_SECONDS


def closed_set(
    session: Session, touched: Sequence[int], claims: Claims, private: frozenset[int]
) -> set[int]:
    """Row ids of the touched messages and of every thread that they can join, split or change.

    private: row ids of the private lists.

    Threading these messages alone gives each of them the same place as threading the
    whole store.
    """
    names: set[str] = set()
    threads: set[int | None] = set()
    for part in in_parts(touched):
        rows = session.execute(
            select(
                Message.message_id,
                Message.base_subject,
                seconds(Message.date).label("date"),
                Message.thread_id,
            ).where(Message.id.in_(part))
        ).all()
        names.update(row.message_id for row in rows)
        threads.update(row.thread_id for row in rows)
        threads.update(
            _threads_of_subjects(
                session, [(row.base_subject, row.date) for row in rows if row.base_subject]
            )
        )
        names.update(_references(session, part))
    # A decision links its message to the parent it names, whichever of them arrives last.
    names.update(parent for name in names & claims.keys() if (parent := claims[name]))
    names.update(name for name, parent in claims.items() if parent in names)
    threads.update(_threads_of_names(session, names))
    closed = set(touched) | _members(session, threads)
    while True:
        grown = closed | _crowded(session, closed - set(touched))
        if claims:
            grown |= _around_moved(session, closed, claims)
        if private:
            grown |= _around_private(session, closed, private)
        if len(grown) == len(closed):
            return closed
        closed = grown


def _crowded(session: Session, rows: set[int]) -> set[int]:
    """Rows of the threads that may hold parents for those of ``rows`` whose links are broken.

    This covers only subjects with more than ``MAX_CANDIDATES`` messages. There, the
    messages that are candidates depend on the others, so all of them must be loaded.
    """
    loose: list[tuple[str, int]] = []
    for part in in_parts(sorted(rows)):
        found = session.execute(
            select(Message.base_subject, seconds(Message.date)).where(
                Message.id.in_(part),
                Message.parent_id.is_(None) | Message.parent_source.in_(("quote", "subject")),
                Message.quote_marks.is_not(None),
                Message.base_subject != "",
            )
        )
        loose.extend((subject, date) for subject, date in found)
    crowded: set[str] = set()
    for subjects in in_parts(sorted({subject for subject, _ in loose})):
        crowded.update(
            session.scalars(
                select(Message.base_subject)
                .where(Message.base_subject.in_(subjects))
                .group_by(Message.base_subject)
                .having(func.count() > MAX_CANDIDATES)
            )
        )
    near = [(subject, date) for subject, date in loose if subject in crowded]
    return _members(session, _threads_of_subjects(session, near))


def _around_moved(session: Session, closed: set[int], claims: Claims) -> set[int]:
    """Rows that the messages of ``closed`` refer to or that refer to them.

    Empty unless a decision moved one of these messages. A moved message joins nothing
    by its references; when the decision is undone, its references count again.
    """
    names: set[str] = set()
    for part in in_parts(sorted(closed)):
        names.update(session.scalars(select(Message.message_id).where(Message.id.in_(part))))
    return set() if claims.keys().isdisjoint(names) else _named_around(session, closed)


def _around_private(session: Session, closed: set[int], private: frozenset[int]) -> set[int]:
    """Rows that the private messages of ``closed`` refer to or that refer to them.

    A private message may name messages of several threads without joining them, so the
    threads do not hold all that decides on its place.
    """
    rows: set[int] = set()
    hidden = ~readers_of(PUBLIC, private).message()
    for part in in_parts(sorted(closed)):
        rows.update(session.scalars(select(Message.id).where(Message.id.in_(part), hidden)))
    return _named_around(session, rows) if rows else set()


def _named_around(session: Session, rows: set[int]) -> set[int]:
    """Rows of the threads whose messages have, or refer to, a Message-ID that ``rows`` name."""
    names: set[str] = set()
    for part in in_parts(sorted(rows)):
        names.update(session.scalars(select(Message.message_id).where(Message.id.in_(part))))
        names.update(_references(session, part))
    return _members(session, _threads_of_names(session, names))


def _references(session: Session, rows: Sequence[int] | Sequence[str]) -> set[str]:
    return set(session.scalars(select(Reference.target).where(Reference.message_id.in_(rows))))


def _threads_of_names(session: Session, names: Iterable[str]) -> set[int | None]:
    """Threads with a message that has one of these Message-IDs or that references one."""
    threads: set[int | None] = set()
    for named in in_parts(sorted(names)):
        threads.update(
            session.scalars(select(Message.thread_id).where(Message.message_id.in_(named)))
        )
        threads.update(
            session.scalars(
                select(Message.thread_id)
                .join(Reference, Reference.message_id == Message.id)
                .where(Reference.target.in_(named))
            )
        )
    return threads


def _members(session: Session, threads: Iterable[int | None]) -> set[int]:
    found: set[int] = set()
    for part in in_parts(sorted(thread for thread in threads if thread is not None)):
        found.update(session.scalars(select(Message.id).where(Message.thread_id.in_(part))))
    return found


def _threads_of_subjects(session: Session, dated: Sequence[tuple[str, int]]) -> set[int | None]:
    """Threads with one of these base subjects, near the date (Unix seconds) given with it."""
    if not dated:
        return set()
    dates: dict[str, list[int]] = defaultdict(list)
    for base_subject, date in dated:
        dates[base_subject].append(date)
    first = min(date for _, date in dated) - SUBJECT_WINDOW_SECONDS
    last = max(date for _, date in dated) + SUBJECT_WINDOW_SECONDS
    # One query for all of them: posts that arrive together have similar dates.
    rows = session.execute(
        select(Message.thread_id, Message.base_subject, seconds(Message.date).label("date")).where(
            Message.base_subject.in_(sorted(dates)),
            Message.date.between(
                datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)
            ),
        )
    )
    return {
        row.thread_id
        for row in rows
        if any(abs(row.date - date) <= SUBJECT_WINDOW_SECONDS for date in dates[row.base_subject])
    }
