"""Milestones of people on a topic, and the course of the topic itself."""

from __future__ import annotations

import numpy as np
import pytest

from reputation.history.histories import HistoryModel
from reputation.standing.levels import Level
from reputation.standing.model import StandingModel
from reputation.topics.topicality import text_weights
from tests.reputation.builders import Archive, lively_archive

ADVICE = "kriging wants a variogram"


def of_kriging(model: StandingModel) -> tuple[HistoryModel, dict[int, float]]:
    """The histories on one topic, and the share of each score that its interval's low end is."""
    state = model.topic(text_weights("kriging variogram"))
    ranked = model.scored(state)
    return HistoryModel(model, {1: state}), {one.person: one.low / one.score for one in ranked}


def helped(archive: Archive, helper: int, day: float, askers: range) -> list[int]:
    """A helper answers each asker on kriging, a day apart; the places of the answers."""
    return [
        archive.answered(asker, helper, day + place, ADVICE, subject="kriging variogram")
        for place, asker in enumerate(askers)
    ]


@pytest.mark.parametrize("seed", [7, 20])
def test_the_last_level_reached_is_that_of_today(seed: int) -> None:
    model = lively_archive(seed, posts=900).model()
    history, low = of_kriging(model)

    for one in model.scored(model.topic(text_weights("kriging variogram"))):
        found = history.milestones(one.person, {1: low[one.person]})[1]
        levels = [mark.level for mark in found if mark.level]
        assert len(levels) == len(set(levels))
        assert [mark.date for mark in found] == sorted(mark.date for mark in found)
        assert one.level == Level.NOT_ENOUGH or one.level in levels


def test_the_tenth_person_helped_is_the_tenth_different_one() -> None:
    archive = Archive()
    places = helped(archive, 1, 0, range(10, 19))
    helped(archive, 1, 20, range(10, 15))
    tenth = helped(archive, 1, 40, range(30, 31))[0]
    model = archive.model()

    found = of_kriging(model)[0].milestones(1, {})[1]
    dates = {mark.kind: mark.date for mark in found if mark.level is None}
    messages = {mark.kind: mark.message for mark in found}
    posts = model.posts
    assert set(dates) == {"first-answer", "helped-10"}
    assert messages["first-answer"] == posts.message[archive.row(places[0])]
    assert messages["helped-10"] == posts.message[archive.row(tenth)]
    assert dates["helped-10"] == posts.date[archive.row(tenth)]


def test_a_person_nobody_knows_has_no_milestones() -> None:
    assert of_kriging(lively_archive().model())[0].milestones(999_999, {}) == {}


def test_leaders_follow_each_other_as_they_stood_at_each_end() -> None:
    archive = Archive()
    helped(archive, 1, 10, range(10, 16))
    helped(archive, 2, 400, range(20, 60))
    helped(archive, 2, 800, range(20, 60))
    course = of_kriging(archive.model())[0].course(1)

    assert [(one.leader, one.answers, one.people) for one in course.periods] == [
        (1, 6, 1),
        (2, 40, 1),
        (2, 40, 1),
    ]
    assert course.holders == (2,)
    assert course.helpers == 2


def test_who_came_lately_rises_and_who_was_long_away_returns() -> None:
    archive = Archive()
    helped(archive, 1, 0, range(30, 50))
    for year in range(5):
        helped(archive, 2, 100 + 365 * year, range(30, 50))
    for month in range(4):
        helped(archive, 3, 1600 + 40 * month, range(30, 50))
    helped(archive, 1, 1750, range(80, 82))
    course = of_kriging(archive.model())[0].course(1)

    assert [one.person for one in course.rising] == [3]
    assert [one.person for one in course.returning] == [1]
    assert course.returning[0].answers == 2
    assert (course.returning[0].before or "")[:4] == course.periods[0].period


@pytest.mark.parametrize("seed", [7, 8])
def test_a_topic_rests_on_the_fewest_who_gave_half(seed: int) -> None:
    model = lively_archive(seed).model()
    history, _ = of_kriging(model)
    course = history.course(1)
    line = {
        person: history.topic(1).of(who).mass[-36:].sum()
        for who, person in enumerate(model.ledger.people.tolist())
    }

    half = sum(line.values()) / 2
    given = [line[person] for person in course.holders]
    assert sum(given) >= half * (1 - 1e-6) > sum(given[:-1])
    assert min(given) >= max(line[one] for one in line if one not in course.holders)
    assert course.helpers == np.count_nonzero(list(line.values()))


def test_an_empty_archive_and_an_unknown_topic_have_no_course() -> None:
    assert of_kriging(Archive().model())[0].course(1).periods == ()
    assert of_kriging(lively_archive().model())[0].course(2).periods == ()
