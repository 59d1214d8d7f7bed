"""Stability and tenure: whether rankings stay, and whether newcomers have a place in them."""

from __future__ import annotations

import pytest

from reputation.evaluation.steadiness import Steadiness, steadiness
from reputation.topics.queries import TopicQuery
from tests.reputation.builders import Archive

KRIGING = TopicQuery(1, "kriging", "kriging", {"kriging": 1.0})


def helpers(days: dict[int, tuple[int, int]]) -> Archive:
    """Each helper answers as often as said (the first number), from a day on (the second)."""
    archive = Archive()
    posts = sorted(
        (start + 5 * number, helper)
        for helper, (count, start) in days.items()
        for number in range(count)
    )
    for place, (day, helper) in enumerate(posts):
        question = archive.ask(100 + place, day, "kriging")
        archive.reply(helper, day + 1, question, "the variogram of kriging")
    return archive


def test_a_ranking_that_nothing_changed_has_tau_1() -> None:
    archive = helpers({helper: (3 * helper, 0) for helper in range(1, 7)})
    archive.ask(999, 2_000, "something else")

    found = steadiness(archive.model(), [KRIGING])

    assert (found.topics, found.newcomers, found.newcomers_evidence) == (1, 0.0, 0.0)
    assert found.tau == pytest.approx(1.0)


def test_newcomers_are_counted_beside_their_share_of_the_evidence() -> None:
    days = {helper: (3 * helper, 0) for helper in range(1, 6)}
    archive = helpers({**days, 6: (15, 2_000)})

    found = steadiness(archive.model(), [KRIGING])

    assert found.newcomers == pytest.approx(1 / 6)
    assert found.newcomers_evidence == pytest.approx(15 / 60, abs=0.06)
    assert found.tau is not None
    assert 0 < found.tau < 1


def test_too_few_people_measure_nothing() -> None:
    nothing = Steadiness(0, None, None, None)

    assert steadiness(helpers({1: (3, 0), 2: (3, 0)}).model(), [KRIGING]) == nothing
    assert steadiness(Archive().model(), [KRIGING]) == nothing
    assert steadiness(helpers({1: (3, 0)}).model(), []) == nothing
