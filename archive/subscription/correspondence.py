"""Correspond with list managers: handle notices, note posts, and let requests expire.

Notices not yet handled are the queue. A notice, its answer and the new state are
written in one transaction, so each notice is answered exactly once, even after a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.lists.managers.notice import Notice
from archive.lists.managers.recognition import recognise_notice
from archive.lists.registry import receiving_address
from archive.mail.automation.verdict import ADMINISTRIVIA, BOT, BOUNCE, DIGEST
from archive.mail.headers import split_message
from archive.settings import Settings
from archive.store.store import Store
from archive.subscription.history import change_state, record
from archive.subscription.outgoing import Envelope, Outbox, enqueue
from archive.subscription.requests import EXPIRY, RENEWALS, renew
from archive.subscription.rules import ASKING, Circumstances, objection
from archive.subscription.states import Change, after_notice, after_post
from archive.tables import (
    MailingList,
    Message,
    OutgoingMail,
    Posting,
    SetAsideMail,
    State,
    Subscription,
    Wish,
)

log = structlog.get_logger()

AT_ONCE = 100
OWNER_DECIDES = timedelta(days=30)
"""How long a list's owner may take to decide on a request to join."""
NOTE_POSTS = timedelta(seconds=30)
"""How precisely the time of a list's last post is stored. Being more precise would cost more
synced commits."""

_WAITING_STATES = (State.WARNED, State.HELD, State.LOST)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Conversation:
    """Runs the correspondence step by step. Several processes may do so over one store."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        *,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._store = store
        self._settings: Settings = store.settings
        self._database = store.database
        self._outbox = outbox
        self._clock = clock
        self._posts_noted: datetime | None = None

    def step(self) -> None:
        """Handle new notices, note new posts, expire old requests, and send mail that is due."""
        while self._consider() == AT_ONCE:
            pass
        self._notice_posts()
        self._expire()
        self._outbox.deliver(self._clock())

    # Notices

    def _consider(self) -> int:
        """Handle mail set aside that no step has seen yet, oldest first; return how much."""
        waiting = (
            select(SetAsideMail.id)
            .where(SetAsideMail.considered.is_(None))
            .order_by(SetAsideMail.id)
            .limit(AT_ONCE)
        )
        with self._database.session() as session:
            rows = list(session.scalars(waiting))
        for row in rows:
            try:
                raw = self._store.raw_set_aside(row)
            except ValueError as error:
                log.error("a notice cannot be read", notice=row, reason=str(error))  # noqa: TRY400
                raw = b""
            with self._database.transaction() as session:
                mail = session.get_one(SetAsideMail, row)
                if mail.considered is None:
                    mail.considered = self._clock()
                    self._take(session, mail, raw)
        return len(rows)

    def _take(self, session: Session, mail: SetAsideMail, raw: bytes) -> None:
        subscription = session.get(Subscription, mail.list_id)
        mailing_list = session.get_one(MailingList, mail.list_id)
        notice = recognise_notice(
            raw,
            mailing_list.address,
            request_address=subscription.request_address if subscription else None,
            expected=subscription.manager if subscription else None,
        )
        now = self._clock()
        if notice is None:
            if subscription is not None and mail.kind in (ADMINISTRIVIA, BOUNCE):
                record(session, mail.list_id, mail.kind, mail.subject[:200], now, notice=mail.id)
            return
        if subscription is None:
            self._show(session, mail, notice, "the archive has not subscribed to the list")
            return
        if subscription.manager is None and notice.manager != "manual":
            subscription.manager = notice.manager
        reason = objection(notice, self._circumstances(session, subscription, mail, raw, notice))
        if reason is None:
            self._answer(session, subscription, mail, notice)
            return
        self._show(session, mail, notice, reason)
        if notice.names_list:
            change = after_notice(State(subscription.state), subscription.pending, notice.kind)
            self._apply(session, subscription, change)

    def _circumstances(
        self,
        session: Session,
        subscription: Subscription,
        mail: SetAsideMail,
        raw: bytes,
        notice: Notice,
    ) -> Circumstances:
        now = self._clock()
        own = receiving_address(subscription.mailing_list, self._settings)
        since = subscription.requested or now
        confirmations = select(func.count()).where(OutgoingMail.purpose == "confirm")
        of_request = confirmations.where(
            OutgoingMail.list_id == mail.list_id, OutgoingMail.created >= since
        )
        return Circumstances(
            state=subscription.state,
            pending=subscription.pending,
            requested=subscription.requested,
            received=mail.received,
            now=now,
            to_receiving_address=mail.to_receiving_address,
            looped=own in split_message(raw)[0].raw("x-loop").lower(),
            answers=session.scalar(of_request) or 0,
            answers_in_hour=session.scalar(
                confirmations.where(OutgoingMail.created > now - timedelta(hours=1))
            )
            or 0,
            answered_before=notice.token is not None
            and bool(session.scalar(of_request.where(OutgoingMail.token == notice.token[:80]))),
        )

    def _answer(
        self, session: Session, subscription: Subscription, mail: SetAsideMail, notice: Notice
    ) -> None:
        assert notice.answer is not None
        now = self._clock()
        sender = receiving_address(subscription.mailing_list, self._settings)
        envelope = Envelope(
            subscription.list_id, sender, "confirm", notice.token, mail.message_id or ""
        )
        enqueue(session, notice.answer, envelope, now, (subscription.requested or now) + EXPIRY)
        detail = f"{notice.manager}: {notice.kind}: answered to {notice.answer.to}"
        record(session, mail.list_id, notice.kind.value, detail, now, notice=mail.id)
        if subscription.pending == Wish.JOIN:
            reason = "the request to confirm was answered"
            change_state(session, subscription, State.CONFIRMING, reason, now)

    def _show(self, session: Session, mail: SetAsideMail, notice: Notice, reason: str) -> None:
        """Record a notice; if it asks for an answer, let it wait for the operator's decision."""
        asks = notice.kind in ASKING
        detail = f"{notice.manager}: {mail.subject[:200]}"
        if asks:
            detail = f"{detail}: not answered, since {reason}"
            log.warning(
                "a notice was not answered", list_id=mail.list_id, kind=notice.kind, reason=reason
            )
        record(
            session,
            mail.list_id,
            notice.kind.value,
            detail,
            self._clock(),
            notice=mail.id,
            decision="waiting" if asks else None,
        )

    def _apply(self, session: Session, subscription: Subscription, change: Change | None) -> None:
        if change is None:
            return
        now = self._clock()
        if change.fulfilled:
            subscription.pending = subscription.expires = None
        elif change.state is State.HELD and subscription.pending == Wish.JOIN:
            subscription.expires = now + OWNER_DECIDES
        change_state(session, subscription, change.state, change.reason, now)

    # Posts

    def _notice_posts(self) -> None:
        """Make a subscription active at its first post, and note when the last post came."""
        with self._database.session() as session:
            seen = session.scalar(select(func.min(Subscription.posting_seen)))
            newest = session.scalar(select(func.max(Posting.id)))
            if seen is None or newest is None or newest <= seen:
                return
            waits = session.scalar(
                select(func.count()).where(
                    Subscription.pending.is_not(None) | Subscription.state.in_(_WAITING_STATES)
                )
            )
        now = self._clock()
        if not waits and self._posts_noted is not None and now - self._posts_noted < NOTE_POSTS:
            return
        self._posts_noted = now
        with self._database.transaction() as session:
            newest = session.scalar(select(func.max(Posting.id))) or 0
            last = self._last_posts(session, seen)
            for subscription in session.scalars(select(Subscription)):
                subscription.posting_seen = newest
                received = last.get(subscription.list_id)
                if received is None:
                    continue
                subscription.last_post = received
                self._apply(
                    session,
                    subscription,
                    after_post(
                        State(subscription.state),
                        subscription.pending,
                        subscription.changed,
                        received,
                    ),
                )

    def _last_posts(self, session: Session, seen: int) -> dict[int, datetime]:
        """For each list, when the last post after posting ``seen`` came by SMTP or LMTP."""
        rows = session.execute(
            select(Posting.list_id, func.max(Posting.received))
            .join(Message, Message.id == Posting.message_id)
            .where(
                Posting.id > seen,
                Posting.door.in_(("smtp", "lmtp")),
                # Automatic mail to the address does not show that the list delivers.
                Message.automation.is_(None) | Message.automation.in_((BOT, DIGEST)),
            )
            .group_by(Posting.list_id)
        )
        return dict(rows.all())

    # Time

    def _expire(self) -> None:
        """Repeat requests that were not answered in time; give up after ``RENEWALS`` repeats."""
        now = self._clock()
        old = select(Subscription.list_id).where(
            Subscription.pending.is_not(None), Subscription.expires <= now
        )
        with self._database.session() as session:
            if not session.scalars(old.limit(1)).first():
                return
        with self._database.transaction() as session:
            for list_id in list(session.scalars(old)):
                self._expire_one(session, session.get_one(Subscription, list_id), now)

    def _expire_one(self, session: Session, subscription: Subscription, now: datetime) -> None:
        record(session, subscription.list_id, "expired", f"{subscription.pending}: no answer", now)
        if subscription.state != State.HELD and subscription.renewals < RENEWALS:
            renew(session, subscription, self._settings, now)
            return
        joining = subscription.pending == Wish.JOIN
        subscription.pending = subscription.expires = None
        if subscription.state == State.HELD and joining:
            reason = "the list's owner did not decide in time"
        else:
            reason = f"the list manager did not answer {RENEWALS + 1} requests"
        state = State.LOST if joining else State.WARNED
        change_state(session, subscription, state, reason, now)
