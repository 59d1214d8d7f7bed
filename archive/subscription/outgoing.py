"""Outgoing mail: composed once, and kept until the relay has accepted it.

The store knows which mail is due, so nothing is lost in a crash. A process claims a
mail in a transaction before sending it, so only one of several processes sends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import RefusedError
from archive.lists.managers.notice import Command
from archive.network.relay import Relay, RelayUnavailableError
from archive.subscription.history import change_state, record
from archive.tables import OutgoingMail, State, Subscription, Wish

log = structlog.get_logger()

BACK_OFF_SECONDS = (5, 15, 60, 300, 900, 3_600)
"""Pauses after each failed attempt; the last one repeats."""
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Envelope:
    """Sender, list and purpose of an outgoing mail.

    answers: Message-ID of the notice that it answers.
    """

    list_id: int
    sender: str
    purpose: str
    token: str | None = None
    answers: str | None = None


def compose(command: Command, envelope: Envelope, now: datetime) -> bytes:
    """Write a command as a mail with CRLF line ends.

    It has no Precedence field, because Mailman 3 discards commands with one. It is
    marked as automatic (RFC 3834) only if it answers a notice and the list manager
    accepts marked mail.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = envelope.sender
    mail["To"] = command.to
    if command.subject:
        mail["Subject"] = command.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=envelope.sender.rpartition("@")[2])
    if envelope.answers is not None and command.marked:
        mail["Auto-Submitted"] = "auto-replied"
    if envelope.answers:
        mail["In-Reply-To"] = f"<{envelope.answers}>"
    mail["X-Loop"] = envelope.sender
    mail.set_content(command.body, cte="7bit")
    return mail.as_bytes()


def enqueue(
    session: Session, command: Command, envelope: Envelope, now: datetime, gives_up: datetime
) -> OutgoingMail:
    """Queue a mail for the relay.

    A new request to join or leave replaces unsent requests of the same list.
    """
    unsent = select(OutgoingMail).where(
        OutgoingMail.list_id == envelope.list_id,
        OutgoingMail.next_attempt.is_not(None),
        OutgoingMail.purpose.in_(("join", "leave") if envelope.purpose != "confirm" else ()),
    )
    for older in session.scalars(unsent):
        older.next_attempt = None
        older.error = "a later request took its place"
    queued = OutgoingMail(
        list_id=envelope.list_id,
        purpose=envelope.purpose,
        sender=envelope.sender,
        recipient=command.to,
        raw=compose(command, envelope, now),
        token=envelope.token[:80] if envelope.token else None,
        created=now,
        gives_up=gives_up,
        next_attempt=now,
    )
    session.add(queued)
    session.flush()
    return queued


class Outbox:
    """Sends the mail that is due through the relay."""

    def __init__(self, database: Database, relay: Relay) -> None:
        self._database = database
        self._relay = relay

    def deliver(self, now: datetime, list_id: int | None = None) -> int:
        """Try to send all due mail, or that of one list; return how many were sent.

        Stops when the relay cannot be reached, because the other mails would fail too.
        """
        with self._database.session() as session:
            if not session.scalars(_due(now, list_id).limit(1)).first():
                return 0
        sent = 0
        for mail in self._claim(now, list_id):
            try:
                self._relay.send(mail.sender, mail.recipient, mail.raw)
            except RefusedError as error:
                self._settle(mail, now, error=str(error), final=True)
            except RelayUnavailableError as error:
                self._settle(mail, now, error=str(error), final=False)
                break
            else:
                self._settle(mail, now)
                sent += 1
        return sent

    def _claim(self, now: datetime, list_id: int | None) -> list[OutgoingMail]:
        """Claim due mails by postponing their next attempt."""
        with self._database.transaction() as session:
            claimed = list(session.scalars(_due(now, list_id).limit(AT_ONCE)))
            for mail in claimed:
                pause = BACK_OFF_SECONDS[min(mail.attempts, len(BACK_OFF_SECONDS) - 1)]
                mail.attempts += 1
                mail.next_attempt = now + timedelta(seconds=pause)
            session.flush()
            session.expunge_all()
        return claimed

    def _settle(
        self, mail: OutgoingMail, now: datetime, *, error: str | None = None, final: bool = True
    ) -> None:
        """Record the result of sending a claimed mail."""
        with self._database.transaction() as session:
            row = session.get_one(OutgoingMail, mail.id)
            row.error = error
            if error is None:
                row.next_attempt, row.sent = None, now
                record(session, row.list_id, "sent", f"{row.purpose} to {row.recipient}", now)
                return
            if final or (row.next_attempt is not None and row.next_attempt > row.gives_up):
                row.next_attempt = None
                record(session, row.list_id, "unsent", f"{row.purpose}: {error}", now)
                _fail_request(session, row, error, now)
            elif mail.attempts == 1:
                record(session, row.list_id, "delayed", f"{row.purpose}: {error}", now)
        log.warning("a mail could not be sent", list_id=mail.list_id, reason=error, final=final)


def _fail_request(session: Session, mail: OutgoingMail, error: str, now: datetime) -> None:
    """End a request whose mail was never sent, because nobody will answer it."""
    subscription = session.get(Subscription, mail.list_id)
    if subscription is None or subscription.pending != mail.purpose:
        return
    state = State.LOST if mail.purpose == Wish.JOIN else State.WARNED
    subscription.pending = subscription.expires = None
    change_state(session, subscription, state, f"the request was not sent: {error}", now)


def _due(now: datetime, list_id: int | None) -> Select[OutgoingMail]:
    due = select(OutgoingMail).where(OutgoingMail.next_attempt <= now).order_by(OutgoingMail.id)
    return due if list_id is None else due.where(OutgoingMail.list_id == list_id)
