"""Request a list manager to let the archive join or leave a list."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.errors import UsageError
from archive.lists.managers import MANAGERS
from archive.lists.managers.detection import manager_by_host
from archive.lists.managers.letter import CommandAddresses
from archive.lists.managers.notice import Command, is_safe_address
from archive.lists.registry import receiving_address
from archive.settings import Settings
from archive.subscription.history import change_state, record
from archive.subscription.outgoing import Envelope, enqueue
from archive.tables import (
    MailingList,
    OutgoingMail,
    Posting,
    State,
    Subscription,
    SubscriptionEvent,
    Wish,
)

EXPIRY = timedelta(days=3)
"""How long a request waits for an answer, and how long requests to confirm are answered."""
RENEWALS = 2
"""How often a request is repeated before the archive gives up."""
AUTO = "auto"


def find_subscription(session: Session, mailing_list: MailingList) -> Subscription:
    """The list's subscription. Raises ``UsageError`` when there is none."""
    found = session.get(Subscription, mailing_list.id)
    if found is None:
        raise UsageError(f"{mailing_list.address} is not subscribed to; see pakar subscribe --help")
    return found


def ask_to_join(
    session: Session,
    mailing_list: MailingList,
    settings: Settings,
    now: datetime,
    *,
    manager: str = AUTO,
    request_address: str | None = None,
    detected: str | None = None,
) -> Subscription:
    """Subscribe to a list, or repeat the request; queue the mail for the relay.

    manager: the name of the list manager. ``auto`` takes the one known already, else
        ``detected`` (found in its posts), else the one its host name implies.

    Raises ``UsageError`` for an unknown manager or an invalid request address.
    """
    if manager != AUTO and manager not in MANAGERS:
        raise UsageError(f"--manager: one of {', '.join((AUTO, *MANAGERS))}")
    if request_address is not None:
        request_address = request_address.strip()
        if not is_safe_address(request_address):
            raise UsageError(f"--request-address: not an address: {request_address[:200]!r}")
    subscription = session.get(Subscription, mailing_list.id)
    if subscription is None:
        subscription = Subscription(
            list_id=mailing_list.id,
            mailing_list=mailing_list,
            state=State.REQUESTED.value,
            reason="",
            changed=now,
        )
        session.add(subscription)
    elif subscription.state in (State.ACTIVE, State.WARNED) and not subscription.pending:
        return subscription
    known = subscription.manager or detected or manager_by_host(mailing_list.address)
    subscription.manager = known if manager == AUTO else manager
    if request_address is not None:
        subscription.request_address = request_address
    subscription.renewals = 0
    # Only posts that come from now on show that the archive has joined.
    subscription.posting_seen = session.scalar(select(func.max(Posting.id))) or 0
    _ask(session, subscription, settings, Wish.JOIN, now)
    return subscription


def ask_to_leave(
    session: Session, subscription: Subscription, settings: Settings, now: datetime
) -> None:
    """Request to leave a list; a request to join that is still open is withdrawn instead.

    Raises ``UsageError`` when the subscription has ended already.
    """
    if subscription.state == State.ENDED:
        raise UsageError(f"{subscription.mailing_list.address} is not subscribed to any more")
    subscription.renewals = 0
    if subscription.state in (State.REQUESTED, State.CONFIRMING, State.LOST):
        subscription.pending = subscription.expires = None
        change_state(session, subscription, State.ENDED, "taken back by the operator", now)
        return
    if _command(subscription, Wish.LEAVE) is None:
        subscription.pending = subscription.expires = None
        reason = "ended by the operator, who must unsubscribe the receiving address by hand"
        change_state(session, subscription, State.ENDED, reason, now)
        return
    _ask(session, subscription, settings, Wish.LEAVE, now)


def remove_subscription(session: Session, mailing_list: MailingList) -> None:
    """Delete the subscription of a list that is being removed.

    Raises ``UsageError`` unless it has ended, because the manager may still send mail.
    """
    found = session.get(Subscription, mailing_list.id)
    if found is None:
        return
    if found.state != State.ENDED:
        raise UsageError(f"{mailing_list.address} is {found.state}: pakar unsubscribe it first")
    for table in (OutgoingMail, SubscriptionEvent):
        session.execute(delete(table).where(table.list_id == mailing_list.id))
    session.delete(found)
    session.flush()


def renew(session: Session, subscription: Subscription, settings: Settings, now: datetime) -> None:
    """Repeat the pending request."""
    assert subscription.pending is not None
    subscription.renewals += 1
    _ask(session, subscription, settings, Wish(subscription.pending), now)


def _ask(
    session: Session, subscription: Subscription, settings: Settings, wish: Wish, now: datetime
) -> None:
    subscription.pending = wish.value
    subscription.requested = now
    subscription.expires = now + EXPIRY
    command = _command(subscription, wish)
    session.flush()
    if wish is Wish.JOIN:
        reason = "asked to join" if command else "waits for the operator to subscribe by hand"
        change_state(session, subscription, State.REQUESTED, reason, now)
    else:
        subscription.reason = "asked to leave"
    if command is None:
        subscription.expires = None
        record(session, subscription.list_id, "requested", subscription.reason, now)
        return
    sender = receiving_address(subscription.mailing_list, settings)
    envelope = Envelope(subscription.list_id, sender, wish.value)
    enqueue(session, command, envelope, now, now + EXPIRY)
    record(session, subscription.list_id, "requested", f"{wish.value}: mail to {command.to}", now)


def _command(subscription: Subscription, wish: Wish) -> Command | None:
    """The request mail. An unknown manager gets the form that most managers accept."""
    address = subscription.mailing_list.address
    names = CommandAddresses(address, subscription.request_address)
    # Mailman 2 and 3, Sympa and ezmlm all accept mail to LIST-subscribe, LIST-unsubscribe.
    manager = MANAGERS[subscription.manager or "ezmlm"]
    return manager.join(names) if wish is Wish.JOIN else manager.leave(names)
