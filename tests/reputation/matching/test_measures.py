"""Measures against values worked out by hand, and the bootstrap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from reputation.matching.measures import average_precision, mean, measure, ndcg, paired_difference


def test_average_precision_of_the_textbook_example() -> None:
    # Relevant at places 1, 3 and 6 of three relevant: (1/1 + 2/3 + 3/6) / 3.
    assert average_precision([1, 3, 6], 3) == pytest.approx((1 + 2 / 3 + 1 / 2) / 3)


def test_relevant_items_that_were_not_ranked_count_as_misses() -> None:
    assert average_precision([1], 4) == 0.25


def test_all_measures_of_one_ranking() -> None:
    measured = measure([0, 1, 0, 3, 0, 0], [3, 1, 1])

    assert measured.reciprocal_rank == 0.5
    assert measured.average_precision == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert measured.precision_1 == 0.0
    assert measured.precision_5 == pytest.approx(2 / 5)
    assert measured.recall_10 == pytest.approx(2 / 3)
    gained = 1 / math.log2(3) + 3 / math.log2(5)
    assert measured.ndcg_10 == pytest.approx(gained / (3 + 1 / math.log2(3) + 1 / math.log2(4)))


def test_ndcg_agrees_with_scikit_learn() -> None:
    gains = [0.0, 2.0, 1.0, 0.0, 3.0]
    scores = [[5.0, 4.0, 3.0, 2.0, 1.0]]

    assert ndcg(gains, sorted(gains, reverse=True)) == pytest.approx(ndcg_score([gains], scores))


def test_a_hit_beyond_the_cutoff_counts_for_nothing() -> None:
    measured = measure([0, 0, 1], [1], cutoff=2)

    assert measured.average_precision == measured.reciprocal_rank == 0.0


@pytest.mark.parametrize("gains", [[], [0.0, 0.0]])
def test_a_ranking_without_hits_measures_zero(gains: list[float]) -> None:
    measured = measure(gains, [1.0])

    assert measured == measure([], [])
    assert mean([]) == measured


def test_the_mean_is_taken_measure_by_measure() -> None:
    both = mean([measure([1], [1]), measure([0], [1])])

    assert both.average_precision == both.precision_1 == 0.5


def test_a_clear_difference_has_an_interval_above_zero() -> None:
    generator = np.random.default_rng(1)
    theirs = generator.random(200)

    difference = paired_difference((theirs + 0.1).tolist(), theirs.tolist())

    assert difference.mean == pytest.approx(0.1)
    assert difference.low == pytest.approx(0.1)


def test_noise_has_an_interval_around_zero_as_wide_as_theory_says() -> None:
    noise = np.random.default_rng(2).normal(size=400)

    difference = paired_difference(noise.tolist(), [0.0] * 400)

    half_width = 1.96 * noise.std() / 20
    assert difference.low < 0 < difference.high
    assert difference.high - difference.low == pytest.approx(2 * half_width, rel=0.1)


def test_a_difference_needs_the_same_queries() -> None:
    with pytest.raises(ValueError, match="same queries"):
        paired_difference([1.0], [])


def test_no_query_makes_no_difference() -> None:
    difference = paired_difference([], [])

    assert (difference.mean, difference.low, difference.high) == (0.0, 0.0, 0.0)
