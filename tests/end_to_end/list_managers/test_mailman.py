"""A real Mailman 3 core and the archive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.list_managers import mailman, stories
from tests.end_to_end.list_managers.archive import LIST_DOMAIN, Archive
from tests.end_to_end.list_managers.conftest import give_up
from tests.end_to_end.list_managers.mailman import Mailman
from tests.end_to_end.list_managers.post_office import PostOffice

pytestmark = pytest.mark.list_manager


@pytest.fixture(scope="module")
def starting(door: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailman]:
    """A core that starts while the archive does."""
    try:
        environment = mailman.installed()
    except mailman.MailmanMissingError as error:
        give_up(str(error))
    folder = tmp_path_factory.mktemp("mailman") / "var"
    core = Mailman(environment, folder, LIST_DOMAIN, door)
    yield core
    core.stop()


@pytest.fixture(scope="module")
def manager(starting: Mailman, archive: Archive, office: PostOffice) -> Mailman:
    """A core that takes the mail of its domain."""
    starting.wait()
    office.deliver(LIST_DOMAIN, starting.receive)
    return starting


def test_a_subscription_needs_no_hand_and_its_end_raises_the_alarm(
    manager: Mailman, archive: Archive
) -> None:
    stories.subscription_from_request_to_goodbye(manager, archive, f"test@{LIST_DOMAIN}")


def test_leaving_is_confirmed_only_when_the_operator_asked(
    manager: Mailman, archive: Archive
) -> None:
    address, leave = f"talk@{LIST_DOMAIN}", f"talk-leave@{LIST_DOMAIN}"
    stories.leaving_that_nobody_asked_for(manager, archive, address, leave)


def test_an_invitation_is_shown_and_not_answered(manager: Mailman, archive: Archive) -> None:
    stories.invitation(manager, archive, f"other@{LIST_DOMAIN}", "invite")
