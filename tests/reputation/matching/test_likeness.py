"""People with few answers to like questions, and those with many."""

from __future__ import annotations

import numpy as np

from reputation.matching.likeness import FEW, MANY, LikeAnswers, before_recency


def order(values: list[float], closest: list[float], questions: list[int]) -> list[int]:
    """Places of the candidates, best first."""
    counts = np.array(questions, dtype=np.int64)
    like = LikeAnswers(counts, counts * 0, np.array(closest))
    ranked = before_recency(np.array(values), like)
    return [int(place) for place in np.argsort(-ranked, kind="stable")]


def test_nobody_with_few_like_answers_comes_before_many_who_answered_as_closely() -> None:
    assert order([5.0, 4.0], [0.7, 0.9], [FEW - 1, MANY]) == [1, 0]
    assert order([5.0, 4.0], [0.0, 0.9], [0, MANY]) == [1, 0]


def test_who_answered_this_very_question_may() -> None:
    assert order([5.0, 4.0], [1.0, 0.9], [1, MANY]) == [0, 1]


def test_some_like_answers_are_enough() -> None:
    assert order([5.0, 4.0], [0.7, 0.9], [FEW, MANY]) == [0, 1]
    assert order([5.0, 4.0], [0.7, 0.9], [0, MANY - 1]) == [0, 1]


def test_those_put_back_keep_their_order_and_come_after_the_last_of_the_many() -> None:
    values = [6.0, 7.0, 4.0, 5.0, 3.0]
    closest = [0.2, 0.3, 0.8, 0.9, 0.5]
    assert order(values, closest, [0, 1, MANY, MANY, 5]) == [3, 2, 1, 0, 4]


def test_no_candidates_are_no_fault() -> None:
    assert order([], [], []) == []
