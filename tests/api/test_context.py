"""Facts of an epoch."""

from __future__ import annotations

from collections.abc import Sequence

from api.context import EpochMemo


class Counter:
    """Makes a fact of a number, and remembers for which it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    def __call__(self, keys: Sequence[int]) -> dict[int, str]:
        self.asked.append(list(keys))
        return {key: f"fact {key}" for key in keys if key >= 0}


def test_only_what_is_not_known_is_made() -> None:
    memo, make = EpochMemo(), Counter()
    memo.get(1, "kind", [1, 2], make)

    assert memo.get(1, "kind", [2, 3], make) == {2: "fact 2", 3: "fact 3"}
    assert make.asked == [[1, 2], [3]]


def test_kinds_are_kept_apart() -> None:
    memo, make = EpochMemo(), Counter()
    memo.get(1, "one", [1], make)
    memo.get(1, "other", [1], make)

    assert make.asked == [[1], [1]]


def test_a_new_epoch_forgets_the_old_one() -> None:
    memo, make = EpochMemo(), Counter()
    memo.get(1, "kind", [1], make)
    memo.get(2, "kind", [1], make)

    assert make.asked == [[1], [1]]


def test_a_key_without_a_fact_is_left_out() -> None:
    assert EpochMemo().get(1, "kind", [-1, 1], Counter()) == {1: "fact 1"}


def test_what_is_kept_is_bounded() -> None:
    memo, make = EpochMemo(max_facts=10), Counter()
    memo.get(1, "kind", list(range(25)), make)

    memo.get(1, "kind", list(range(25)), make)

    assert make.asked[1] == list(range(15))
