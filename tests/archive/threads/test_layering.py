"""Threads in layers: what private messages may do, and what they may not."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.threads.facts import MODERATOR
from archive.threads.placement import Placement, ThreadedMessage, place
from tests.archive.threads.test_placement import groups, mail_id, message

PRIVATE = frozenset({8, 9})

posted = st.builds(
    lambda number, references, day, subject, is_reply, lists, quotes: replace(
        message(number, *references, day=day, subject=subject, is_reply=is_reply, quotes=quotes),
        lists=tuple(sorted(lists)),
    ),
    number=st.integers(1, 12),
    references=st.lists(st.integers(1, 14), max_size=3),
    day=st.integers(0, 40),
    subject=st.sampled_from(["", "vpn", "gis"]),
    is_reply=st.booleans(),
    lists=st.sets(st.sampled_from([1, 2, 8, 9]), min_size=1, max_size=2),
    quotes=st.sampled_from(["", "a", "ab"]),
)


def own_marks(rows: Sequence[int]) -> Mapping[int, frozenset[bytes]]:
    return {row: frozenset({b"a"} if row % 2 else {b"b"}) for row in rows}


@st.composite
def stores(draw: st.DrawFn) -> tuple[list[ThreadedMessage], dict[str, str | None]]:
    """Messages, some of them other versions of one Message-ID, and moderators' decisions."""
    messages = [
        replace(one, id=row, digest=bytes([row]))
        for row, one in enumerate(draw(st.lists(posted, max_size=14)))
    ]
    names = st.integers(1, 14).map(mail_id)
    return messages, draw(st.dictionaries(names, st.none() | names, max_size=2))


def readable(messages: Sequence[ThreadedMessage], closed: set[int]) -> list[ThreadedMessage]:
    """The messages as they are in a store without the lists ``closed``."""
    open_lists = [replace(one, lists=tuple(set(one.lists) - closed)) for one in messages]
    return [one for one in open_lists if one.lists]


def places(
    messages: Sequence[ThreadedMessage], found: Mapping[int, Placement]
) -> tuple[set[frozenset[int]], dict[int, tuple[int | None, str | None]]]:
    seen = {one.id: found[one.id] for one in messages}
    return groups(seen), {row: (one.parent, one.parent_source) for row, one in seen.items()}


@settings(max_examples=500)
@given(stored=stores(), seed=st.integers(0, 9))
def test_no_message_changes_the_place_of_one_whose_readers_may_not_read_it(
    stored: tuple[list[ThreadedMessage], dict[str, str | None]], seed: int
) -> None:
    messages, claims = stored
    shuffled = random.Random(seed).sample(messages, len(messages))

    found = place(shuffled, claims, own_marks, PRIVATE)

    for closed in ({8, 9}, {9}):
        without = readable(messages, closed)
        alone = place(without, claims, own_marks, PRIVATE - closed)
        assert places(without, alone) == places(without, found)


@settings(max_examples=200)
@given(stored=stores())
def test_a_parent_stands_in_the_thread_of_its_answer(
    stored: tuple[list[ThreadedMessage], dict[str, str | None]],
) -> None:
    messages, claims = stored

    found = place(messages, claims, own_marks, PRIVATE)

    for one in found.values():
        assert one.parent is None or found[one.parent].thread == one.thread


def test_a_private_message_stands_with_its_parent_and_joins_no_other_thread() -> None:
    bridge = message(3, 1, 2, day=2, lists=(8,))
    below = message(4, 3, day=3, lists=(8,))
    beside = message(5, 1, day=4, lists=(8,))

    found = place([message(1), message(2, day=1), bridge, below, beside], private=PRIVATE)

    assert groups(found) == {frozenset({1, 5}), frozenset({2, 3, 4})}
    assert [found[row].parent for row in (3, 4, 5)] == [2, 3, 1]


def test_a_public_answer_to_a_private_message_has_no_parent_and_takes_it_into_its_thread() -> None:
    found = place([message(1, lists=(8,)), message(2, 1, day=1)], private=PRIVATE)

    assert found[2].parent is None
    assert groups(found) == {frozenset({1, 2})}


def test_a_guess_takes_no_private_parent_for_a_public_message_but_a_public_for_a_private() -> None:
    asked = message(1, subject="vpn", lists=(8,))
    answer = message(2, subject="vpn", is_reply=True, day=1, lists=(1, 8))
    private = message(3, subject="vpn", is_reply=True, day=2, lists=(8,))

    found = place([asked, answer, private], private=PRIVATE)

    assert found[2].parent is None
    assert found[3].parent == 2


def test_a_public_message_waits_for_the_private_parent_that_a_moderator_gave_it() -> None:
    claims: dict[str, str | None] = {mail_id(2): mail_id(1), mail_id(4): mail_id(2)}
    messages = [message(1, lists=(8,)), message(2), message(4, lists=(8,))]

    found = place(messages, claims, private=PRIVATE)

    assert found[2].parent is None
    assert (found[4].parent, found[4].parent_source) == (2, MODERATOR)
    assert place(messages, claims)[2].parent == 1
