"""Record what happens to a subscription."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from archive.tables import State, Subscription, SubscriptionEvent

log = structlog.get_logger()

_ALARMING = {State.LOST: log.error, State.HELD: log.warning, State.WARNED: log.warning}


def record(
    session: Session,
    list_id: int,
    kind: str,
    detail: str,
    now: datetime,
    *,
    notice: int | None = None,
    decision: str | None = None,
) -> SubscriptionEvent:
    """Add an event to a subscription's history."""
    event = SubscriptionEvent(
        list_id=list_id,
        happened=now,
        kind=kind,
        detail=detail,
        set_aside_id=notice,
        decision=decision,
    )
    session.add(event)
    return event


def change_state(
    session: Session, subscription: Subscription, state: State, reason: str, now: datetime
) -> None:
    """Set the state of a subscription and record it.

    *lost* is logged as an error; *held* and *warned* are logged as warnings.
    """
    before = subscription.state
    subscription.reason = reason
    if before == state:
        return
    subscription.state = state.value
    subscription.changed = now
    record(session, subscription.list_id, "state", f"{before} → {state.value}: {reason}", now)
    tell = _ALARMING.get(state)
    if tell is not None:
        address = subscription.mailing_list.address
        tell("subscription changed", list=address, state=state.value, reason=reason)
