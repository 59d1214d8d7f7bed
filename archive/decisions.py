"""What a moderator's decision is, whatever it is about: made, looked up and undone here.

A decision is true data, kept for good: undoing marks it, nothing deletes it.
Making one also writes what it says into a table of its subject. Each subject is
a ``Subject`` and says for itself how to put back what a decision changed:
``archive.people.decisions``, ``archive.threads.decisions``,
``reputation.topics.curation.decisions`` and ``reputation.topics.curation.synonyms``.
``api.answers.decisions`` leads from a decision to its subject.

Functions on a session; the caller's transaction makes them last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NotRequired, TypedDict, Unpack

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError, UsageError
from archive.tables import Decision

MAX_AUTHOR: Final = 200
MAX_REASON: Final = 2_000


class Grounds(TypedDict):
    """Who decides, and why; both are kept, cut to ``MAX_AUTHOR`` and ``MAX_REASON`` characters."""

    author: str
    reason: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What decisions are about.

    name: ``Decision.subject``.
    restore: puts back what a decision changed; it is marked as undone already.
    Raises ``UsageError`` where that cannot be.
    """

    name: str
    restore: Callable[[Session, Decision], None]

    def record(self, session: Session, kind: str, **grounds: Unpack[Grounds]) -> Decision:
        """A new decision, with its number; what it says is the caller's to write."""
        decision = Decision(
            subject=self.name,
            kind=kind,
            author=grounds["author"][:MAX_AUTHOR],
            reason=grounds.get("reason", "")[:MAX_REASON],
            made=_now(),
        )
        session.add(decision)
        session.flush()
        return decision

    def undo(self, session: Session, number: int, *, author: str) -> Decision:
        """Take a decision back.

        Raises ``NotFoundError``, or ``UsageError`` if it was undone already or
        a later one stands on it; then nothing is changed.
        """
        decision = session.get(Decision, number)
        if decision is None or decision.subject != self.name:
            raise NotFoundError(f"no decision {number} about {self.name} in this archive")
        if decision.undone is not None:
            raise UsageError(f"decision {number} was undone already")
        with session.begin_nested():
            decision.undone, decision.undone_by = _now(), author[:MAX_AUTHOR]
            session.flush()
            self.restore(session, decision)
        return decision

    def decisions(self, session: Session) -> list[Decision]:
        """All decisions about it, the newest first, undone ones too."""
        query = select(Decision).where(Decision.subject == self.name)
        return list(session.scalars(query.order_by(Decision.id.desc())))


def refuse_before_later(
    session: Session, decision: Decision, numbers: Select[int], shared: str
) -> None:
    """Raise ``UsageError`` where a later decision stands on this one: it is undone first.

    numbers: decisions on the same thing. shared: how the later one concerns it,
    for the error's sentence.
    """
    later = session.scalar(
        select(func.max(Decision.id)).where(
            Decision.id.in_(numbers), Decision.id > decision.id, Decision.undone.is_(None)
        )
    )
    if later is not None:
        raise UsageError(f"decision {later} {shared}; undo that one first")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
