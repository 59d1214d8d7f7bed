"""Match: who answers a question, as of any instant, and which threads already did."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.matching.matcher import PAKAR_1, PAKAR_1_1, Formula, Matcher, MatchResult
from tests.reputation.builders import DAY, START, Archive, lively_archive

QUESTION = ("kriging of snow depth", "which variogram model suits kriging")


def people(result: MatchResult) -> list[int]:
    return [expert.person for expert in result.experts]


def two_helpers() -> Archive:
    archive = Archive()
    for number in range(6):
        archive.answered(
            10 + number, 1, 15 * number, "fit the variogram first", subject="kriging of rain"
        )
        archive.answered(30 + number, 2, 15 * number + 4, "crop the raster", subject="mosaic")
    return archive


def test_who_answered_the_like_before_comes_first() -> None:
    matcher = two_helpers().matcher()

    assert people(matcher.match(*QUESTION))[0] == 1
    assert people(matcher.match("mosaic of tiles", "crop the raster"))[0] == 2


def test_the_posts_behind_a_match_are_the_answers_like_the_question() -> None:
    archive = two_helpers()
    best = archive.matcher().match(*QUESTION).experts[0]
    texts = {archive.written[post.message - 1].text for post in best.evidence}

    assert texts == {"fit the variogram first"}
    assert sum(post.contribution for post in best.evidence) <= 1.0 + 1e-9
    assert [post.contribution for post in best.evidence] == sorted(
        (post.contribution for post in best.evidence), reverse=True
    )


def test_earlier_threads_are_found_with_the_words_they_share() -> None:
    threads = two_helpers().matcher().match(*QUESTION).threads

    assert len(threads) == 6
    assert {"kriging", "variogram"} <= set(threads[0].shared_terms)
    assert 0 < threads[0].score < 1
    assert [thread.score for thread in threads] == sorted(
        (thread.score for thread in threads), reverse=True
    )


def test_scores_are_relative_to_the_best() -> None:
    experts = two_helpers().matcher().match(*QUESTION).experts

    assert experts[0].score == 100.0
    assert experts[1].score == pytest.approx(100 * math.exp(experts[1].value - experts[0].value))


def test_the_asker_is_no_candidate() -> None:
    matcher = two_helpers().matcher()

    assert 1 not in people(matcher.match(*QUESTION, exclude_person=1))


def test_a_limit_cuts_the_ranking() -> None:
    matcher = lively_archive().matcher()

    whole, cut = matcher.match(*QUESTION), matcher.match(*QUESTION, limit=2)

    assert cut.experts == whole.experts[:2]
    assert matcher.match(*QUESTION, limit=0).experts == ()


def test_people_of_the_questions_own_list_are_preferred() -> None:
    archive = Archive()
    for number in range(6):
        for helper, column in ((1, 0), (2, 1)):
            question = archive.ask(
                10 * helper + number, 15 * number + helper, "kriging", lists=(column,)
            )
            archive.reply(
                helper, 15 * number + helper + 1, question, "the variogram", lists=(column,)
            )
    matcher = archive.matcher()

    assert people(matcher.match(*QUESTION, list_column=0))[0] == 1
    assert people(matcher.match(*QUESTION, list_column=1))[0] == 2


def test_who_went_silent_falls_behind_who_is_active() -> None:
    archive = Archive()
    for number in range(6):
        archive.answered(10 + number, 1, 10 * number, "the variogram", subject="kriging")
        archive.answered(30 + number, 2, 900 + 10 * number, "the variogram", subject="kriging")

    assert people(archive.matcher().match(*QUESTION)) == [2, 1]


@given(seed=st.integers(0, 500), share=st.floats(0.1, 1.0))
def test_a_match_as_of_a_day_is_the_match_of_that_days_archive(seed: int, share: float) -> None:
    archive = lively_archive(seed, posts=120, people=10)
    day = share * archive.written[-1].day
    instant = START + round(day * DAY)

    then = archive.matcher().match(*QUESTION, as_of=instant, list_column=0)
    alone = archive.until(day).matcher().match(*QUESTION, as_of=instant, list_column=0)

    assert people(then) == people(alone)
    assert [line.value for line in then.experts] == pytest.approx(
        [line.value for line in alone.experts], rel=1e-5
    )
    assert [thread.thread for thread in then.threads] == [thread.thread for thread in alone.threads]


def test_before_the_first_answer_nobody_is_known() -> None:
    result = two_helpers().matcher().match(*QUESTION, as_of=START - 1)

    assert result == MatchResult((), (), PAKAR_1_1.name)


def test_an_empty_archive_matches_nobody() -> None:
    assert Archive().matcher().match(*QUESTION) == MatchResult((), (), PAKAR_1_1.name)


def test_a_question_of_unknown_words_falls_back_on_activity() -> None:
    result = two_helpers().matcher().match("zymurgy", "qwertz")

    assert sorted(people(result)) == [1, 2]
    assert all(math.isfinite(line.value) for line in result.experts)
    assert result.threads == ()


def test_the_best_documents_of_what_was_found_stay_in_date_order() -> None:
    matcher = lively_archive().matcher()
    found = matcher.index.find(matcher.columns(*QUESTION), 2**40)

    best = found.best(7)

    assert sorted(best.scores, reverse=True) == sorted(found.scores, reverse=True)[:7]
    assert best.documents.tolist() == sorted(best.documents.tolist())
    assert found.best(10**6) is found


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\x00\ufffd",
        "kriging " * 500_000,
        "x" * 2_000_000,
        " ".join(f"w{n}" for n in range(99_999)),
    ],
    ids=["empty", "control", "one word", "one long word", "many words"],
)
def test_a_hostile_question_is_answered_soon(body: str) -> None:
    matcher = lively_archive().matcher()
    started = time.perf_counter()

    result = matcher.match("", body)

    assert time.perf_counter() - started < 2
    assert all(np.isfinite(line.score) for line in result.experts)


@pytest.mark.parametrize(
    ("formula", "answers", "recency"), [(PAKAR_1, 0.19, 0.215), (PAKAR_1_1, 0.1, 0.1)]
)
def test_the_formula_is_computed_as_it_is_written(
    formula: Formula, answers: float, recency: float
) -> None:
    archive = two_helpers()
    matcher: Matcher = archive.matcher()
    posts = archive.posts()
    as_of = int(posts.date[-1]) + 3 * DAY
    found = matcher.index.find(matcher.columns(*QUESTION), as_of)

    values = matcher.values(found, as_of, 0, formula)

    for number, person in enumerate(matcher.people.tolist()):
        mine = matcher.index.person[: found.known] == number
        if not mine.any():
            assert values[number] == -np.inf
            continue
        votes = {1: 0.0, 2: 0.0}
        active = {1: 0.0, 2: 0.0}
        for document in range(found.known):
            helper = int(matcher.people[matcher.index.person[document]])
            active[helper] += 2 ** (-found.age[document] / 30)
            at = np.flatnonzero(found.documents == document)
            if len(at):
                closeness = math.exp(5 * found.scores[at[0]] / found.scores.max())
                decay = 2 ** (-found.age[document] / 545)
                votes[helper] += closeness * found.weight[document] * decay
        text = {helper: vote * 6 / 9 for helper, vote in votes.items()}
        mixed = {
            helper: 0.85 * text[helper] / max(text.values())
            + 0.15 * active[helper] / max(active.values())
            for helper in votes
        }
        ages = found.age[mine]
        year, quarter = np.sum(2 ** (-ages / 365)), np.sum(2 ** (-ages / 90))
        expected = (
            math.log(mixed[person] / max(mixed.values()) + 0.003)
            + 0.64 * math.log(year / (year + 0.5) + 0.003)
            + answers * math.log(1 + quarter)
            - recency * math.log(ages.min() + 0.01)
        )
        assert values[number] == pytest.approx(expected)
