"""An archive that joins lists, told what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from archive.lists.registry import add_list, find_list, receiving_address
from archive.network.relay import Relay
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.subscription.correspondence import Conversation
from archive.subscription.outgoing import Outbox
from archive.subscription.requests import ask_to_join, ask_to_leave
from archive.tables import (
    OutgoingMail,
    Posting,
    SetAsideMail,
    State,
    Subscription,
    SubscriptionEvent,
)
from tests.archive.lists.managers.notice_cases import CASES
from tests.archive.lists.managers.notice_mail import RECEIVING
from tests.archive.subscription.relays import CountingRelay

BEGINNING = datetime(2026, 11, 1, 8, tzinfo=UTC)


@dataclass
class Archive:
    """A store with a clock that a test turns, and its conversation."""

    store: Store
    relay: CountingRelay
    now: datetime = BEGINNING

    def __post_init__(self) -> None:
        outbox = Outbox(self.store.database, Relay.parse(self.relay.address))
        self.conversation = Conversation(self.store, outbox, clock=lambda: self.now)

    def later(self, **much: float) -> None:
        self.now += timedelta(**much)
        self.conversation.step()

    def add(self, address: str) -> None:
        with self.store.database.transaction() as session:
            add_list(session, address)

    def subscribe(self, address: str, manager: str = "auto") -> None:
        with self.store.database.transaction() as session:
            added = add_list(session, address)
            ask_to_join(session, added, self.store.settings, self.now, manager=manager)
        self.conversation.step()

    def unsubscribe(self, address: str) -> None:
        with self.store.database.transaction() as session:
            found = session.get_one(Subscription, find_list(session, address).id)
            ask_to_leave(session, found, self.store.settings, self.now)
        self.conversation.step()

    def receiving(self, address: str) -> str:
        with self.store.database.session() as session:
            return receiving_address(find_list(session, address), self.store.settings)

    def arrive(self, address: str, raw: bytes, *, secretly: bool = True) -> None:
        """Mail comes by the door, addressed as the tests' notices are."""
        own = self.receiving(address)
        raw = raw.replace(RECEIVING.encode(), own.encode())
        raw = raw.replace(RECEIVING.replace("@", "=").encode(), own.replace("@", "=").encode())
        with self.store.database.session() as session:
            list_id = find_list(session, address).id
        self.now += timedelta(seconds=1)
        self.store.keep([Incoming(raw, list_id, "smtp", self.now, "x@example.org", secretly)])
        self.conversation.step()

    def state(self, address: str) -> State:
        with self.store.database.session() as session:
            return State(session.get_one(Subscription, find_list(session, address).id).state)

    def events(self, kind: str) -> list[SubscriptionEvent]:
        with self.store.database.session() as session:
            rows = session.scalars(
                select(SubscriptionEvent)
                .where(SubscriptionEvent.kind == kind)
                .order_by(SubscriptionEvent.id)
            )
            return list(rows)

    def waiting(self) -> int:
        with self.store.database.session() as session:
            return session.query(SubscriptionEvent).filter_by(decision="waiting").count()

    def kept(self) -> int:
        """Mail set aside, all of it considered."""
        with self.store.database.session() as session:
            rows = session.scalars(select(SetAsideMail)).all()
            assert all(row.considered is not None for row in rows)
            assert session.query(Posting).count() == 0
            return len(rows)


def join_and_leave(archive: Archive, relay: CountingRelay, manager: str) -> None:
    case = CASES[manager]
    archive.subscribe(case.list_address, manager)
    own = archive.receiving(case.list_address)

    assert [one.sender for one in relay.mails] == [own]
    assert archive.state(case.list_address) is State.REQUESTED

    archive.arrive(case.list_address, case.join)
    archive.arrive(case.list_address, case.join + b"\r\n")
    archive.later(seconds=30)

    assert archive.state(case.list_address) is State.CONFIRMING
    request, answer = relay.mails
    expected = case.answer.to.replace(RECEIVING.replace("@", "="), own.replace("@", "="))
    assert (answer.sender, answer.recipient) == (own, expected)
    assert (answer.header("From"), answer.header("To")) == (own, expected)
    assert (answer.header("Subject") or "") == case.answer.subject
    assert answer.body.rstrip("\r\n") == case.answer.body.replace(RECEIVING, own).rstrip("\n")
    # What bears it is thrown away unseen by ezmlm-weed.
    assert answer.header("Auto-Submitted") == (None if manager == "ezmlm" else "auto-replied")
    assert answer.header("X-Loop") == own
    assert answer.header("Precedence") is None
    assert b"\n" not in answer.raw.replace(b"\r\n", b"")
    assert request.header("Auto-Submitted") is None

    archive.arrive(case.list_address, case.welcome)

    assert archive.state(case.list_address) is State.ACTIVE

    archive.unsubscribe(case.list_address)
    archive.arrive(case.list_address, case.leave)

    assert len(relay.mails) == 4
    expected_leave = case.leave_answer.to.replace(
        RECEIVING.replace("@", "="), own.replace("@", "=")
    )
    assert relay.mails[3].recipient == expected_leave

    archive.arrive(case.list_address, case.goodbye)

    assert archive.state(case.list_address) is State.ENDED
    assert archive.kept() == 5


def receive_twins(archive: Archive, relay: CountingRelay, manager: str) -> None:
    case = CASES[manager]
    archive.subscribe(case.list_address, manager)
    assert len(relay.mails) == 1
    relay.mails.clear()

    for twin in case.twins.values():
        archive.arrive(case.list_address, twin)
        archive.later(minutes=1)

    assert relay.mails == []
    with archive.store.database.session() as session:
        assert session.query(OutgoingMail).filter_by(purpose="confirm").count() == 0
        shown = {
            row
            for row in session.scalars(select(SubscriptionEvent.set_aside_id))
            if row is not None
        }
        notices = set(
            session.scalars(select(SetAsideMail.id).where(SetAsideMail.kind != "quarantine"))
        )
    assert shown == notices
    assert len(notices) >= len(case.twins) - 2, "two may come from another list's address"
    assert archive.state(case.list_address) in (State.REQUESTED, State.HELD)
