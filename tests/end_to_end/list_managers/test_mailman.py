"""A real Mailman 3 core and the archive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.list_managers import mailman
from tests.end_to_end.list_managers.archive import LIST_DOMAIN, Archive, hold_conversation
from tests.end_to_end.list_managers.conftest import give_up
from tests.end_to_end.list_managers.mailman import Mailman
from tests.end_to_end.list_managers.post_office import PostOffice

pytestmark = pytest.mark.list_manager

LIST = f"test@{LIST_DOMAIN}"


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


def test_posts_are_archived_and_ranked_and_notices_are_not_posts(
    manager: Mailman, archive: Archive
) -> None:
    manager.create_list(LIST)
    receiving = archive.told("list", "add", LIST)["receiving_address"]
    manager.add(LIST, receiving)

    posts = hold_conversation(manager.receive, LIST)

    for identifier in posts:
        assert identifier in archive.wait_for_message(identifier)
    archive.wait_for_expert("vpn", "Budi Santoso")
    assert archive.told("list", "show", LIST)["messages"] == len(posts)
