"""A real Sympa and the archive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.list_managers import sympa
from tests.end_to_end.list_managers.archive import LIST_DOMAIN, Archive, hold_conversation
from tests.end_to_end.list_managers.conftest import give_up
from tests.end_to_end.list_managers.post_office import PostOffice
from tests.end_to_end.list_managers.sympa import Sympa

pytestmark = pytest.mark.list_manager

LIST = f"test@{LIST_DOMAIN}"


@pytest.fixture(scope="module")
def starting(door: int) -> Iterator[Sympa]:
    """A Sympa that starts while the archive does."""
    missing = sympa.missing_part()
    if missing:
        give_up(f"Sympa is not installed: there is no {missing}")
    started = Sympa(LIST_DOMAIN, door)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def manager(starting: Sympa, archive: Archive, office: PostOffice) -> Sympa:
    """A Sympa that takes the mail of its domain."""
    office.deliver(LIST_DOMAIN, starting.receive)
    return starting


def test_posts_are_archived_and_ranked_and_notices_are_not_posts(
    manager: Sympa, archive: Archive
) -> None:
    manager.create_list("test")
    receiving = archive.told("list", "add", LIST)["receiving_address"]
    manager.add("test", receiving)

    posts = hold_conversation(manager.receive, LIST)

    for identifier in posts:
        assert identifier in archive.wait_for_message(identifier)
    archive.wait_for_expert("vpn", "Budi Santoso")
    assert archive.told("list", "show", LIST)["messages"] == len(posts)
