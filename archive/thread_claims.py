"""Where moderators put messages: the decisions about threads that are in force."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.tables import Decision, ThreadClaim
from archive.threads import Claims


def claims_in_force(session: Session) -> Claims:
    """For every message that a decision moved the parent it has by the newest one."""
    rows = session.execute(
        select(ThreadClaim.message_id, ThreadClaim.parent)
        .join(Decision, Decision.id == ThreadClaim.decision_id)
        .where(Decision.undone.is_(None))
        .order_by(ThreadClaim.decision_id)
    )
    return {row.message_id: row.parent for row in rows}
