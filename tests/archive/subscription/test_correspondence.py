"""Letters to and from list managers: asked, confirmed, never answered out of turn."""

from __future__ import annotations

import pytest

from archive.tables import (
    OutgoingMail,
    State,
)
from tests.archive.lists.managers.notice_cases import CASES
from tests.archive.subscription.archives import Archive, join_and_leave, receive_twins
from tests.archive.subscription.relays import CountingRelay


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
