"""A real Sympa and the archive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.list_managers import stories, sympa
from tests.end_to_end.list_managers.archive import LIST_DOMAIN, Archive
from tests.end_to_end.list_managers.conftest import give_up
from tests.end_to_end.list_managers.post_office import PostOffice
from tests.end_to_end.list_managers.sympa import Sympa

pytestmark = pytest.mark.list_manager

WEB_DOMAIN = "web.example.com"


@pytest.fixture(scope="module")
def starting(door: int) -> Iterator[Sympa]:
    """A Sympa that starts while the archive does."""
    missing = sympa.missing_part()
    if missing:
        give_up(f"Sympa is not installed: there is no {missing}")
    started = Sympa(LIST_DOMAIN, WEB_DOMAIN, door)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def manager(starting: Sympa, archive: Archive, office: PostOffice) -> Sympa:
    """A Sympa that takes the mail of its domain."""
    office.deliver(LIST_DOMAIN, starting.receive)
    office.deliver(WEB_DOMAIN, starting.receive)
    return starting


def test_a_subscription_needs_no_hand_and_its_end_raises_the_alarm(
    manager: Sympa, archive: Archive
) -> None:
    stories.subscription_from_request_to_goodbye(manager, archive, f"test@{LIST_DOMAIN}")


def test_by_web_leaving_is_confirmed_only_when_the_operator_asked(
    manager: Sympa, archive: Archive
) -> None:
    address, leave = f"talk@{WEB_DOMAIN}", f"talk-unsubscribe@{WEB_DOMAIN}"
    stories.leaving_that_nobody_asked_for(manager, archive, address, leave)


def test_an_invitation_is_shown_and_not_answered(manager: Sympa, archive: Archive) -> None:
    stories.invitation(manager, archive, f"other@{LIST_DOMAIN}", "invite")
