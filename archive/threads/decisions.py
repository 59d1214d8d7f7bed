"""Moderators' decisions about threads: move a message, split a thread, undo.

These functions use the caller's session and transaction. A decision moves a message
together with all its answers, present and future. It names messages by Message-ID, so
it survives imports in any order and a full rebuild.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError, UsageError
from archive.tables import Decision, Message, ThreadClaim
from archive.threads.update import thread_new

MAX_REASON: Final = 2_000


def attach(
    session: Session, message_id: str, parent: str, *, author: str, reason: str = ""
) -> Decision:
    """Move a message and its answers under another message of the archive.

    Raises ``NotFoundError`` for an unknown message, ``UsageError`` if the message would
    become an answer to itself.
    """
    child, above = _known(session, message_id), _known(session, parent)
    if _is_above(session, child, above):
        raise UsageError(f"<{above}> is or answers <{child}>: it cannot be answered by it")
    return _decide(session, child, above, author=author, reason=reason)


def split(session: Session, message_id: str, *, author: str, reason: str = "") -> Decision:
    """Make a message and its answers a thread of their own.

    Raises ``NotFoundError`` for an unknown message, ``UsageError`` if the message
    already begins its thread.
    """
    child = _known(session, message_id)
    rows = _versions(session, child)
    alone = select(Message.id).where(Message.thread_id == rows[0].thread_id)
    roots = session.scalars(alone.where(Message.parent_id.is_(None))).all()
    if rows[0].parent_id is None and set(roots) <= {row.id for row in rows}:
        raise UsageError(f"<{child}> begins its thread already")
    return _decide(session, child, None, author=author, reason=reason)


def undo(session: Session, number: int, *, author: str) -> Decision:
    """Undo a decision about threads.

    Raises ``NotFoundError`` for an unknown decision, ``UsageError`` if it is undone
    already.
    """
    decision = session.get(Decision, number)
    if decision is None or decision.subject != "threads":
        raise NotFoundError(f"no decision {number} about threads in this archive")
    if decision.undone is not None:
        raise UsageError(f"decision {number} was undone already")
    decision.undone, decision.undone_by = _now(), author[:200]
    session.flush()
    _move(session, moved_by(session, number))
    return decision


def moved_by(session: Session, number: int) -> ThreadClaim:
    """The move that a decision about threads made."""
    return session.get_one(ThreadClaim, number)


def decisions(session: Session) -> list[Decision]:
    """All decisions about threads, newest first, undone ones included."""
    query = select(Decision).where(Decision.subject == "threads").order_by(Decision.id.desc())
    return list(session.scalars(query))


def _known(session: Session, message_id: str) -> str:
    wanted = message_id.strip().removeprefix("<").removesuffix(">")
    if not _versions(session, wanted):
        raise NotFoundError(f"no message <{wanted[:200]}> in this archive")
    return wanted


def _versions(session: Session, message_id: str) -> list[Message]:
    """Every stored message with this Message-ID; the first one represents them all."""
    query = select(Message).where(Message.message_id == message_id)
    return list(session.scalars(query.order_by(Message.date, Message.digest)))


def _is_above(session: Session, child: str, message_id: str) -> bool:
    """Whether ``message_id`` is ``child`` or one of its descendants."""
    versions = {row.id for row in _versions(session, child)}
    seen: set[int] = set()
    current: int | None = _versions(session, message_id)[0].id
    while current is not None and current not in seen:
        if current in versions:
            return True
        seen.add(current)
        current = session.scalar(select(Message.parent_id).where(Message.id == current))
    return False


def _decide(
    session: Session, child: str, parent: str | None, *, author: str, reason: str
) -> Decision:
    kind = "split" if parent is None else "attach"
    decision = Decision(
        subject="threads", kind=kind, author=author[:200], reason=reason[:MAX_REASON], made=_now()
    )
    session.add(decision)
    session.flush()
    claim = ThreadClaim(decision_id=decision.id, message_id=child, parent=parent)
    session.add(claim)
    session.flush()
    _move(session, claim)
    return decision


def _move(session: Session, claim: ThreadClaim) -> None:
    named = [name for name in (claim.message_id, claim.parent) if name is not None]
    rows = session.scalars(select(Message.id).where(Message.message_id.in_(named)))
    thread_new(session, list(rows))
    session.expire_all()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
