"""What becomes of a subscription by the manager's words and the operator's."""

from __future__ import annotations

import pytest

from archive.errors import UsageError
from archive.lists.registry import find_list
from archive.tables import (
    OutgoingMail,
    SetAsideMail,
    State,
    Subscription,
    SubscriptionEvent,
)
from archive.upkeep.list_removal import remove_list
from tests.archive.lists.managers.notice_cases import CASES
from tests.archive.messages import mail
from tests.archive.subscription.archives import Archive
from tests.archive.subscription.relays import CountingRelay


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
