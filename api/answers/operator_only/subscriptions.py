"""Subscriptions as the operator sees them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import schemas
from archive.lists.registry import find_list, receiving_address
from archive.settings import Settings
from archive.store.store import Store
from archive.subscription.operations import WAITING, Decision
from archive.subscription.requests import find_subscription
from archive.tables import MailingList, OutgoingMail, Subscription, SubscriptionEvent


def subscriptions(store: Store) -> schemas.Page[schemas.Subscription]:
    """Every subscription, by the list's address."""
    with store.database.session() as session:
        rows = session.scalars(
            select(Subscription)
            .join(MailingList, MailingList.id == Subscription.list_id)
            .order_by(MailingList.address)
        ).all()
        items = _described(session, rows, store.settings)
    return schemas.Page[schemas.Subscription](items=items, next=None, total=len(items))


def subscription(store: Store, address: str) -> schemas.SubscriptionHistory:
    """One subscription with what happened to it.

    Raises ``NotFoundError`` for a list that is not here, ``UsageError`` for
    one that is not subscribed to.
    """
    with store.database.session() as session:
        found = find_subscription(session, find_list(session, address))
        events = session.scalars(
            select(SubscriptionEvent)
            .where(SubscriptionEvent.list_id == found.list_id)
            .order_by(SubscriptionEvent.id)
        ).all()
        mails = session.scalars(
            select(OutgoingMail)
            .where(OutgoingMail.list_id == found.list_id)
            .order_by(OutgoingMail.id)
        ).all()
        (described,) = _described(session, [found], store.settings)
        return schemas.SubscriptionHistory(
            **described.model_dump(),
            events=[
                schemas.SubscriptionEvent(
                    id=event.id,
                    happened=event.happened,
                    kind=event.kind,
                    detail=event.detail,
                    notice=event.set_aside_id,
                    decision=event.decision,
                )
                for event in events
            ],
            outgoing=[
                schemas.OutgoingMail(
                    to=mail.recipient,
                    purpose=mail.purpose,
                    created=mail.created,
                    attempts=mail.attempts,
                    next_attempt=mail.next_attempt,
                    sent=mail.sent,
                    error=mail.error,
                )
                for mail in mails
            ],
        )


def decision(found: Decision) -> schemas.SubscriptionDecision:
    """A notice that waits for a person's word."""
    command = found.answer
    return schemas.SubscriptionDecision(
        id=found.number,
        kind=found.kind,
        reason=found.reason,
        received=found.received,
        sender=found.sender,
        subject=found.subject,
        text=found.text,
        answer=None
        if command is None
        else schemas.Command(to=command.to, subject=command.subject, body=command.body),
    )


def _described(
    session: Session, rows: Sequence[Subscription], settings: Settings
) -> list[schemas.Subscription]:
    counted = session.execute(
        select(SubscriptionEvent.list_id, func.count())
        .where(SubscriptionEvent.decision == WAITING)
        .group_by(SubscriptionEvent.list_id)
    )
    waiting = dict(counted.all())
    return [
        schemas.Subscription(
            list=row.mailing_list.address,
            state=row.state,
            reason=row.reason,
            changed=row.changed,
            manager=row.manager,
            request_address=row.request_address,
            receiving_address=receiving_address(row.mailing_list, settings),
            pending=row.pending,
            requested=row.requested,
            expires=row.expires,
            last_post=row.last_post,
            waiting=waiting.get(row.list_id, 0),
        )
        for row in rows
    ]
