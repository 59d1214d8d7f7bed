"""Threads: one partition and one set of parents, whatever the order of arrival."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.threads.facts import MODERATOR
from archive.threads.guesses import OwnMarks
from archive.threads.placement import Placement, ThreadedMessage, place

DAY = 86_400


def message(
    number: int,
    *references: int,
    parent: int | None = None,
    day: float = 0,
    subject: str = "",
    is_reply: bool = False,
    lists: tuple[int, ...] = (1,),
    quotes: str = "",
) -> ThreadedMessage:
    declared = references[-1] if references and parent is None else parent
    return ThreadedMessage(
        id=number,
        message_id=f"{number}@example.org",
        digest=hashlib.sha256(str(number).encode()).digest(),
        date=int(day * DAY),
        references=tuple(f"{one}@example.org" for one in references),
        parent_reference=None if declared is None else f"{declared}@example.org",
        base_subject=subject,
        is_reply=is_reply,
        lists=lists,
        quote_marks=frozenset(mark.encode() for mark in quotes),
    )


def mail_id(number: int) -> str:
    return f"{number}@example.org"


def groups(placements: dict[int, Placement]) -> set[frozenset[int]]:
    threads: dict[int, set[int]] = {}
    for number, placement in placements.items():
        threads.setdefault(placement.thread, set()).add(number)
    return {frozenset(members) for members in threads.values()}


def test_a_reply_hangs_under_what_it_answers() -> None:
    found = place([message(1), message(2, 1, day=1)])

    assert Placement(found[1].thread, 1, "in-reply-to") == found[2]


def test_a_missing_parent_leaves_the_nearest_stored_ancestor() -> None:
    found = place([message(1), message(3, 1, 2, day=2)])

    assert Placement(found[1].thread, 1, "references") == found[3]


def test_two_answers_to_an_unseen_message_are_one_thread() -> None:
    found = place([message(2, 1), message(3, 1, day=1)])

    assert {frozenset({2, 3})} == groups(found)
    assert found[3].parent is None


def test_a_loop_of_references_loses_no_message_and_has_one_root() -> None:
    found = place([message(1, 3), message(2, 1, day=1), message(3, 2, day=2)])

    assert {frozenset({1, 2, 3})} == groups(found)
    assert [number for number, placement in found.items() if placement.parent is None] == [1]


def test_a_reply_without_references_joins_by_subject_within_thirty_days() -> None:
    root = message(1, subject="vpn")
    near = message(2, subject="vpn", is_reply=True, day=29)
    late = message(3, subject="vpn", is_reply=True, day=70)

    found = place([root, near, late])

    assert Placement(found[1].thread, 1, "subject") == found[2]
    assert found[3].parent is None


def test_a_subject_does_not_join_across_lists_nor_without_a_reply_mark() -> None:
    found = place(
        [
            message(1, subject="vpn"),
            message(2, subject="vpn", is_reply=True, day=1, lists=(2,)),
            message(3, subject="vpn", day=1),
        ]
    )

    assert {frozenset({1}), frozenset({2}), frozenset({3})} == groups(found)


def test_a_reply_hangs_under_the_message_it_quotes_rather_than_the_latest() -> None:
    """By quoting only on the same subject and list, within thirty days, and marked so."""
    texts = {1: frozenset({b"a", b"b"}), 2: frozenset({b"b"}), 3: frozenset({b"c"})}
    asked = [message(number, subject="vpn", day=number) for number in (1, 2, 3)]
    own_marks = {message.id: texts[message.id] for message in asked}.get

    def place_with(*more: ThreadedMessage) -> dict[int, Placement]:
        return place(
            [*asked, *more],
            own_marks=lambda rows: {row: own_marks(row, frozenset()) for row in rows},
        )

    quoting = place_with(message(4, subject="vpn", day=5, is_reply=True, quotes="ab"))
    unmarked = place_with(message(4, subject="vpn", day=5, quotes="bx"))
    broken = place_with(message(4, 77, subject="vpn", day=5, is_reply=True, quotes="c"))
    nothing_alike = place_with(message(4, 77, subject="vpn", day=5, is_reply=True, quotes="x"))
    late = place_with(message(4, subject="vpn", day=40, quotes="ab"))

    assert (quoting[4].parent, quoting[4].parent_source) == (1, "quote")
    assert (unmarked[4].parent, unmarked[4].parent_source) == (2, "quote")
    assert (broken[4].parent, broken[4].parent_source) == (3, "quote")
    assert nothing_alike[4].parent is late[4].parent is None


def test_a_parent_that_arrives_late_takes_its_answer_back_from_a_guess() -> None:
    guessed = [
        message(1, subject="vpn"),
        message(4, 2, subject="vpn", day=3, is_reply=True, quotes="a"),
    ]

    def own_marks(rows: Sequence[int]) -> dict[int, frozenset[bytes]]:
        return {row: frozenset({b"a"}) for row in rows}

    before = place(guessed, own_marks=own_marks)
    after = place([*guessed, message(2, day=2)], own_marks=own_marks)

    assert (before[4].parent, before[4].parent_source) == (1, "quote")
    assert (after[4].parent, after[4].parent_source) == (2, "in-reply-to")
    assert after[1].thread != after[4].thread


def test_a_split_takes_a_message_and_all_that_answers_it_away() -> None:
    conversation = [
        message(1),
        message(2, 1, day=1),
        message(3, 1, 2, day=2),
        message(4, 1, day=3),
        message(5, 1, 2, 3, day=4),
    ]

    found = place(conversation, {mail_id(2): None})

    assert groups(found) == {frozenset({1, 4}), frozenset({2, 3, 5})}
    assert (found[2].parent, found[3].parent, found[5].parent) == (None, 2, 3)


def test_an_attached_message_brings_its_answers_into_the_other_thread() -> None:
    conversations = [
        message(1),
        message(2, 1, day=1),
        message(3, 1, 2, day=2),
        message(7),
        message(8, 7, day=1),
    ]

    found = place(conversations, {mail_id(2): mail_id(8)})

    assert groups(found) == {frozenset({1}), frozenset({2, 3, 7, 8})}
    assert (found[2].parent, found[2].parent_source) == (8, MODERATOR)
    # What was attached to a message that is not here stays where it was.
    assert place(conversations, {mail_id(2): mail_id(99)}) == place(conversations)


def test_a_moderators_link_outlives_a_cycle() -> None:
    found = place([message(1, 2), message(2, day=1)], {mail_id(2): mail_id(1)})

    assert (found[1].parent, found[2].parent) == (None, 1)


def own_marks_of(messages: Iterable[ThreadedMessage]) -> OwnMarks:
    """Every message's own lines bear the mark of its number's last digit."""
    marks = {one.id: frozenset({str(one.id % 10).encode()}) for one in messages}
    return lambda rows: {row: marks[row] for row in rows}


@st.composite
def archives(draw: st.DrawFn) -> list[ThreadedMessage]:
    """Messages with loops, missing and late parents, duplicate Message-IDs, repeats and orphans."""
    numbers = draw(st.lists(st.integers(0, 25), min_size=1, max_size=25, unique=True))
    made = []
    for number in numbers:
        references = [
            one for one in draw(st.lists(st.integers(0, 30), max_size=4)) if one != number
        ]
        one = message(
            number,
            *dict.fromkeys(references),
            day=draw(st.integers(0, 90)),
            subject=draw(st.sampled_from(["", "vpn", "dns"])),
            is_reply=draw(st.booleans()),
            lists=draw(st.sampled_from([(1,), (2,), (1, 2)])),
            quotes=draw(st.sampled_from(["", "", "1", "23"])),
        )
        made.append(one)
        if draw(st.integers(0, 5)) == 0:
            # Another version of the same Message-ID, with its own day.
            day = draw(st.integers(0, 90))
            digest = hashlib.sha256(b"again" + one.digest).digest()
            made.append(replace(one, id=number + 100, digest=digest, date=day * DAY))
    return made


claims_of_moderators = st.dictionaries(
    st.integers(0, 25).map(mail_id), st.none() | st.integers(0, 30).map(mail_id), max_size=4
)


@given(archives(), claims_of_moderators, st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_any_order_of_arrival_gives_the_same_forest(
    messages: list[ThreadedMessage], claims: dict[str, str | None], shuffler: random.Random
) -> None:
    own_marks = own_marks_of(messages)
    expected = place(messages, claims, own_marks)
    shuffled = list(messages)
    shuffler.shuffle(shuffled)

    assert expected == place(shuffled, claims, own_marks)


@given(archives(), claims_of_moderators)
@settings(max_examples=300)
def test_every_message_is_placed_once_under_a_parent_of_its_own_thread(
    messages: list[ThreadedMessage], claims: dict[str, str | None]
) -> None:
    found = place(messages, claims, own_marks_of(messages))

    assert {one.id for one in messages} == set(found)
    for number in found:
        seen = set()
        current: int | None = number
        while current is not None:
            assert current not in seen
            seen.add(current)
            assert found[current].thread == found[number].thread
            current = found[current].parent


def test_a_thread_of_two_hundred_thousand_with_a_chain_of_half_of_them_is_placed_in_time() -> None:
    chosen = random.Random(1)
    chain = [message(0), *(message(n, n - 1, day=n / 1_000) for n in range(1, 100_000))]
    broad = [
        message(n, 0, chosen.randrange(n), day=n / 1_000, subject="vpn", is_reply=True)
        for n in range(100_000, 200_000)
    ]
    started = time.process_time()

    found = place([*chain, *broad], {mail_id(50_000): None})

    assert found[99_999].parent == 99_998
    assert found[99_999].thread == found[50_000].thread != found[49_999].thread
    assert {found[n].thread for n in range(200_000)} == {found[0].thread, found[50_000].thread}
    assert time.process_time() - started < 60, "threading must stay linear"
