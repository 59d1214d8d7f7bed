"""Moderators' decisions about any subject: make, find, list and undo them.

Decisions are true data. The archive keeps them forever: ``undo`` marks a decision and
never deletes it. Each subject stores what its decisions say in a table of its own, and
knows how to restore what they changed. The subjects are defined in
``archive.people.decisions``, ``archive.threads.decisions``,
``reputation.topics.curation.decisions`` and ``reputation.topics.curation.synonyms``;
``api.answers.decisions`` finds the subject of a decision.

These functions use the caller's session and transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NotRequired, TypedDict, Unpack

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive.errors import ConflictError, NotFoundError
from archive.tables import Decision

MAX_AUTHOR: Final = 200
MAX_REASON: Final = 2_000


class Grounds(TypedDict):
    """Who decides, and why. At most ``MAX_AUTHOR`` and ``MAX_REASON`` characters are kept."""

    author: str
    reason: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What decisions are about.

    name: the value of ``Decision.subject``.
    restore: restores what a decision changed, after the decision was marked as undone.
    It raises ``ConflictError`` if a later decision prevents this.
    """

    name: str
    restore: Callable[[Session, Decision], None]

    def record(self, session: Session, kind: str, **grounds: Unpack[Grounds]) -> Decision:
        """Add a decision and return it with its number. The caller stores what it says."""
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
        """Undo a decision.

        Raises ``NotFoundError`` if this subject has no such decision, ``ConflictError`` if
        it is undone already or a later decision prevents it. An error changes nothing.
        """
        decision = session.get(Decision, number)
        if decision is None or decision.subject != self.name:
            raise NotFoundError.of("decision-unknown", number=number)
        if decision.undone is not None:
            raise ConflictError.of("decision-undone-already", number=number)
        with session.begin_nested():
            decision.undone, decision.undone_by = _now(), author[:MAX_AUTHOR]
            session.flush()
            self.restore(session, decision)
        return decision

    def decisions(self, session: Session) -> list[Decision]:
        """All decisions about this subject, newest first, undone ones included."""
        query = select(Decision).where(Decision.subject == self.name)
        return list(session.scalars(query.order_by(Decision.id.desc())))


def refuse_before_later(session: Session, decision: Decision, numbers: Select[int]) -> None:
    """Raise ``ConflictError`` if a decision after this one is in force and must be undone first.

    numbers: selects the numbers of the decisions about the same thing.
    """
    later = session.scalar(
        select(func.max(Decision.id)).where(
            Decision.id.in_(numbers), Decision.id > decision.id, Decision.undone.is_(None)
        )
    )
    if later is not None:
        raise ConflictError.of("decision-before-later", later=later)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
