"""Moderators' decisions about threads: move a message, split a thread.

A decision (see ``archive.decisions``) moves a message together with all its answers,
present and future. It names messages by Message-ID, so it survives imports in any
order and a full rebuild.
"""

from __future__ import annotations

from typing import Final, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.decisions import Grounds, Subject
from archive.errors import ConflictError, NotFoundError
from archive.tables import Decision, Message, ThreadClaim
from archive.threads.update import thread_new


def attach(session: Session, message_id: str, parent: str, **grounds: Unpack[Grounds]) -> Decision:
    """Move a message and its answers under another message of the archive.

    Raises ``NotFoundError`` for an unknown message, ``ConflictError`` if the message would
    become an answer to itself.
    """
    child, above = _known(session, message_id), _known(session, parent)
    if _is_above(session, child, above):
        raise ConflictError.of("message-would-circle", parent=above, message=child)
    return _decide(session, "attach", child, above, **grounds)


def split(session: Session, message_id: str, **grounds: Unpack[Grounds]) -> Decision:
    """Make a message and its answers a thread of their own.

    Raises ``NotFoundError`` for an unknown message, ``ConflictError`` if the message
    already begins its thread.
    """
    child = _known(session, message_id)
    rows = _versions(session, child)
    alone = select(Message.id).where(Message.thread_id == rows[0].thread_id)
    roots = session.scalars(alone.where(Message.parent_id.is_(None))).all()
    if rows[0].parent_id is None and set(roots) <= {row.id for row in rows}:
        raise ConflictError.of("message-first-already", message=child)
    return _decide(session, "split", child, None, **grounds)


def _known(session: Session, message_id: str) -> str:
    wanted = message_id.strip().removeprefix("<").removesuffix(">")
    if not _versions(session, wanted):
        raise NotFoundError.of("message-unknown", message=wanted[:200])
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
    session: Session, kind: str, child: str, parent: str | None, **grounds: Unpack[Grounds]
) -> Decision:
    decision = THREADS.record(session, kind, **grounds)
    claim = ThreadClaim(decision_id=decision.id, message_id=child, parent=parent)
    session.add(claim)
    session.flush()
    _move(session, claim)
    return decision


def _restore(session: Session, decision: Decision) -> None:
    _move(session, session.get_one(ThreadClaim, decision.id))


def _move(session: Session, claim: ThreadClaim) -> None:
    named = [name for name in (claim.message_id, claim.parent) if name is not None]
    rows = session.scalars(select(Message.id).where(Message.message_id.in_(named)))
    thread_new(session, list(rows))
    session.expire_all()


THREADS: Final = Subject("threads", _restore)
