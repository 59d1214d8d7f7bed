"""The formula of S serves one value a row and many alike."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation.evidence.ledger import NEVER
from reputation.standing.formula import Factors, active_months, all_work, factors, topic_work
from reputation.standing.interval import resampled_standing
from reputation.standing.model import StandingModel, TopicState
from reputation.topics.topicality import text_weights
from tests.reputation.builders import lively_archive

KRIGING = text_weights("kriging")


def factors_at(model: StandingModel, state: TopicState, instants: object) -> Factors:
    """The factors of everybody at one instant, or at several, θ taken as it is today."""
    work, people = all_work(model.ledger, instants), len(model.ledger.people)  # type: ignore[arg-type]
    z = state.evidence.z[:, None] if np.ndim(instants) else state.evidence.z  # type: ignore[arg-type]
    all_of_them = topic_work(work, people)
    return factors(
        work.take(state.entries).on_topic(z),
        all_of_them,
        active_months(work, people),
        all_of_them.sum(axis=0),
    )


@settings(max_examples=20)
@given(seed=st.integers(0, 1_000))
def test_a_column_is_what_its_instant_alone_gives(seed: int) -> None:
    model = lively_archive(seed, posts=150, people=10).model()
    state = model.topic(KRIGING)
    instants = np.append(model.posts.date[:: len(model.posts) // 4], NEVER - 1)

    table = factors_at(model, state, instants)

    for place, instant in enumerate(instants.tolist()):
        alone = factors_at(model, state, instant)
        for field in fields(Factors):
            column = getattr(table, field.name)[..., place]
            assert np.allclose(column, getattr(alone, field.name), rtol=1e-12), field.name


def test_the_factors_of_today_are_those_of_the_last_column() -> None:
    model = lively_archive().model()
    state = model.topic(KRIGING)

    table = factors_at(model, state, np.array([NEVER - 1]))

    assert np.array_equal(table.steadiness[:, 0], state.factors.steadiness)
    assert np.array_equal(table.on_topic[:, 0], state.factors.on_topic)
    assert np.array_equal(table.helped[:, 0], state.factors.helped)
    assert np.array_equal(table.presence[:, 0], state.factors.presence)


def test_where_each_asker_is_drawn_once_the_draw_is_the_standing() -> None:
    model = lively_archive().model()
    state = model.topic(KRIGING)
    shown = np.flatnonzero(state.factors.value)
    once = np.ones((len(model.ledger.people), 2), dtype=np.float32)

    drawn = resampled_standing(
        shown, evidence=state.evidence, work=state.scope.work, point=state.factors, draws=once
    )

    assert len(shown) > 5
    assert np.allclose(drawn, state.factors.value[shown, None], rtol=1e-5)
