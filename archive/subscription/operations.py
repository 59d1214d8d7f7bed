"""The operator's actions on subscriptions: join, leave, and decide on unanswered notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError, UsageError
from archive.lists.managers.detection import detect_manager
from archive.lists.managers.letter import Letter
from archive.lists.managers.notice import Command, Notice, is_safe_address, reply_subject
from archive.lists.managers.recognition import recognise_notice
from archive.lists.registry import add_list, find_list, receiving_address
from archive.mail.headers import split_message
from archive.network.relay import Relay
from archive.store.store import Store
from archive.subscription.history import change_state, record
from archive.subscription.outgoing import Envelope, Outbox, enqueue
from archive.subscription.requests import EXPIRY, ask_to_join, ask_to_leave, find_subscription
from archive.tables import Posting, SetAsideMail, State, Subscription, SubscriptionEvent, Wish

WAITING, ANSWERED, DISMISSED = "waiting", "answered", "dismissed"
POSTS_READ = 3
"""How many of a list's newest posts are examined for the name of its manager."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A notice that the operator must decide on.

    number: id of the event.
    reason: why the archive did not answer it.
    answer: the mail that is sent if the operator agrees; None if the notice has no
        address to answer.
    """

    number: int
    kind: str
    reason: str
    received: datetime
    sender: str
    subject: str
    text: str
    answer: Command | None


def subscribe(
    store: Store, address: str, now: datetime, *, manager: str, request_address: str | None
) -> int:
    """Add a list if it is new, request to join it, and try to send the request at once.

    Returns the list's row id. Raises ``UsageError``.
    """
    with store.database.transaction() as session:
        list_id = add_list(session, address).id
    detected = _detected(store, list_id)
    with store.database.transaction() as session:
        ask_to_join(
            session,
            find_list(session, address),
            store.settings,
            now,
            manager=manager,
            request_address=request_address,
            detected=detected,
        )
    _outbox(store).deliver(now, list_id)
    return list_id


def unsubscribe(store: Store, address: str, now: datetime) -> int:
    """Leave a list, or withdraw a request to join it; return the list's row id.

    Raises ``UsageError``.
    """
    with store.database.transaction() as session:
        subscription = find_subscription(session, find_list(session, address))
        ask_to_leave(session, subscription, store.settings, now)
        list_id = subscription.list_id
    _outbox(store).deliver(now, list_id)
    return list_id


def decisions(store: Store, address: str) -> list[Decision]:
    """The notices of a list that wait for a decision, oldest first."""
    with store.database.session() as session:
        mailing_list = find_list(session, address)
        subscription = session.get(Subscription, mailing_list.id)
        rows = session.execute(
            select(SubscriptionEvent, SetAsideMail)
            .join(SetAsideMail, SetAsideMail.id == SubscriptionEvent.set_aside_id)
            .where(
                SubscriptionEvent.list_id == mailing_list.id,
                SubscriptionEvent.decision == WAITING,
            )
            .order_by(SubscriptionEvent.id)
        ).all()
        found = []
        for event, mail in rows:
            raw = store.raw_set_aside(mail.id)
            found.append(
                Decision(
                    number=event.id,
                    kind=event.kind,
                    reason=event.detail,
                    received=mail.received,
                    sender=mail.sender,
                    subject=mail.subject,
                    text=Letter(raw).text,
                    answer=_answer(raw, mailing_list.address, subscription),
                )
            )
    return found


def answer(store: Store, address: str, number: int, now: datetime) -> Command:
    """Answer a notice because the operator decided so; return the mail that is sent.

    Raises ``NotFoundError`` if no such notice waits, ``UsageError`` if it has no
    address to answer.
    """
    with store.database.transaction() as session:
        mailing_list = find_list(session, address)
        event = _waiting_event(session, mailing_list.id, number)
        assert event.set_aside_id is not None
        mail = session.get_one(SetAsideMail, event.set_aside_id)
        raw = store.raw_set_aside(mail.id)
        subscription = session.get(Subscription, mailing_list.id)
        command = _answer(raw, mailing_list.address, subscription)
        if command is None:
            raise UsageError(f"notice {number} has no address that can be answered")
        sender = receiving_address(mailing_list, store.settings)
        token = _token(raw, mailing_list.address, subscription)
        envelope = Envelope(mailing_list.id, sender, "confirm", token, mail.message_id or "")
        enqueue(session, command, envelope, now, now + EXPIRY)
        event.decision = ANSWERED
        record(session, mailing_list.id, "answered", f"by hand, to {command.to}", now)
        if subscription is not None and subscription.pending == Wish.JOIN:
            reason = "the request to confirm was answered by hand"
            change_state(session, subscription, State.CONFIRMING, reason, now)
        list_id = mailing_list.id
    _outbox(store).deliver(now, list_id)
    return command


def dismiss(store: Store, address: str, number: int, now: datetime) -> None:
    """Decide that a notice is never answered.

    Raises ``NotFoundError`` if no such notice waits.
    """
    with store.database.transaction() as session:
        mailing_list = find_list(session, address)
        event = _waiting_event(session, mailing_list.id, number)
        event.decision = DISMISSED
        record(session, mailing_list.id, "dismissed", f"by hand: {event.kind}", now)


def _outbox(store: Store) -> Outbox:
    return Outbox(store.database, Relay.parse(store.settings.relay))


def _detected(store: Store, list_id: int) -> str | None:
    """The list manager named in the newest posts of a list."""
    with store.database.session() as session:
        newest = session.scalars(
            select(Posting.message_id)
            .where(Posting.list_id == list_id)
            .order_by(Posting.id.desc())
            .limit(POSTS_READ)
        ).all()
    for message in newest:
        found = detect_manager(split_message(store.raw(message))[0])
        if found is not None:
            return found
    return None


def _waiting_event(session: Session, list_id: int, number: int) -> SubscriptionEvent:
    event = session.get(SubscriptionEvent, number)
    if event is None or event.list_id != list_id or event.decision != WAITING:
        raise NotFoundError(f"no notice {number} waits for a decision")
    return event


def _read(raw: bytes, address: str, subscription: Subscription | None) -> Notice | None:
    return recognise_notice(
        raw,
        address,
        request_address=subscription.request_address if subscription else None,
        expected=subscription.manager if subscription else None,
    )


def _token(raw: bytes, address: str, subscription: Subscription | None) -> str | None:
    notice = _read(raw, address, subscription)
    return notice.token if notice else None


def _answer(raw: bytes, address: str, subscription: Subscription | None) -> Command | None:
    """The answer the list manager expects, else a plain reply with the same subject."""
    notice = _read(raw, address, subscription)
    if notice is not None and notice.answer is not None:
        return notice.answer
    letter = Letter(raw)
    to = letter.reply_to or letter.sender
    return Command(to, reply_subject(letter.subject)) if is_safe_address(to) else None
