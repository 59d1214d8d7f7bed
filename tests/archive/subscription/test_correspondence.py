"""The conversation over a real store, with a real relay that counts what it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.errors import UsageError
from archive.lists.registry import add_list, find_list, receiving_address
from archive.relay import Relay
from archive.settings import Settings
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
from archive.upkeep.list_removal import remove_list
from tests.archive.lists.managers.notice_cases import CASES
from tests.archive.lists.managers.notice_mail import RECEIVING
from tests.archive.messages import mail
from tests.archive.subscription.relays import CountingRelay

BEGINNING = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.fixture
def relay() -> Iterator[CountingRelay]:
    with CountingRelay() as running:
        yield running


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


@pytest.fixture
def archive(database: Database, settings: Settings, relay: CountingRelay) -> Archive:
    return Archive(Store(database, settings), relay)


@pytest.fixture
def on_sqlite(sqlite_database: Database, settings: Settings, relay: CountingRelay) -> Archive:
    return Archive(Store(sqlite_database, settings), relay)


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


@pytest.mark.parametrize("manager", CASES)
def test_a_list_is_joined_with_no_hands_help_and_left_again(
    on_sqlite: Archive, relay: CountingRelay, manager: str
) -> None:
    join_and_leave(on_sqlite, relay, manager)


@pytest.mark.parametrize("manager", CASES)
def test_every_dangerous_twin_is_kept_and_shown_and_never_answered(
    on_sqlite: Archive, relay: CountingRelay, manager: str
) -> None:
    receive_twins(on_sqlite, relay, manager)


# What differs between the dialects is not the managers' forms: one manager tells for all.


def test_joining_and_leaving_are_the_same_in_both_dialects(
    archive: Archive, relay: CountingRelay
) -> None:
    join_and_leave(archive, relay, "majordomo")


def test_twins_are_not_answered_in_either_dialect(archive: Archive, relay: CountingRelay) -> None:
    receive_twins(archive, relay, "mailman2")


def test_a_forged_request_is_not_answered_when_nothing_is_pending(
    archive: Archive, relay: CountingRelay
) -> None:
    address = CASES["mailman3"].list_address
    archive.add(address)
    forged = [
        raw
        for case in CASES.values()
        if case.list_address == address
        for raw in (case.join, case.leave)
    ]

    for raw in forged:
        archive.arrive(address, raw)
    archive.later(minutes=5)

    assert relay.mails == []
    assert archive.kept() == archive.waiting() == len(forged)


def test_a_request_to_confirm_is_not_answered_outside_of_the_rules(
    on_sqlite: Archive, relay: CountingRelay
) -> None:
    archive, case = on_sqlite, CASES["mailman3"]
    archive.subscribe(case.list_address)
    relay.mails.clear()

    archive.arrive(case.list_address, case.join, secretly=False)
    looped = case.join.replace(
        b"To: ", f"X-Loop: {archive.receiving(case.list_address)}\r\nTo: ".encode(), 1
    )
    archive.arrive(case.list_address, looped)
    assert relay.mails == []

    archive.arrive(case.list_address, case.welcome)
    archive.arrive(case.list_address, case.join.replace(b"90bf", b"91bf"))
    assert relay.mails == []
    assert archive.state(case.list_address) is State.ACTIVE

    reasons = [one.detail for one in archive.events("confirm-join")]
    assert "receiving address" in reasons[0]
    assert "own mail come back" in reasons[1]
    assert "not asked to join" in reasons[2]


def test_at_most_three_confirmations_answer_one_request(
    on_sqlite: Archive, relay: CountingRelay
) -> None:
    archive, case = on_sqlite, CASES["mailman3"]
    archive.subscribe(case.list_address)
    relay.mails.clear()

    for number in range(6):
        archive.arrive(case.list_address, case.join.replace(b"90bf", f"9{number}bf".encode()))

    assert len(relay.mails) == 3
    assert archive.waiting() == 3


def test_an_old_request_is_repeated_and_given_up_and_then_answered_no_more(
    on_sqlite: Archive, relay: CountingRelay
) -> None:
    archive, case = on_sqlite, CASES["mlmmj"]
    archive.subscribe(case.list_address, "mlmmj")
    for _ in range(2):
        archive.later(days=3, seconds=1)
    assert [one.recipient for one in relay.mails] == ["talk+subscribe@lists.example.org"] * 3
    assert archive.state(case.list_address) is State.REQUESTED

    archive.later(days=3, seconds=1)
    assert archive.state(case.list_address) is State.LOST

    archive.arrive(case.list_address, case.join)
    assert len(relay.mails) == 3

    archive.subscribe(case.list_address)
    archive.arrive(case.list_address, case.join + b"\r\nagain")
    assert archive.state(case.list_address) is State.CONFIRMING
    assert len(relay.mails) == 5


def test_mail_waits_for_a_relay_that_is_away_and_is_sent_once(archive: Archive) -> None:
    away = archive.relay
    port = away.port
    away.__exit__()
    archive.subscribe("talk@lists.example.org", "mlmmj")
    for seconds in (5, 15, 60, 300):
        archive.later(seconds=seconds + 1)
    (delayed,) = archive.events("delayed")
    assert "cannot be reached" in delayed.detail
    with archive.store.database.session() as session:
        assert session.query(OutgoingMail).one().attempts == 5

    with CountingRelay(port=port) as back:
        archive.later(seconds=10)
        assert back.mails == []
        archive.later(seconds=900)
        archive.later(seconds=900)
        assert [one.recipient for one in back.mails] == ["talk+subscribe@lists.example.org"]
    assert len(archive.events("sent")) == 1
    away.__enter__()


def test_a_refused_request_is_shown_and_an_alarm(on_sqlite: Archive, relay: CountingRelay) -> None:
    relay.refusal = "450 4.7.1 greylisted"
    on_sqlite.subscribe("talk@lists.example.org", "mlmmj")
    assert on_sqlite.state("talk@lists.example.org") is State.REQUESTED

    relay.refusal = "550 5.7.1 go away"
    on_sqlite.later(seconds=6)

    assert on_sqlite.state("talk@lists.example.org") is State.LOST
    (event,) = on_sqlite.events("unsent")
    assert "550 5.7.1 go away" in event.detail
    assert relay.mails == []


def test_the_first_post_makes_a_subscription_active(on_sqlite: Archive) -> None:
    on_sqlite.subscribe("talk@lists.example.org", "manual")
    assert on_sqlite.state("talk@lists.example.org") is State.REQUESTED

    on_sqlite.later(days=30)
    on_sqlite.arrive("talk@lists.example.org", mail("1@example.org"))

    assert on_sqlite.state("talk@lists.example.org") is State.ACTIVE


def test_the_managers_words_drive_the_state_of_an_active_subscription(
    on_sqlite: Archive, relay: CountingRelay
) -> None:
    archive, ezmlm, mailman = on_sqlite, CASES["ezmlm"], CASES["mailman2"]
    address = ezmlm.list_address
    archive.subscribe(address)
    archive.arrive(address, mail("1@example.org"))
    relay.mails.clear()

    archive.arrive(address, ezmlm.twins["re-enable"])
    assert archive.state(address) is State.WARNED

    archive.arrive(address, mailman.twins["re-enable"])
    assert archive.state(address) is State.HELD
    archive.later(hours=2)
    archive.arrive(address, mail("2@example.org"))
    assert archive.state(address) is State.ACTIVE

    archive.arrive(address, mailman.leave)
    assert archive.state(address) is State.ACTIVE
    archive.arrive(address, mailman.goodbye)
    assert archive.state(address) is State.LOST
    archive.arrive(address, mail("3@example.org"))
    assert archive.state(address) is State.LOST, "a post that only crossed the goodbye"

    assert relay.mails == []
    assert archive.waiting() == 2


def test_a_list_owner_may_take_longer_than_a_list_manager(
    on_sqlite: Archive, relay: CountingRelay
) -> None:
    notice = CASES["mlmmj"].welcome.replace(b"Welcome to", b"Awaiting permission to join")
    on_sqlite.subscribe("talk@lists.example.org", "mlmmj")
    on_sqlite.arrive("talk@lists.example.org", notice)
    on_sqlite.later(days=20)

    assert on_sqlite.state("talk@lists.example.org") is State.HELD
    assert len(relay.mails) == 1

    on_sqlite.later(days=20)
    assert on_sqlite.state("talk@lists.example.org") is State.LOST


def test_what_was_only_asked_for_is_taken_back(on_sqlite: Archive, relay: CountingRelay) -> None:
    case = CASES["mlmmj"]
    on_sqlite.subscribe(case.list_address)
    relay.mails.clear()
    on_sqlite.unsubscribe(case.list_address)

    on_sqlite.arrive(case.list_address, case.join)

    assert relay.mails == []
    assert on_sqlite.state(case.list_address) is State.ENDED
    with pytest.raises(UsageError, match="not subscribed"):
        on_sqlite.unsubscribe(case.list_address)


def test_a_list_is_removed_only_after_its_subscription_has_ended(archive: Archive) -> None:
    case = CASES["mlmmj"]
    archive.subscribe(case.list_address)
    archive.arrive(case.list_address, case.join)

    def remove() -> None:
        with archive.store.database.transaction() as session:
            remove_list(session, find_list(session, case.list_address))

    with pytest.raises(UsageError, match="unsubscribe it first"):
        remove()
    archive.unsubscribe(case.list_address)
    remove()

    with archive.store.database.session() as session:
        for table in (Subscription, SubscriptionEvent, OutgoingMail, SetAsideMail):
            assert session.query(table).count() == 0
