"""Mails that were read wrong once, one fault each: header, sender, digest and patch."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.mail.digest import split_digest
from archive.mail.message import parse_message

pytestmark = pytest.mark.corpus


def fault(shared_data: Path, name: str) -> bytes:
    (path,) = (shared_data / "faults").glob(f"{name}-*.eml")
    return path.read_bytes()


@pytest.mark.parametrize("name", ["01", "01b", "02", "02b"])
def test_people_are_no_robots(shared_data: Path, name: str) -> None:
    message = parse_message(fault(shared_data, name))

    assert message.automation is None
    assert message.own_text == message.text.split("\n")[0]


@pytest.mark.parametrize("name", ["21", "21b", "21c"])
def test_digests_give_two_posts_with_authors_subjects_and_times(
    shared_data: Path, name: str
) -> None:
    raw = fault(shared_data, name)
    posts = [parse_message(post) for post in split_digest(raw)]

    assert parse_message(raw).automation == "digest"
    assert [(post.author.name, post.subject) for post in posts] == [
        ("Sri Wulan", "Harga kopi gayo"),
        ("Budi Hartanto", "Re: Harga kopi gayo"),
    ]
    first, second = (post.date for post in posts)
    assert first is not None
    assert second is not None
    assert (second - first).total_seconds() == 60


def test_a_patch_passed_on_shows_both(shared_data: Path) -> None:
    message = parse_message(fault(shared_data, "28"))

    assert message.author.name == "Citra Halim"
    assert message.passed_on_by is not None
    assert message.passed_on_by.name == "Andrey A"
