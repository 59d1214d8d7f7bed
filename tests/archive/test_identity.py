"""People: addresses joined by full names, and what must never be joined."""

from __future__ import annotations

import pytest

from archive.identity import (
    COMMON_NAME_FROM,
    NameUse,
    address_key,
    full_name_key,
    is_role,
    people,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wayan Sudarsana", "wayan  SUDARSANA"),
        ("Dr. Ayu Lestari, M.Kom", "Ayu Lestari"),
        ("Virgilio Gómez", "Virgilio Gomez"),
        ("Pak Budi Santoso", "Budi Santoso"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert full_name_key(one) == full_name_key(other) != ""


@pytest.mark.parametrize("name", ["", "budi", "Pak Budi", "Bu", "A. B.", "J Budi", "123"])
def test_less_than_two_names_identify_nobody(name: str) -> None:
    assert full_name_key(name) == ""


def test_an_obscured_sender_is_known_by_full_name() -> None:
    key = address_key(None, "Ayu Lestari", "ayu @end|ng |rom example.org")

    assert key == "name:ayu lestari"


def test_one_name_on_an_obscured_address_stays_apart_from_another_address() -> None:
    one = address_key(None, "budi", "budi @end|ng |rom example.org")
    other = address_key(None, "budi", "budi @end|ng |rom example.net")

    assert one != other


def test_the_same_full_name_on_one_list_is_one_person() -> None:
    found = people([1, 2, 3], [NameUse(1, 9, "ayu l"), NameUse(3, 9, "ayu l")], ())

    assert found == {1: 1, 2: 2, 3: 1}


def test_the_same_full_name_on_another_list_is_not_enough() -> None:
    found = people([1, 2], [NameUse(1, 8, "ayu l"), NameUse(2, 9, "ayu l")], ())

    assert found == {1: 1, 2: 2}


def test_a_name_that_many_addresses_show_joins_nobody() -> None:
    addresses = list(range(COMMON_NAME_FROM))

    found = people(addresses, [NameUse(one, 9, "putu ayu") for one in addresses], ())

    assert {one: one for one in addresses} == found


def test_role_addresses_are_joined_to_nobody() -> None:
    found = people([1, 2], [NameUse(1, 9, "ayu l"), NameUse(2, 9, "ayu l")], {2})

    assert found == {1: 1, 2: 2}
    assert is_role("no-reply@example.org")
    assert is_role("info+id@example.org")
    assert not is_role("information.desk.ayu@example.org")


def test_people_do_not_depend_on_the_order_of_addresses() -> None:
    uses = [NameUse(1, 9, "a b"), NameUse(2, 9, "a b"), NameUse(2, 9, "c d"), NameUse(3, 9, "c d")]

    assert people([3, 1, 2], uses[::-1], ()) == people([1, 2, 3], uses, ()) == {1: 1, 2: 1, 3: 1}
