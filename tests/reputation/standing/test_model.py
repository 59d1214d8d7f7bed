"""Standing: the formula, what raises it, what must not, and the edges of an archive."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from reputation.arrays import rounded
from reputation.corpus.bm25 import Bm25
from reputation.corpus.postings import GrowingPostings
from reputation.evidence.ledger import MONTH_SECONDS, Kind
from reputation.results import Standing
from reputation.standing.formula import scale, standing
from reputation.standing.levels import Level, level
from reputation.standing.model import StandingModel
from reputation.topics.topicality import text_weights
from tests.reputation.builders import DAY, START, Archive, lively_archive

KRIGING = text_weights("kriging variogram")


def people(ranking: list[Standing]) -> list[int]:
    return [line.person for line in ranking]


def plain_standing(model: StandingModel, weights: dict[str, float]) -> dict[int, float]:
    """S of everybody by the formula as it is written, one row of the ledger at a time."""
    ledger, topicality = model.ledger, model.topicality
    query = topicality.query(weights)
    theta, coverage = topicality.theta(query), topicality.coverage(query)
    weight, vouched = ledger.weight(), ledger.vouched()
    monthly: dict[tuple[int, int], float] = defaultdict(float)
    asked: dict[tuple[int, int], float] = defaultdict(float)
    on_topic: dict[int, float] = defaultdict(float)
    all_work: dict[int, float] = defaultdict(float)
    works: dict[int, float] = defaultdict(float)
    months: dict[int, set[int]] = defaultdict(set)
    for row in range(len(ledger)):
        person, month = int(ledger.person[row]), int(ledger.date[row]) // MONTH_SECONDS
        all_work[person] += weight[row]
        if vouched[row] and weight[row] > 0:
            months[person].add(month)
        document = ledger.thread[row]
        z = theta[document] * (0.1 + 0.9 * coverage[row])
        if ledger.kind[row] == Kind.WORK:
            z = theta[document]
            works[person] += z
        elif vouched[row]:
            asked[person, int(ledger.asker[row])] += z
        monthly[person, month] += z * weight[row]
        on_topic[person] += z * weight[row]
    rate = float(rounded(sum(on_topic.values()) / sum(all_work.values())))
    result = {}
    for person, work in all_work.items():
        v = sum(math.sqrt(mass) for (who, _), mass in monthly.items() if who == person)
        n = works[person] + sum(min(1, z) for (who, _), z in asked.items() if who == person)
        f = (on_topic[person] + 2 * rate) / (work + 2)
        y = len(months[person])
        result[int(ledger.people[person])] = v * math.sqrt(f) * n / (n + 3) * y / (y + 24)
    return result


@given(seed=st.integers(0, 1000))
def test_the_vectors_compute_the_formula_as_it_is_written(seed: int) -> None:
    model = lively_archive(seed, posts=120, people=10).model()

    expected = plain_standing(model, KRIGING)
    ranking = model.rank(KRIGING, draws=0)

    assert ranking
    for line in ranking:
        assert line.value == pytest.approx(expected[line.person])
        assert line.score == pytest.approx(float(scale(np.array(line.value))))


def test_the_ranking_falls_and_its_numbers_are_sound() -> None:
    ranking = lively_archive().model().rank(KRIGING)

    assert [line.rank for line in ranking] == list(range(1, len(ranking) + 1))
    assert [line.value for line in ranking] == sorted(
        (line.value for line in ranking), reverse=True
    )
    for line in ranking:
        assert 0 <= line.low <= line.score <= line.high <= 100
        for component in (line.authority, line.recognition, line.consistency, line.presence):
            assert 0 <= component <= 1
        assert line.posts >= line.answers - 1
        assert line.thanks <= line.answers
        assert line.first <= line.last


def test_the_same_archive_gives_the_same_ranking() -> None:
    assert lively_archive().model().rank(KRIGING) == lively_archive().model().rank(KRIGING)


def test_a_limit_cuts_the_ranking_and_changes_no_line_of_it() -> None:
    model = lively_archive().model()

    whole, cut = model.rank(KRIGING), model.rank(KRIGING, limit=3)

    assert cut == whole[:3]


@pytest.mark.parametrize("weights", [{}, {"unheard-of": 1.0}, {"kriging": 0.0}])
def test_words_that_nobody_wrote_rank_nobody(weights: dict[str, float]) -> None:
    assert lively_archive().model().rank(weights) == []


def test_an_empty_archive_ranks_nobody() -> None:
    assert Archive().model().rank(KRIGING) == []
    assert Archive().model().as_of(START).rank(KRIGING) == []


def test_one_person_alone_ranks_nobody() -> None:
    archive = Archive()
    archive.ask(1, 0, "kriging", "variogram")

    assert archive.model().rank(KRIGING) == []


def test_all_mail_by_one_author_ranks_nobody() -> None:
    archive = Archive()
    for number in range(20):
        archive.answered(1, 1, 3 * number, "variogram", subject="kriging")

    assert archive.model().rank(KRIGING) == []


def test_the_helper_on_the_topic_outranks_the_helper_on_everything() -> None:
    archive = Archive()
    for number in range(12):
        archive.answered(100 + number, 1, 10 * number, "variogram of kriging", subject="kriging")
        archive.answered(
            200 + number, 2, 10 * number + 3, "variogram of kriging", subject="kriging"
        )
        for other in range(3):
            archive.answered(
                300 + 10 * number + other, 2, 10 * number + 5, "crop it", subject="raster mosaic"
            )

    ranking = archive.model().rank(KRIGING)

    assert people(ranking)[:2] == [1, 2]
    assert ranking[0].consistency > ranking[1].consistency


def test_steady_help_outranks_one_busy_month() -> None:
    archive = Archive()
    for number in range(12):
        archive.answered(100 + number, 1, 40 * number, "variogram of kriging", subject="kriging")
        archive.answered(200 + number, 2, 40 + number, "variogram of kriging", subject="kriging")

    assert people(archive.model().rank(KRIGING))[:2] == [1, 2]


def test_unvouched_sock_puppets_leave_their_owner_last() -> None:
    archive = lively_archive()
    last = archive.written[-1].day
    for sock in range(20):
        for turn in range(5):
            answer = archive.answered(
                900 + sock, 666, last + turn, "the variogram of kriging", subject="kriging"
            )
            archive.reply(900 + sock, last + turn + 2, answer, "that solved it", thanks=True)
    model = archive.model()

    ranking = model.rank(KRIGING)

    assert model.ledger.mature_at < START + last * DAY
    assert 666 not in people(ranking) or people(ranking)[-1] == 666


def test_the_authority_gate_lowers_those_whom_no_established_person_asked() -> None:
    model = lively_archive().model()

    plain, gated = model.rank(KRIGING, draws=0), model.rank(KRIGING, draws=0, gated=True)
    value = {line.person: line for line in plain}

    for line in gated:
        factor = 0.2 + 0.8 * line.authority
        assert line.value == pytest.approx(value[line.person].value * factor)


def test_scores_stay_when_unrelated_people_come() -> None:
    archive = lively_archive()
    before = {line.person: line.score for line in archive.model().rank(KRIGING, draws=0)}
    last = archive.written[-1].day
    for number in range(100):
        archive.answered(
            5000 + number, 6000 + number % 7, last + number, "try the compiler", subject="linker"
        )

    after = {line.person: line.score for line in archive.model().rank(KRIGING, draws=0)}

    assert set(after) == set(before)
    for person, score in before.items():
        assert after[person] == pytest.approx(score, abs=3.0)


def test_the_past_is_ranked_by_what_was_known_then() -> None:
    archive = lively_archive()
    middle = archive.written[200].day
    early = archive.until(middle)
    instant = START + round(middle * DAY)

    then, alone = archive.model().as_of(instant).rank(KRIGING), early.model().rank(KRIGING)

    assert then == alone
    assert then != archive.model().rank(KRIGING)


def test_a_list_counts_only_what_came_to_it() -> None:
    archive = Archive()
    for number in range(5):
        text = "variogram of kriging"
        here = archive.ask(10 + number, 9 * number, "kriging", lists=(0,))
        archive.reply(1, 9 * number + 1, here, text, lists=(0,))
        there = archive.ask(30 + number, 9 * number, "kriging", lists=(1,))
        archive.reply(2, 9 * number + 1, there, text, lists=(1,))
    model = archive.model()

    assert people(model.rank(KRIGING, lists=[True, False])) == [1]
    assert people(model.rank(KRIGING, lists=[False, True])) == [2]
    assert model.rank(KRIGING, lists=[True, True]) == model.rank(KRIGING)
    assert model.rank(KRIGING, lists=[False, False]) == []


def two_topics() -> Archive:
    archive = Archive()
    for number in range(6):
        archive.answered(10 + number, 1, 20 * number, "the variogram", subject="kriging rainfall")
        archive.answered(20 + number, 2, 20 * number + 5, "the layer", subject="kriging shapefile")
        archive.answered(30 + number, 3, 20 * number + 9, "the mosaic", subject="raster")
    return archive


def test_a_word_of_negative_weight_takes_its_threads_out() -> None:
    model = two_topics().model()

    assert set(people(model.rank({"kriging": 1.0}))) == {1, 2}
    assert people(model.rank({"kriging": 1.0, "shapefile": -1.0})) == [1]


def test_theta_is_the_cube_of_the_score_relative_to_the_best_thread() -> None:
    archive = Archive()
    for number, text in enumerate(["kriging kriging kriging", "kriging and rasters", "rasters"]):
        archive.answered(10 + number, 1, 9 * number, text, subject=text)
    model = archive.model()
    query = model.topicality.query({"kriging": 1.0})
    words = thread_words(archive)
    every = np.ones(words.shape[0], dtype=np.bool_)
    postings = GrowingPostings.of(np.arange(len(every)), lambda rows: csr_array(words[rows]))
    scores = Bm25(postings, every).scores(query.terms, query.weights)

    theta = model.topicality.theta(query)

    assert theta == pytest.approx((scores / scores.max()) ** 3)
    assert theta.max() == 1.0
    assert 0 < theta[1] < 1
    assert theta[2] == 0.0


def thread_words(archive: Archive) -> csr_array:
    """Words of each thread: its subject three times, and the text of all its posts."""
    subjects, texts = archive.terms().rows(archive.posts().message)
    thread = archive.posts().thread
    first = [int(np.flatnonzero(thread == one)[0]) for one in dict.fromkeys(thread.tolist())]
    rows = [
        texts[np.flatnonzero(thread == thread[root])].sum(axis=0)
        + 3 * subjects[[root]].toarray()[0]
        for root in first
    ]
    return csr_array(np.array(rows, dtype=np.float32))


def test_pinned_threads_count_fully_and_excluded_ones_not_at_all() -> None:
    archive = two_topics()
    model = archive.model()
    rasters = {post.thread + 1 for post in archive.written if post.subject == "raster"}
    shapefiles = {post.thread + 1 for post in archive.written if "shapefile" in post.subject}

    assert 3 in people(model.rank({"kriging": 1.0}, pinned=rasters))
    assert people(model.rank({"kriging": 1.0}, excluded=shapefiles)) == [1]
    assert people(model.rank({}, pinned=rasters)) == [3]
    assert model.rank({}, pinned={999_999}) == []


def test_where_every_word_is_common_the_rarest_one_decides() -> None:
    archive = Archive()
    for number in range(240):
        on_rasters = number < 90
        archive.answered(
            1000 + number,
            1 + on_rasters,
            number,
            "data",
            subject="raster" if on_rasters else "data",
        )

    assert people(archive.model().rank(text_weights("raster data"), draws=0))[0] == 2


def test_a_single_helped_person_makes_a_wide_interval() -> None:
    archive = Archive()
    for number in range(12):
        archive.answered(100, 1, 40 * number, "variogram of kriging", subject="kriging")
        archive.answered(
            200 + number, 2, 40 * number + 2, "variogram of kriging", subject="kriging"
        )
    lines = {line.person: line for line in archive.model().rank(KRIGING)}

    assert lines[1].low < lines[1].score - 10
    assert lines[2].high - lines[2].low < lines[1].high - lines[1].low


def test_reviewed_work_raises_standing() -> None:
    archive = lively_archive()
    last = archive.written[-1].day
    before = {line.person: line.value for line in archive.model().rank(KRIGING, draws=0)}
    for number in range(5):
        work = archive.ask(29, last + 40 * number, "[PATCH] kriging variogram", offers=True)
        archive.reply(0, last + 40 * number + 1, work, "looks right")

    after = {line.person: line.value for line in archive.model().rank(KRIGING, draws=0)}

    assert after[29] > before.get(29, 0.0)


@pytest.mark.parametrize(
    ("helped", "months", "built_upon", "top", "expected"),
    [
        (0.0, 1, 0, False, Level.NOT_ENOUGH),
        (1.0, 1, 0, True, Level.PARTICIPANT),
        (3.0, 1, 0, True, Level.CONTRIBUTOR),
        (10.0, 5, 9, True, Level.CONTRIBUTOR),
        (10.0, 6, 0, False, Level.REFERENCE),
        (25.0, 24, 5, True, Level.RECOGNISED_EXPERT),
        (24.9, 24, 5, True, Level.REFERENCE),
        (25.0, 23, 5, True, Level.REFERENCE),
        (25.0, 24, 4, True, Level.REFERENCE),
        (25.0, 24, 5, False, Level.REFERENCE),
    ],
)
def test_levels_stand_behind_hard_gates(
    helped: float, months: int, built_upon: int, top: bool, expected: Level
) -> None:
    assert level(helped, months, built_upon, top) == expected


def test_scores_rise_with_standing_from_zero_to_below_a_hundred() -> None:
    scores = scale(np.array([0.0, 1e-9, 0.25, 4.0, 1e9]))

    assert scores[0] == 0.0
    assert scores[2] == pytest.approx(50.0)
    assert np.all(np.diff(scores) > 0)
    assert scores[-1] < 100.0


def test_standing_is_the_product_of_its_factors() -> None:
    value = standing(np.array(4.0), np.array(0.25), np.array(3.0), np.array(0.5))

    assert value == pytest.approx(4.0 * 0.5 * 0.5 * 0.5)
