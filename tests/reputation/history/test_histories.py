"""Histories: month by month what was known then, and the reductions to quarter and year."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.arrays import distinct
from reputation.evidence.ledger import Kind
from reputation.history.histories import HistoryModel
from reputation.history.months import Months, period_groups, period_names
from reputation.standing.formula import Evidence, entropy, factors, focus, scale
from reputation.standing.model import StandingModel, TopicState
from reputation.topics.topicality import ON_TOPIC, text_weights
from tests.reputation.builders import Archive, lively_archive

QUERIES = {1: "kriging variogram", 2: "shapefile driver", 3: "raster mosaic"}


def history_of(model: StandingModel) -> tuple[HistoryModel, dict[int, TopicState]]:
    states = {topic: model.topic(text_weights(text)) for topic, text in QUERIES.items()}
    return HistoryModel(model, states), states


def plain_scores(model: StandingModel, state: TopicState, end: int) -> dict[int, float]:
    """Scores from the weights of that instant, by the functions that rank today."""
    ledger, people = model.ledger, len(model.ledger.people)
    weight, vouched = ledger.weight(end), ledger.vouched(end)
    work = ledger.kind == Kind.WORK
    known = state.entries[weight[state.entries] > 0]
    z = dict(zip(state.entries.tolist(), state.evidence.z.tolist(), strict=True))
    rows = np.array([z[entry] for entry in known.tolist()])
    month = ledger.date // (30 * 86_400)
    evidence = Evidence(
        person=ledger.person[known],
        asker=ledger.asker[known],
        month=month[known],
        z=rows,
        mass=rows * weight[known],
        counted=(vouched & ~work)[known],
        work=work[known],
    )
    active = vouched & (weight > 0)
    work_of = np.bincount(ledger.person, weight, people).astype(np.float64)
    months = distinct(ledger.person[active], month[active], people)
    result = factors(evidence, work_of, months.astype(np.float64), work_of.sum())
    shown = known[model.entry_theta(state.theta)[known] >= ON_TOPIC]
    return {
        int(ledger.people[who]): float(scale(result.value[who]))
        for who in np.unique(ledger.person[shown]).tolist()
        if result.value[who] > 0
    }


@given(seed=st.integers(0, 300))
def test_each_month_has_the_scores_and_ranks_of_what_was_known_at_its_end(seed: int) -> None:
    model = lively_archive(seed, posts=120, people=8).model()
    history, states = history_of(model)
    months = Months.of(model.posts.date)
    names = period_names(months, "month")

    for name, end in list(zip(names, months.ends.tolist(), strict=True))[::3]:
        expected = plain_scores(model, states[1], end)
        ranked = sorted(expected, key=lambda person: -expected[person])
        for person in expected:
            records = history.history(person).topics[1]
            record = next(record for record in records if record.period == name)
            assert record.score == pytest.approx(expected[person], rel=1e-4)
            assert record.rank is not None
            assert expected[ranked[record.rank - 1]] == pytest.approx(expected[person], rel=1e-4)


def test_the_last_month_agrees_with_the_ranking_of_today() -> None:
    model = lively_archive().model()
    history, states = history_of(model)

    for line in model.scored(states[1], draws=0):
        last = history.history(line.person).topics[1][-1]
        assert last.rank == line.rank
        assert last.score == pytest.approx(line.score, rel=1e-4)


def test_before_the_first_answer_on_the_topic_there_is_no_rank() -> None:
    archive = Archive()
    # One passing mention in a long text: far below what is shown as on the topic.
    archive.answered(50, 1, 0, "kriging " + "compiler linker loader " * 40, subject="linker")
    for number in range(8):
        archive.answered(10 + number, 2, 10 * number, "the variogram", subject="kriging variogram")
    archive.answered(60, 1, 200, "the variogram", subject="kriging variogram")
    model = archive.model()
    history, states = history_of(model)
    theta = model.entry_theta(states[1].theta)

    records = history.history(1).topics[1]
    line = history.topic(1).of(int(np.flatnonzero(model.ledger.people == 1)[0]))

    assert 0 < theta[0] < ON_TOPIC
    assert line.on_topic[0] > 0
    assert line.rank[:6].tolist() == [0] * 6
    assert records[0].rank is not None


def test_counts_add_up_to_those_of_the_ranking() -> None:
    model = lively_archive().model()
    history, states = history_of(model)

    for line in model.scored(states[1], draws=0):
        records = history.history(line.person).topics[1]
        assert sum(record.posts for record in records) == line.posts
        assert sum(record.answers for record in records) == line.answers
        assert sum(record.thanks for record in records) == line.thanks


def test_the_shares_of_a_month_sum_to_one() -> None:
    model = lively_archive().model()
    history, _ = history_of(model)
    shares: dict[str, float] = {}
    for person in model.ledger.people.tolist():
        for record in history.history(person).topics.get(1, ()):
            shares[record.period] = shares.get(record.period, 0.0) + record.share

    assert shares
    assert all(share == pytest.approx(1.0) or share == 0.0 for share in shares.values())


def test_quarters_and_years_sum_counts_and_keep_the_score_at_their_end() -> None:
    model = lively_archive().model()
    history, states = history_of(model)
    person = model.scored(states[1], draws=0)[0].person

    months = history.history(person, "month").topics[1]
    years = history.history(person, "year").topics[1]
    quarters = history.history(person, "quarter").topics[1]

    assert sum(one.answers for one in months) == sum(one.answers for one in years)
    assert sum(one.posts for one in months) == sum(one.posts for one in quarters)
    for year in years:
        last = [month for month in months if month.period.startswith(year.period)][-1]
        assert (year.score, year.rank) == (last.score, last.rank)


def test_periods_are_named_by_the_calendar() -> None:
    dates = [datetime(2018, 11, 30, 23, 59, 59, tzinfo=UTC), datetime(2019, 4, 1, tzinfo=UTC)]
    months = Months.of(np.array([int(date.timestamp()) for date in dates]))

    assert period_names(months, "month") == [
        "2018-11",
        "2018-12",
        "2019-01",
        "2019-02",
        "2019-03",
        "2019-04",
    ]
    assert period_names(months, "quarter") == ["2018-Q4", "2019-Q1", "2019-Q2"]
    assert period_names(months, "year") == ["2018", "2019"]
    assert [group.tolist() for group in period_groups(months, "quarter")] == [[0, 2, 5], [2, 5, 6]]
    assert months.ends[0] == int(dates[0].timestamp())
    assert months.ends[-1] == int(dates[1].timestamp())


def test_an_unknown_person_or_a_mere_asker_has_no_history() -> None:
    archive = Archive()
    archive.answered(1, 2, 0, "the variogram", subject="kriging")
    history, _ = history_of(archive.model())

    assert history.history(77).topics == {}
    assert history.history(1).topics == {}
    assert history.history(1).focus == ()


def test_an_empty_archive_has_no_history() -> None:
    history, _ = history_of(Archive().model())

    assert history.history(1).topics == {}


def test_an_unknown_granularity_is_refused() -> None:
    history, _ = history_of(Archive().model())

    with pytest.raises(ValueError, match="month, quarter, year"):
        history.history(1, "week")


def test_focus_falls_when_the_work_spreads_over_topics() -> None:
    archive = Archive()
    for number in range(4):
        archive.answered(10 + number, 1, 40 * number, "the variogram", subject="kriging")
    for number in range(4):
        archive.answered(20 + number, 1, 200 + 40 * number, "the driver", subject="shapefile")
    history, _ = history_of(archive.model())

    records = history.history(1).focus

    assert records[0].focus == pytest.approx(1.0)
    assert records[0].topics == 1
    assert records[-1].topics == 2
    assert records[-1].focus == pytest.approx(1 - np.log(2) / np.log(3), abs=0.02)


def test_entropy_and_focus_at_their_ends() -> None:
    assert entropy(np.array([1.0, 1.0, 0.0])) == pytest.approx(np.log(2))
    assert focus(np.array([3.0, 0.0])) == 1.0
    assert focus(np.array([2.0, 2.0])) == pytest.approx(0.0)
    assert focus(np.zeros(3)) == 0.0
    assert focus(np.array([1.0])) == 1.0
