"""A real mlmmj list and the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.list_managers import mlmmj
from tests.end_to_end.list_managers.archive import LIST_DOMAIN, Archive, hold_conversation
from tests.end_to_end.list_managers.conftest import give_up
from tests.end_to_end.list_managers.mlmmj import Mlmmj
from tests.end_to_end.list_managers.post_office import PostOffice

pytestmark = pytest.mark.list_manager

LIST = f"test@{LIST_DOMAIN}"


@pytest.fixture(autouse=True, scope="module")
def _is_installed() -> None:
    missing = mlmmj.missing_program()
    if missing:
        give_up(f"{missing} is not installed")


@pytest.fixture
def manager(tmp_path: Path, archive: Archive, office: PostOffice, door: int) -> Mlmmj:
    """A list that takes the mail of its domain."""
    made = Mlmmj(tmp_path / "spool", LIST, door)
    office.deliver(LIST_DOMAIN, made.receive)
    return made


def test_posts_are_archived_and_ranked_and_notices_are_not_posts(
    manager: Mlmmj, archive: Archive
) -> None:
    receiving = archive.told("list", "add", LIST)["receiving_address"]
    manager.add(receiving)

    posts = hold_conversation(manager.receive, LIST)

    for identifier in posts:
        assert identifier in archive.wait_for_message(identifier)
    archive.wait_for_expert("vpn", "Budi Santoso")
    assert archive.told("list", "show", LIST)["messages"] == len(posts)
