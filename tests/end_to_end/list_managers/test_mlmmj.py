"""Real mlmmj lists and the archive."""

from __future__ import annotations

import pytest

from tests.end_to_end.list_managers import mlmmj, stories
from tests.end_to_end.list_managers.archive import LIST_DOMAIN, Archive
from tests.end_to_end.list_managers.conftest import give_up
from tests.end_to_end.list_managers.mlmmj import Mlmmj
from tests.end_to_end.list_managers.post_office import PostOffice

pytestmark = pytest.mark.list_manager


@pytest.fixture(autouse=True, scope="module")
def _is_installed() -> None:
    missing = mlmmj.missing_program()
    if missing:
        give_up(f"{missing} is not installed")


@pytest.fixture(scope="module")
def manager(
    _is_installed: None,
    archive: Archive,
    office: PostOffice,
    door: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Mlmmj:
    """Lists that take the mail of their domain."""
    made = Mlmmj(tmp_path_factory.mktemp("spool"), door)
    office.deliver(LIST_DOMAIN, made.receive)
    return made


def test_a_subscription_needs_no_hand_and_its_end_raises_the_alarm(
    manager: Mlmmj, archive: Archive
) -> None:
    stories.subscription_from_request_to_goodbye(
        manager, archive, f"test@{LIST_DOMAIN}", "--manager", "mlmmj"
    )


def test_leaving_is_confirmed_only_when_the_operator_asked(
    manager: Mlmmj, archive: Archive
) -> None:
    address, leave = f"talk@{LIST_DOMAIN}", f"talk+unsubscribe@{LIST_DOMAIN}"
    stories.leaving_that_nobody_asked_for(manager, archive, address, leave, "--manager", "mlmmj")


def test_a_confirmation_of_what_the_archive_never_asked_is_shown_and_not_answered(
    manager: Mlmmj, archive: Archive
) -> None:
    stories.invitation(manager, archive, f"other@{LIST_DOMAIN}", "confirm-join")
