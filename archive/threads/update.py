"""Bring the threads of the store up to date after a change."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.lists.audience import WHOLE, Audience
from archive.lists.layers import private_lists
from archive.tables import Decision, Message, ThreadClaim
from archive.threads.affected import closed_set
from archive.threads.facts import Claims
from archive.threads.fast_path import grow
from archive.threads.placement import Placement, place
from archive.threads.rows import StoredMessage, load_messages, read_own_marks, write_placements

WHOLE_STORE_FROM = 1_000
"""From this many new messages on, threading the whole store is cheaper than finding the affected
messages."""


def thread_new(session: Session, touched: Iterable[int] = ()) -> dict[int, int | None]:
    """Thread every message that has no thread yet, and the messages that they affect.

    touched: row ids of other messages that may have to move, because they reached
        another list or a moderator moved them.

    Returns the ids of threads that no longer exist. Each maps to the thread that took
    over its oldest message.
    """
    fresh = set(session.scalars(select(Message.id).where(Message.thread_id.is_(None))))
    changed = set(touched) - fresh
    if len(fresh) + len(changed) >= WHOLE_STORE_FROM:
        return thread_all(session)
    if not fresh and not changed:
        return {}
    claims = claims_in_force(session)
    private = private_lists(session)
    if not changed and grow(session, sorted(fresh), claims, private):
        return {}
    return _thread(session, sorted(fresh | changed), claims, private)


def thread_again(session: Session, messages: Sequence[int]) -> None:
    """Thread the remaining messages of threads that lost some messages.

    messages: row ids of those that remain.
    """
    if len(messages) >= WHOLE_STORE_FROM:
        thread_all(session)
    elif messages:
        _thread(session, messages, claims_in_force(session), private_lists(session))


def thread_all(session: Session) -> dict[int, int | None]:
    """Thread the whole store again; returns the same as ``thread_new``."""
    return _thread(session, None, claims_in_force(session), private_lists(session))


def placements_until(
    session: Session, instant: int, last_message: int, readers: Audience = WHOLE
) -> tuple[dict[int, Placement], dict[int, int | None]]:
    """Compute the threads as they were at ``instant`` (Unix seconds).

    Leaves out messages dated later, those with ids above ``last_message`` and those that
    ``readers`` may not read. Returns
    the place of each remaining message, and the thread that its row names today, both
    by row id.
    """
    private = private_lists(session)
    stored = [
        entry
        for entry in load_messages(session, None, private)
        if entry.message.date <= instant
        and entry.message.id <= last_message
        and not (readers.closed and readers.closed.issuperset(entry.message.lists))
    ]
    today = {entry.message.id: entry.thread for entry in stored}
    return _place(session, stored, claims_in_force(session), private), today


def claims_in_force(session: Session) -> Claims:
    """The parent that the newest decision in force gives to each moved message."""
    rows = session.execute(
        select(ThreadClaim.message_id, ThreadClaim.parent)
        .join(Decision, Decision.id == ThreadClaim.decision_id)
        .where(Decision.undone.is_(None))
        .order_by(ThreadClaim.decision_id)
    )
    return {row.message_id: row.parent for row in rows}


def _thread(
    session: Session, touched: Sequence[int] | None, claims: Claims, private: frozenset[int]
) -> dict[int, int | None]:
    """Thread the messages ``touched`` and those that they affect; None threads all."""
    rows = None if touched is None else sorted(closed_set(session, touched, claims, private))
    stored = load_messages(session, rows, private)
    return write_placements(session, stored, _place(session, stored, claims, private))


def _place(
    session: Session,
    stored: Sequence[StoredMessage],
    claims: Claims,
    private: frozenset[int],
) -> dict[int, Placement]:
    own_marks = functools.partial(read_own_marks, session)
    return place((entry.message for entry in stored), claims, own_marks, private)
