"""Messages read lately are read once, within bounds, and never mistaken for others."""

from __future__ import annotations

import hashlib

import pytest

from archive.mail.message import ParsedMessage, parse_message
from archive.store import parse_cache
from archive.store.parse_cache import RecentlyRead
from tests.archive.messages import mail


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was really read."""
    done: list[bytes] = []

    def read(raw: bytes) -> ParsedMessage:
        done.append(raw)
        return parse_message(raw)

    monkeypatch.setattr(parse_cache, "parse_message", read)
    return done


def test_a_message_is_read_once_and_known_by_its_digest(readings: list[bytes]) -> None:
    memory = RecentlyRead()
    first, second = mail("1@example.org"), mail("2@example.org")

    assert memory.read(first) is memory.read(first)
    assert memory.read(second).message_id == "2@example.org"
    assert readings == [first, second]
    known = memory.known(hashlib.sha256(first).digest())
    assert known is not None
    assert known.message_id == "1@example.org"


def test_the_oldest_give_way_and_a_huge_one_is_not_remembered(readings: list[bytes]) -> None:
    letters = [mail(f"{number}@example.org") for number in range(20)]
    memory = RecentlyRead(limit=5 * len(letters[0]))
    for letter in letters:
        memory.read(letter)

    remembered = [memory.known(hashlib.sha256(one).digest()) is not None for one in letters]
    assert remembered[-1]
    assert not any(remembered[:15])
    huge = mail("huge@example.org", text="x" * (2 * len(letters[0])))
    memory.read(huge)
    assert memory.known(hashlib.sha256(huge).digest()) is None
    assert memory.known(hashlib.sha256(letters[-1]).digest()) is not None
