"""A contribution is what the score would lose without the post."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation.evidence.build import build_ledger
from reputation.standing.explanation import contributions, overall_contributions
from reputation.standing.model import StandingModel, TopicState
from reputation.topics.topicality import text_weights
from tests.reputation.archives_cut import only_posts
from tests.reputation.builders import Archive, lively_archive

KRIGING = text_weights("kriging variogram")


def model_without(model: StandingModel, message: int) -> StandingModel:
    """The model of an archive that never had the message."""
    kept = model.posts.message != message
    posts = only_posts(model.posts, kept)
    terms = model.terms.take(np.flatnonzero(kept))
    return StandingModel(posts, terms, build_ledger(posts), model.vocabulary)


def standing_of(model: StandingModel, state: TopicState, person: int) -> float:
    """S of a person (id)."""
    return float(state.factors.value[model.ledger.people == person].sum())


def work_of_others(model: StandingModel, person: int) -> list[float]:
    """The weights of everybody else's evidence."""
    ledger = model.ledger
    return sorted(ledger.weight()[ledger.people[ledger.person] != person].tolist())


def lost_without(model: StandingModel, message: int, person: int, text: str) -> float:
    """The share of S that goes when an archive that never had the message is scored."""
    before, after = model, model_without(model, message)
    left = standing_of(after, after.topic(text_weights(text)), person)
    return max(0.0, 1.0 - left / standing_of(before, before.topic(text_weights(text)), person))


@settings(max_examples=40)
@given(seed=st.integers(0, 500))
def test_contributions_are_what_an_archive_without_the_post_loses(seed: int) -> None:
    model = lively_archive(seed, posts=120, people=8).model()
    state = model.topic(text_weights("kriging"))

    for line in model.scored(state, draws=0):
        every = {item.message: item for item in contributions(model, state, line.person)}
        for item in contributions(model, state, line.person, 2):
            # Nothing is shown by its first estimate alone.
            assert item == every[item.message]
            expected = lost_without(model, item.message, line.person, "kriging")
            # So few posts let one of them change how rare every word is: two seeds by 0.04.
            assert item.contribution == pytest.approx(expected, abs=0.045)


@settings(max_examples=40)
@given(seed=st.integers(0, 1_000))
def test_where_words_do_not_count_a_contribution_is_exactly_what_the_archive_loses(
    seed: int,
) -> None:
    model = lively_archive(seed, posts=120, people=8).model()
    pinned = np.unique(model.posts.thread).tolist()
    state = model.topic({}, pinned=pinned)
    compared = 0

    for line in model.scored(state, draws=0):
        for item in contributions(model, state, line.person):
            after = model_without(model, item.message)
            others = work_of_others(model, line.person)
            if work_of_others(after, line.person) == pytest.approx(others, abs=1e-12):
                left = standing_of(after, after.topic({}, pinned=pinned), line.person)
                lost = max(0.0, 1.0 - left / line.value)
                assert item.contribution == pytest.approx(lost, abs=1e-9)
                compared += 1
    assert compared


def test_later_answers_of_the_thread_move_up_when_an_earlier_one_goes() -> None:
    archive = Archive()
    question = archive.ask(1, 0, subject="kriging")
    first = archive.reply(2, 1, question, "the variogram of kriging")
    follow_up = archive.reply(1, 2, first, "and then")
    archive.reply(2, 3, follow_up, "the variogram of kriging")
    archive.answered(3, 2, 10, "the raster", subject="raster")
    model = archive.model()
    state = model.topic(text_weights("kriging"))

    items = {item.message: item.contribution for item in contributions(model, state, 2)}

    for place, contribution in items.items():
        expected = lost_without(model, place, 2, "kriging")
        assert contribution == pytest.approx(expected, abs=0.01)
    # The second answer, half a one beside the first, would be a whole one without it.
    assert items[first + 1] < 0.25


def test_the_only_answer_of_the_best_thread_lets_the_other_threads_rise() -> None:
    archive = Archive()
    best = archive.answered(1, 2, 0, "kriging", subject="kriging kriging")
    for number in range(4):
        archive.answered(10 + number, 2, 40 * number, "a kriging map", subject="maps of snow")
    model = archive.model()
    state = model.topic(text_weights("kriging"))

    items = {item.message: item.contribution for item in contributions(model, state, 2)}

    assert state.theta.min() < 0.5
    assert items[best + 1] == pytest.approx(lost_without(model, best + 1, 2, "kriging"), abs=0.01)


def test_the_largest_contribution_comes_first_and_a_limit_cuts() -> None:
    model = lively_archive().model()
    state = model.topic(KRIGING)
    best = model.scored(state, draws=0)[0].person

    items = contributions(model, state, best)
    shares = [item.contribution for item in items]

    assert shares == sorted(shares, reverse=True)
    assert contributions(model, state, best, 2) == items[:2]


def test_the_only_answer_is_all_of_the_score() -> None:
    archive = Archive()
    answer = archive.answered(1, 2, 0, "variogram of kriging", subject="kriging")
    model = archive.model()

    (item,) = contributions(model, model.topic(KRIGING), 2)

    assert (item.message, item.kind) == (answer + 1, "answer")
    assert item.contribution == pytest.approx(1.0)


@pytest.mark.parametrize("person", [1, 77])
def test_who_has_no_standing_has_no_evidence(person: int) -> None:
    archive = Archive()
    archive.answered(1, 2, 0, "variogram of kriging", subject="kriging")
    model = archive.model()

    assert contributions(model, model.topic(KRIGING), person) == ()
    assert overall_contributions(model, person) == ()


def test_over_all_topics_contributions_are_shares_of_the_work() -> None:
    model = lively_archive().model()
    person = int(model.ledger.people[model.ledger.person[0]])

    items = overall_contributions(model, person)

    assert sum(item.contribution for item in items) == pytest.approx(1.0)
    assert len(overall_contributions(model, person, 1)) == 1
