"""The linear ranker: what it knows, how it learns, and when it is used."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation.arrays import Floats
from reputation.matching.features import GROUPS, Candidates, Query
from reputation.matching.logit import Choices, fit, spread
from reputation.matching.matcher import PAKAR_1_1, Matcher
from reputation.matching.questions import Question, questions
from reputation.matching.ranker import Ranker
from reputation.matching.training import LEAST_QUESTIONS, LEAST_TRIED, train
from reputation.matching.weights import SHIPPED, TRAINED, Weights, shipped
from tests.reputation.builders import DAY, START, Archive, lively_archive

QUESTION = ("kriging of rain", "which variogram is right")


def candidates(matcher: Matcher, as_of: int, column: int | None = 0) -> Candidates:
    query = Query(matcher.columns(*QUESTION), matcher.columns(QUESTION[0], ""))
    return matcher.features.at(query, matcher.index.find(query.words, as_of), as_of, column)


def asked(archive: Archive) -> list[Question]:
    subjects = [f"{place} {archive.written[place].subject}" for place in archive.order()]
    return questions(archive.posts(), subjects, (0, 2**40))


def choices(values: Floats, weights: Floats, per_question: int) -> Choices:
    """Questions whose answerers were drawn by the odds that ``weights`` give."""
    random = np.random.default_rng(5)
    scores = (values @ weights).reshape(-1, per_question)
    drawn = (scores + random.gumbel(size=scores.shape)).argmax(axis=1)
    answered = np.zeros(scores.shape)
    answered[np.arange(len(scores)), drawn] = 1.0
    names = tuple(f"text-{place}" for place in range(values.shape[1]))
    return Choices(names, values, answered.ravel(), np.arange(len(scores)) * per_question)


def test_the_weights_that_made_the_choices_are_found_again() -> None:
    true = np.array([1.0, -0.5, 0.0])
    values = np.random.default_rng(1).normal(size=(30_000, 3)) * [1.0, 10.0, 0.1]
    made = choices(values, true, 10)

    found = fit(made, spread(made), np.zeros(3), strength=1.0)

    assert found * spread(made) == pytest.approx(true * spread(made), abs=0.15)


def test_a_strong_pull_leaves_the_weights_where_they_began() -> None:
    values = np.random.default_rng(1).normal(size=(200, 2))
    made = choices(values, np.array([3.0, 0.0]), 10)
    prior = np.array([-1.0, 2.0])

    assert fit(made, spread(made), prior, strength=1e9) == pytest.approx(prior, abs=1e-3)


@settings(max_examples=25)
@given(seed=st.integers(0, 300), share=st.floats(0.1, 1.0))
def test_features_as_of_a_day_are_those_of_that_days_archive(seed: int, share: float) -> None:
    archive = lively_archive(seed, posts=120, people=10)
    day = share * archive.written[-1].day
    instant = START + round(day * DAY)

    then = candidates(archive.matcher(), instant)
    alone_matcher = archive.until(day).matcher()
    alone = candidates(alone_matcher, instant)

    matcher = archive.matcher()
    assert matcher.people[then.people].tolist() == alone_matcher.people[alone.people].tolist()
    assert then.values == pytest.approx(alone.values, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("question", [QUESTION, ("", ""), ("zymurgy", "qwertz"), ("kriging", "")])
def test_features_are_finite_and_named_by_their_group(question: tuple[str, str]) -> None:
    matcher = lively_archive(posts=150).matcher()
    query = Query(matcher.columns(*question), matcher.columns(question[0], ""))
    found = matcher.index.find(query.words, 2**33)

    result = matcher.features.at(query, found, 2**33, None)

    assert np.isfinite(result.values).all()
    assert {name.partition("-")[0] for name in result.names} == set(GROUPS)
    assert len(set(result.names)) == len(result.names) == result.values.shape[1]


def test_fakes_by_people_nobody_vouches_for_move_a_count_less_than_real_answers() -> None:
    def rise(vouched: bool) -> float:
        archive = Archive()
        for helper, first in ((1, 100), (2, 200), (3, 300)):
            archive.establish(helper, 0, first)
        archive.answered(100, 9, 120, "the variogram", subject="kriging")
        before = archive.until(129).matcher()
        for sock in range(6):
            archive.answered(100 + sock if vouched else 900 + sock, 9, 130, "the variogram")
        after = archive.matcher()
        as_of = START + 140 * DAY
        values = []
        for matcher in (before, after):
            found = candidates(matcher, as_of)
            row = matcher.people[found.people].tolist().index(9)
            values.append(found.values[row, found.names.index("activity-ever")])
        return float(values[1] - values[0])

    assert 0 < rise(vouched=False) < 0.7 * rise(vouched=True)


def test_the_shipped_weights_fit_the_features_and_are_small() -> None:
    weights = shipped()
    names = candidates(lively_archive(posts=60).matcher(), 2**33).names

    assert weights.names == names
    assert weights.method == SHIPPED
    assert len(weights.to_json()) < 3_000
    again = Weights.from_json(weights.to_json())
    assert again is not None
    assert again.to_json() == weights.to_json()


@pytest.mark.parametrize(
    "change",
    [
        {"features": 0},
        {"weights": [1.0]},
        {"weights": "x"},
        {"names": None},
        {"weights": [float("nan")] * len(shipped().names)},
        {"scale": [0.0] * len(shipped().names)},
    ],
)
def test_weights_of_other_features_or_torn_are_not_used(change: dict[str, object]) -> None:
    content = {**json.loads(shipped().to_json()), **change}

    assert Weights.from_json(json.dumps(content)) is None
    assert Weights.from_json("{") is None


def test_the_parts_of_a_score_are_its_groups() -> None:
    found = candidates(lively_archive(posts=150).matcher(), 2**33)

    people, parts = shipped().parts(found)

    assert people.tolist() == found.people.tolist()
    assert tuple(parts) == GROUPS
    weights = shipped().ordered(found.names)
    assert sum(parts.values()) == pytest.approx(found.values @ weights)


def test_an_archive_learns_what_its_own_past_shows() -> None:
    archive = lively_archive(3, posts=1_500, people=40)
    posts = archive.posts()
    matcher = archive.matcher()

    training = train(matcher, posts, archive.terms().rows(posts.message), asked(archive))

    assert training.questions >= LEAST_QUESTIONS
    assert training.trained is not None
    assert training.shipped is not None
    assert training.weights is not None
    assert training.weights.method == TRAINED
    assert training.weights.names == shipped().names
    assert not np.allclose(training.weights.values, shipped().values)
    assert len(training.weights.to_json()) < 3_000
    assert (training.ranker.trained is not None) == (training.trained.low > 0)
    assert training.ranker.shipped == (training.shipped.mean >= 0)


def test_few_questions_train_nothing_but_choose_between_the_shipped_weights_and_the_formula() -> (
    None
):
    archive = lively_archive(posts=200)
    posts = archive.posts()

    training = train(archive.matcher(), posts, archive.terms().rows(posts.message), asked(archive))

    assert LEAST_TRIED <= training.questions < 5 * LEAST_TRIED < LEAST_QUESTIONS
    assert training.weights is None
    assert training.trained is None
    assert training.held_back == 0
    assert training.shipped is not None
    assert training.ranker == Ranker(None, training.ranker.until, training.shipped.mean >= 0)


def test_an_empty_archive_trains_nothing() -> None:
    archive = Archive()
    posts = archive.posts()

    training = train(archive.matcher(), posts, archive.terms().rows(posts.message), [])

    assert (training.questions, training.ranker) == (0, Ranker())


def test_own_weights_rank_the_days_after_they_were_learnt_and_no_earlier_ones() -> None:
    own = replace(shipped(), method=TRAINED)
    ranker = Ranker(own, until=1_000)

    assert ranker.at(1_000) is own
    assert ranker.at(999) is shipped()
    assert replace(ranker, shipped=False).at(999) is None
    assert (ranker.method("f"), Ranker(None, 5, shipped=False).method("f")) == (TRAINED, "f")


def test_a_match_by_weights_names_them_and_gives_reasons_that_add_up() -> None:
    archive = lively_archive(posts=200)
    posts = archive.posts()
    matcher = Matcher(
        posts,
        archive.terms().rows(posts.message),
        archive.ledger(),
        archive.terms().vocabulary,
        ranker=Ranker(),
    )

    result = matcher.match(*QUESTION, list_column=0)
    by_formula = archive.matcher().match(*QUESTION, list_column=0)

    assert (result.method, by_formula.method) == (SHIPPED, PAKAR_1_1.name)
    for found in (result, by_formula):
        first, second = found.experts[:2]
        gap = sum(reason.contribution for reason in first.reasons) - sum(
            reason.contribution for reason in second.reasons
        )
        assert first.value - second.value == pytest.approx(gap)
        # Of a single list there is nothing to tell apart by list.
        assert "list" not in {reason.group for reason in first.reasons}
