"""A contribution is what the score would lose without the post."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.consistency import active_months
from reputation.explanation import contributions, overall_contributions
from reputation.factors import Evidence, factors
from reputation.standing import StandingModel, TopicState
from reputation.topicality import text_weights
from tests.reputation.builders import Archive, lively_archive

KRIGING = text_weights("kriging variogram")


def without(evidence: Evidence, row: int) -> Evidence:
    """The evidence with one row taken out."""
    keep = np.arange(len(evidence)) != row
    return Evidence(
        person=evidence.person[keep],
        asker=evidence.asker[keep],
        month=evidence.month[keep],
        z=evidence.z[keep],
        mass=evidence.mass[keep],
        counted=evidence.counted[keep],
        work=evidence.work[keep],
    )


def plain_contribution(model: StandingModel, state: TopicState, place: int) -> float:
    """S computed from all evidence again, one post short."""
    entry = int(state.entries[place])
    work = state.scope.work
    rest = replace(work, mass=np.where(np.arange(len(work)) == entry, 0.0, work.mass))
    people = len(model.ledger.people)
    active = (rest.counted | rest.work) & (rest.mass > 0)
    again = factors(
        without(state.evidence, place),
        np.bincount(rest.person, rest.mass, people).astype(np.float64),
        active_months(rest.person[active], rest.month[active], people),
    )
    who = int(state.evidence.person[place])
    return max(0.0, 1.0 - float(again.value[who]) / float(state.factors.value[who]))


@given(seed=st.integers(0, 500))
def test_contributions_equal_the_score_computed_again(seed: int) -> None:
    model = lively_archive(seed, posts=120, people=8).model()
    state = model.topic(KRIGING)
    place_of = {
        int(model.posts.message[model.ledger.row[entry]]): place
        for place, entry in enumerate(state.entries.tolist())
    }

    for line in model.scored(state, draws=0):
        items = contributions(model, state, line.person)
        assert items
        for item in items:
            expected = plain_contribution(model, state, place_of[item.message])
            assert item.contribution == pytest.approx(expected, abs=1e-9)


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
