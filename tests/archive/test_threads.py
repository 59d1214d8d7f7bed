"""Threads: one partition and one set of parents, whatever the order of arrival."""

from __future__ import annotations

import hashlib
import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.threads import Placement, ThreadedMessage, place

DAY = 86_400


def message(
    number: int,
    *references: int,
    parent: int | None = None,
    day: float = 0,
    subject: str = "",
    is_reply: bool = False,
    lists: tuple[int, ...] = (1,),
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
    )


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


@st.composite
def archives(draw: st.DrawFn) -> list[ThreadedMessage]:
    """Messages with loops, missing and late parents, repeats and orphans."""
    numbers = draw(st.lists(st.integers(0, 25), min_size=1, max_size=25, unique=True))
    made = []
    for number in numbers:
        references = [
            one for one in draw(st.lists(st.integers(0, 30), max_size=4)) if one != number
        ]
        made.append(
            message(
                number,
                *dict.fromkeys(references),
                day=draw(st.integers(0, 90)),
                subject=draw(st.sampled_from(["", "vpn", "dns"])),
                is_reply=draw(st.booleans()),
            )
        )
    return made


@given(archives(), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_any_order_of_arrival_gives_the_same_forest(
    messages: list[ThreadedMessage], shuffler: random.Random
) -> None:
    expected = place(messages)
    shuffled = list(messages)
    shuffler.shuffle(shuffled)

    assert expected == place(shuffled)


@given(archives())
@settings(max_examples=200)
def test_every_message_is_placed_once_under_a_parent_of_its_own_thread(
    messages: list[ThreadedMessage],
) -> None:
    found = place(messages)

    assert {one.id for one in messages} == set(found)
    for number in found:
        seen = set()
        current: int | None = number
        while current is not None:
            assert current not in seen
            seen.add(current)
            assert found[current].thread == found[number].thread
            current = found[current].parent


def test_a_chain_of_a_hundred_thousand_answers_is_followed_without_recursion() -> None:
    chain = [message(0), *(message(n, n - 1, day=n / 1_000) for n in range(1, 100_000))]
    started = time.process_time()

    found = place(chain)

    assert found[99_999].parent == 99_998
    assert time.process_time() - started < 60, "threading must stay linear"
