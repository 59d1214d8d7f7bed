"""People: addresses joined by full names, and what must never be joined."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.mail.addresses import parse_author
from archive.mail.fingerprints import MARK_OCTETS, signature_mark
from archive.mail.message import parse_message
from archive.people.habits import Habits, HabitUse, habits_of
from archive.people.hidden import remains
from archive.people.identity import (
    COMMON_NAME_FROM,
    DECIDED,
    SAME_NAME,
    SAME_NAME_AND_HABITS,
    SILENT,
    TWO_PEOPLE,
    UNLIKE,
    Claim,
    NameUse,
    People,
    address_key,
    is_role,
    people,
)
from archive.people.names import full_name, full_name_key, preferred_name

AYU, AYU_AT_WORK, BUDI = "ayu@example.org", "a.lestari@example.com", "budi@example.org"


def apart(found: People) -> bool:
    """Whether nobody was joined to anybody."""
    return all(address == leader for address, leader in found.leaders.items())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wayan Sudarsana", "wayan  SUDARSANA"),
        ("Dr. Ayu Lestari, M.Kom", "Ayu Lestari"),
        ("Virgilio Gómez", "Virgilio Gomez"),
        ("Pak Budi Santoso", "Budi Santoso"),
        ("Lestari, Ayu", "Ayu Lestari"),
        ("Lestari Ayu", "Ayu Lestari"),
        ("Ayu Lestari (Geodesi)", "Ayu Lestari"),
        ("Søren Kjær", "Soren Kjaer"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert full_name_key(one) == full_name_key(other) != ""


@pytest.mark.parametrize(
    "name", ["", "budi", "Pak Budi", "Bu", "A. B.", "J Budi", "123", "Redaksi Milis", "Budi 2"]
)
def test_what_is_not_a_full_name_of_a_person_identifies_nobody(name: str) -> None:
    assert full_name_key(name) == ""


def test_an_obscured_sender_is_known_by_full_name() -> None:
    key = address_key(None, "Ayu Lestari", "ayu @end|ng |rom example.org")

    assert key == "name:ayu lestari"


@pytest.mark.parametrize(
    ("value", "email"),
    [
        ("ayu at example.org (Ayu Lestari)", "ayu@example.org"),
        ("Ayu Lestari <AYU@Example.ORG>", "ayu@example.org"),
        ("Ayu Lestari <ayu @end|ng |rom example.org>", None),
        ("ayu @end|ng |rom ex@mp|e@org (Ayu Lestari)", None),
        ("Ayu Lestari <ayu...@example.org>", None),
        ("Ayu Lestari <ayu@...>", None),
        ("Ayu Lestari <[EMAIL PROTECTED]>", None),
        ("Ayu Lestari <[email protected]>", None),
        ("Ayu Lestari <da39a3ee5e6b4b0d3255bfef95601890afd80709@example.org>", None),
        ("Ayu Lestari <ayu-Re5JQEeQqe8AvxtiuMwx3w@public.gmane.org>", None),
        ("Ayu Lestari <ayu-of-the-northern-mountains@example.org>",
         "ayu-of-the-northern-mountains@example.org"),
    ],
)  # fmt: skip
def test_an_address_that_an_archive_hid_carries_no_identity(value: str, email: str | None) -> None:
    author = parse_author(value)

    assert (author.name, author.email) == ("Ayu Lestari", email)


def test_one_name_on_an_obscured_address_stays_apart_from_another_address() -> None:
    one = address_key(None, "budi", "budi @end|ng |rom example.org")
    other = address_key(None, "budi", "budi @end|ng |rom example.net")

    assert one != other


def test_the_same_full_name_on_one_list_is_one_person() -> None:
    found = people(
        [AYU, AYU_AT_WORK, BUDI],
        [NameUse(AYU, 9, "ayu lestari"), NameUse(AYU_AT_WORK, 9, "ayu lestari")],
    )

    assert found.leaders == {AYU: AYU_AT_WORK, AYU_AT_WORK: AYU_AT_WORK, BUDI: BUDI}
    assert found.reasons == {AYU: SAME_NAME, AYU_AT_WORK: SAME_NAME}


def test_the_same_full_name_on_another_list_is_not_enough() -> None:
    uses = [NameUse(AYU, 8, "ayu lestari"), NameUse(AYU_AT_WORK, 9, "ayu lestari")]

    assert apart(people([AYU, AYU_AT_WORK], uses))


def test_a_name_that_many_addresses_show_joins_nobody() -> None:
    addresses = [f"lestari{chr(97 + one)}@example.org" for one in range(COMMON_NAME_FROM)]

    found = people(addresses, [NameUse(one, 9, "ayu lestari") for one in addresses])

    assert apart(found)
    assert {one.reason for one in found.refusals} == {
        f"same full name, but {COMMON_NAME_FROM} addresses show it"
    }


def test_a_name_of_frequent_words_joins_only_with_a_second_sign() -> None:
    ours, work, other = "weiwang@example.org", "weiwang@example.com", "ww@example.net"
    uses = [NameUse(one, 9, "wang wei") for one in (ours, work, other)]
    busy = habits_of([HabitUse(600, 420, "mutt", 30, 25)])

    assert people([ours, work, other], uses).leaders == {ours: work, work: work, other: other}

    alike = people([work, other], uses[1:], habits={work: busy, other: busy})

    assert alike.reasons[other] == SAME_NAME_AND_HABITS


def test_two_who_write_at_one_time_in_unlike_ways_are_not_joined() -> None:
    uses = [NameUse(one, 9, "ayu lestari") for one in (AYU, AYU_AT_WORK)]
    here = habits_of([HabitUse(600, 420, "mutt", 5, 5)])
    there = habits_of([HabitUse(600, -300, "outlook", 5, 5)])
    later = habits_of([HabitUse(601, -300, "outlook", 5, 5)])
    other_program = habits_of([HabitUse(600, 420, "outlook", 5, 5)])

    refused = people([AYU, AYU_AT_WORK], uses, habits={AYU: here, AYU_AT_WORK: there})

    assert apart(refused)
    assert [one.reason for one in refused.refusals] == [UNLIKE]
    for habits in (later, other_program):
        assert not apart(people([AYU, AYU_AT_WORK], uses, habits={AYU: here, AYU_AT_WORK: habits}))


def test_signatures_tell_two_who_write_at_one_time_apart_or_one_person() -> None:
    uses = [NameUse(one, 9, "ayu lestari") for one in (AYU, AYU_AT_WORK)]

    def are_apart(here: bytes | None, there: bytes | None, program: str = "gmail") -> bool:
        habits = {
            AYU: habits_of([HabitUse(600, 420, "gmail", 3, 3, here)]),
            AYU_AT_WORK: habits_of([HabitUse(600, -300, program, 3, 3, there)]),
        }
        return apart(people([AYU, AYU_AT_WORK], uses, habits=habits))

    assert are_apart(b"geodesi", b"kebidanan")
    assert not are_apart(b"geodesi", None)
    assert are_apart(b"geodesi", None, program="outlook")
    # From far zones and with two programs, but under one signature.
    assert not are_apart(b"geodesi", b"geodesi", program="outlook")


def test_a_signature_is_known_by_its_words_without_the_name() -> None:
    def mark(end: str, name: str = "Ayu Lestari") -> bytes | None:
        head = f"From: {name} <ayu@example.org>\n\n"
        return signature_mark(parse_message(f"{head}Use sf.\n\n{end}".encode()))

    signed = mark("-- \nAyu Lestari\nDinas Geodesi, Bandung")

    assert signed is not None
    assert len(signed) == MARK_OCTETS
    assert signed == mark("-- \nAyu\n Dinas  GEODESI - Bandung\nSent from my iPhone")
    assert signed != mark("-- \nAyu Lestari\nDinas Kesehatan, Bandung")
    for nothing in ("-- \nAyu Lestari", "Salam,\nAyu", "Sent from my iPhone"):
        assert mark(nothing) is None


def test_a_name_on_an_address_unlike_it_counts_once_the_address_takes_part() -> None:
    stranger = "xk77@example.net"
    uses = [NameUse(one, 9, "ayu lestari") for one in (AYU, stranger)]

    silent = people([AYU, stranger], uses)
    takes_part = habits_of([HabitUse(600, None, None, 1, 1)])

    assert apart(silent)
    assert [one.reason for one in silent.refusals] == [SILENT]
    assert not apart(people([AYU, stranger], uses, habits={stranger: takes_part}))


def test_role_addresses_are_joined_to_nobody() -> None:
    office = "info@example.org"

    assert apart(
        people([AYU, office], [NameUse(AYU, 9, "ayu lestari"), NameUse(office, 9, "ayu lestari")])
    )
    assert is_role("no-reply@example.org")
    assert is_role("info+id@example.org")
    assert is_role("talk-bounces@example.org")
    assert not is_role("information.desk.ayu@example.org")


def test_an_address_that_several_people_share_joins_none_of_them() -> None:
    desk = "meja@example.org"
    uses = [
        NameUse(desk, 9, "ayu lestari", 5),
        NameUse(desk, 9, "budi santosa", 4),
        NameUse(AYU, 9, "ayu lestari", 9),
    ]

    assert apart(people([AYU, desk], uses))


def test_a_rare_slip_of_the_name_does_not_part_an_address_from_its_person() -> None:
    uses = [
        NameUse(AYU, 9, "ayu lestari", 9),
        NameUse(AYU, 9, "budi santosa", 1),
        NameUse(AYU_AT_WORK, 9, "ayu lestari", 3),
        NameUse(BUDI, 9, "budi santosa", 3),
    ]

    found = people([AYU, AYU_AT_WORK, BUDI], uses)

    assert found.leaders == {AYU: AYU_AT_WORK, AYU_AT_WORK: AYU_AT_WORK, BUDI: BUDI}


def test_a_decision_joins_and_parts_against_names_and_the_newest_counts() -> None:
    uses = [NameUse(one, 9, "ayu lestari") for one in (AYU, AYU_AT_WORK)]
    addresses = [AYU, AYU_AT_WORK, BUDI]
    parting = Claim(1, False, AYU, AYU_AT_WORK)

    parted = people(addresses, uses, claims=[parting])
    joined = people(addresses, uses, claims=[parting, Claim(2, True, AYU_AT_WORK, AYU)])

    assert apart(parted)
    assert joined.reasons[AYU] == f"{DECIDED} 2"


def test_a_decision_may_lead_through_an_address_that_no_mail_has_shown() -> None:
    unseen = "x@example.org"

    found = people(
        [AYU, BUDI], [], claims=[Claim(3, True, AYU, unseen), Claim(3, True, unseen, BUDI)]
    )

    assert found.leaders == {AYU: AYU, BUDI: AYU}


def test_names_join_nobody_across_a_decision_that_parts() -> None:
    """Ayu and Budi are two people, even where a third address shows both their names."""
    desk = "ayubudi@example.org"
    uses = [
        NameUse(AYU, 9, "ayu lestari"),
        NameUse(desk, 9, "ayu lestari", 5),
        NameUse(desk, 9, "budi lestari", 5),
        NameUse(BUDI, 9, "budi lestari"),
    ]

    found = people([AYU, BUDI, desk], uses, claims=[Claim(1, False, AYU, BUDI)])

    assert found.leaders[AYU] != found.leaders[BUDI]
    assert [one.reason for one in found.refusals] == [TWO_PEOPLE]


KEYS = [
    f"{local}@{host}" for local in ("ayu", "lestari", "qq1") for host in ("a.id", "b.id", "c.id")
]
NAMES = ["ayu lestari", "budi santosa", "lestari santosa", "wang wei"]


@given(
    st.lists(
        st.builds(
            NameUse,
            st.sampled_from(KEYS),
            st.integers(1, 2),
            st.sampled_from(NAMES),
            st.integers(1, 5),
        ),
        max_size=20,
    ),
    st.lists(
        st.builds(
            Claim, st.integers(1, 5), st.booleans(), st.sampled_from(KEYS), st.sampled_from(KEYS)
        ),
        max_size=4,
    ),
    st.dictionaries(
        st.sampled_from(KEYS),
        st.builds(
            lambda zone, program: habits_of([HabitUse(600, zone, program, 12, 12)]),
            st.sampled_from([None, 420, -300]),
            st.sampled_from([None, "mutt", "outlook"]),
        ),
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=200)
def test_people_do_not_depend_on_the_order_of_anything(
    uses: list[NameUse], claims: list[Claim], habits: dict[str, Habits], shuffler: random.Random
) -> None:
    expected = people(KEYS, uses, habits=habits, claims=claims)
    addresses = list(KEYS)
    shuffler.shuffle(addresses)
    shuffler.shuffle(uses)
    shuffler.shuffle(claims)

    assert people(addresses, uses, habits=habits, claims=claims) == expected


def hidden(written: str, name: str = "Tama Suradi") -> str:
    return address_key(None, name, written)


WORK, HOME = "t@m@sur@di @ending from b@ndung@@c@id", "t@m@suradi32 @ending from gm@il@com"


def grouped(*keys: str, habits: dict[str, Habits] | None = None, name: str = "suradi tama") -> int:
    """How many people these addresses of one name on one list are."""
    found = people(keys, [NameUse(key, 1, name) for key in keys], habits=habits)
    return len(set(found.leaders.values()))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((hidden(WORK), hidden(HOME)), 2),
        ((hidden(WORK), hidden("t@m@sur@d| @end|ng |rom b@ndung@@c@|d")), 1),
        ((hidden(WORK), "tamasuradi@bandung.ac.id"), 1),
        ((hidden(HOME), "tama.suradi@bandung.ac.id"), 1),
        ((hidden(WORK), hidden(WORK, "Suradi Tama")), 1),
        ((hidden(WORK), hidden("t@m@sur@di @ending from gm@il@com")), 1),
        ((hidden("tama@suradi@gm@il@com"), hidden(HOME)), 2),
    ],
    ids=[
        "two addresses",
        "two hidings",
        "a known one",
        "another known one",
        "order",
        "local part",
        "one word",
    ],
)
def test_what_is_left_of_hidden_addresses_tells_namesakes_apart(
    keys: tuple[str, ...], expected: int
) -> None:
    assert grouped(*keys) == expected


def test_a_common_name_is_joined_with_the_one_known_address_that_fits() -> None:
    mine, other = "wei.wang@example.org", "wangwei@example.com"
    left = hidden("we|@w@ng @end|ng |rom ex@mp|e@org", "Wei Wang")
    keys = [mine, other, left]
    found = people(keys, [NameUse(key, 1, "wang wei") for key in keys])

    assert found.leaders[left] == found.leaders[mine] != found.leaders[other]


def test_hidden_addresses_that_differ_are_one_person_with_one_signature() -> None:
    use = HabitUse(1, 60, None, 3, 0, b"12345678")

    assert (
        grouped(
            hidden(WORK),
            hidden(HOME),
            habits=dict.fromkeys((hidden(WORK), hidden(HOME)), habits_of([use])),
        )
        == 1
    )


@pytest.mark.parametrize("written", ["ayu@...", "", "a b c", "@@@@ @ending from @@@@", "x" * 900])
def test_a_hidden_address_without_letters_says_nothing(written: str) -> None:
    assert remains(written) == ""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Tama Suradi", "Suradi Tama", 2),
        ("Tama Suradi", "Tama Suradi", 1),
        ("Tama Suradi", "", 1),
    ],
)
def test_names_always_in_another_order_need_a_second_sign(
    one: str, other: str, expected: int
) -> None:
    keys = ("tama@example.org", "suradi@example.com")
    uses = [
        NameUse(key, 1, "suradi tama", 1, full_name(name))
        for key, name in zip(keys, (one, other), strict=True)
    ]

    assert len(set(people(keys, uses).leaders.values())) == expected
    alike = dict.fromkeys(keys, habits_of([HabitUse(1, 60, None, 3, 0, b"12345678")]))
    assert len(set(people(keys, uses, habits=alike).leaders.values())) == 1


YEAR = 365 * 86_400


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ([("Lestari Ayu (GEO)", 5, 9)], "Lestari Ayu"),
        ([("Ayu Lestari [ext]", 5, 9), ("ayu", 50, 9)], "Ayu Lestari"),
        ([("Ayu Lestari (アユ)", 5, 9)], "Ayu Lestari (アユ)"),
        ([("Ayu (GEO)", 5, 9)], "Ayu (GEO)"),
        ([("Ayu Lestari", 90, 9), ("Ayu Dewi", 4, 9 + 2 * YEAR)], "Ayu Dewi"),
        ([("Ayu Lestari", 90, 9), ("Ayu Dewi", 1, 9 + 2 * YEAR)], "Ayu Lestari"),
        ([("Ayu Lestari", 90, YEAR), ("Ayu Dewi", 4, 9 + YEAR)], "Ayu Lestari"),
        ([], ""),
    ],
)
def test_the_name_shown_is_the_one_used_now_without_marks(
    uses: list[tuple[str, int, int]], expected: str
) -> None:
    assert preferred_name(uses) == expected
