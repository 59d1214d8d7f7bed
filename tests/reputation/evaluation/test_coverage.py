"""Whether the intervals of scores hold as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from reputation.evaluation.coverage import coverage
from reputation.standing.formula import scale
from reputation.standing.interval import intervals
from reputation.topics.topicality import text_weights
from tests.reputation.builders import lively_archive


def test_intervals_hold_nine_times_in_ten() -> None:
    model = lively_archive(11, posts=1_500, people=60).model()
    states = [
        model.topic(text_weights(words)) for words in ("kriging", "shapefile", "raster", "moran")
    ]

    found = coverage(states, len(model.ledger.people), splits=6)

    assert found.compared > 200
    assert found.share == pytest.approx(found.nominal, abs=0.05)


def test_without_a_topic_that_ranks_five_people_nothing_is_compared() -> None:
    model = lively_archive(posts=10, people=3).model()

    found = coverage([model.topic(text_weights("kriging"))], len(model.ledger.people))

    assert (found.share, found.compared) == (None, 0)


def test_the_fewer_askers_the_wider_is_the_interval_of_the_same_draws() -> None:
    draws = np.random.default_rng(3).normal(10.0, 1.0, size=(1, 100)).repeat(4, axis=0)
    value = np.full(4, 10.0)

    low, high = intervals(draws, value, np.array([1, 3, 12, 1_000]))

    assert (np.diff(low) > 0).all()
    assert (np.diff(high) < 0).all()
    # One asker tells nothing of others: all draws; a thousand: their middle nine tenths.
    centred = scale(np.sort(draws[0]) * (10.0 / draws[0].mean()))
    assert (low[0], high[0]) == (centred[0], centred[-1])
    assert low[3] == pytest.approx(np.quantile(centred, 0.05), abs=0.01)
