"""What posts count as, what they weigh, and since when that was known."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.corpus.mentions import Mentions
from reputation.evidence.build import build_ledger
from reputation.evidence.ledger import NEVER, Kind, Ledger, wilson_lower_bound
from tests.reputation.builders import DAY, START, Archive, lively_archive

ASKER, HELPER, OTHER, THIRD = 1, 2, 3, 4


def entry(archive: Archive, ledger: Ledger, place: int) -> int:
    """The ledger row of the post written at ``place``."""
    found = np.flatnonzero(ledger.row == archive.row(place))
    assert len(found) == 1, "the post is no evidence"
    return int(found[0])


def mature_archive() -> Archive:
    """An archive with three established people, 101 to 103, so that vouching is demanded."""
    archive = Archive()
    for number in range(3):
        archive.establish(101 + number, number / 10, 1000 + 20 * number)
    return archive


def test_an_answer_to_the_asker_counts_and_the_question_does_not() -> None:
    archive = Archive()
    question = archive.ask(ASKER, 0)
    archive.reply(HELPER, 1, question)

    ledger = archive.ledger()

    assert ledger.kind.tolist() == [Kind.ANSWER]
    assert ledger.weight().tolist() == [1.0]
    assert ledger.people[ledger.person].tolist() == [HELPER]
    assert ledger.people[ledger.asker].tolist() == [ASKER]


@pytest.mark.parametrize(
    ("author", "more"),
    [
        (ASKER, {}),
        (HELPER, {"automatic": True}),
        (HELPER, {"length": 19}),
    ],
    ids=["own follow-up", "automatic mail", "under 20 characters"],
)
def test_what_helps_nobody_is_no_evidence(author: int, more: dict[str, object]) -> None:
    archive = Archive()
    archive.reply(author, 1, archive.ask(ASKER, 0), "", **more)

    assert len(archive.ledger()) == 0


def test_a_reply_to_oneself_is_no_evidence() -> None:
    archive = Archive()
    answer = archive.reply(HELPER, 1, archive.ask(ASKER, 0))
    archive.reply(HELPER, 2, answer)

    assert len(archive.ledger()) == 1


def test_further_posts_in_a_thread_count_less() -> None:
    archive = Archive()
    question = archive.ask(ASKER, 0)
    answer = archive.reply(HELPER, 1, question)
    more = archive.reply(ASKER, 2, answer)
    archive.reply(HELPER, 3, more)

    weights = archive.ledger().weight()

    assert weights == pytest.approx([1.0, 1 / 2 / 2**0.25])


def test_further_answers_to_the_same_asker_count_less() -> None:
    archive = Archive()
    for number in range(3):
        archive.answered(ASKER, HELPER, 10 * number)

    assert archive.ledger().weight() == pytest.approx([1.0, 2**-0.25, 3**-0.25])


def test_discussion_weighs_half_until_the_asker_builds_on_it() -> None:
    archive = Archive()
    answer = archive.reply(HELPER, 1, archive.ask(ASKER, 0))
    remark = archive.reply(OTHER, 2, answer)
    archive.reply(ASKER, 5, remark)

    ledger = archive.ledger()
    row = entry(archive, ledger, remark)

    assert ledger.kind[row] == Kind.DISCUSSION
    assert ledger.weight(START + 4 * DAY)[row] == 0.5
    assert ledger.weight(START + 5 * DAY)[row] == 1.0


def test_only_an_established_third_person_makes_discussion_full() -> None:
    archive = mature_archive()
    for builder, weight in ((THIRD, 0.5), (101, 1.0)):
        # 102 once answered this asker, so that τ is 1 and only the discussion's half is seen.
        archive.answered(ASKER + builder, 102, 200)
        answer = archive.reply(HELPER, 301, archive.ask(ASKER + builder, 300))
        remark = archive.reply(OTHER + builder, 302, answer)
        archive.reply(builder, 303, remark)

        ledger = archive.ledger()

        assert ledger.weight()[entry(archive, ledger, remark)] == weight


def test_in_a_young_archive_everybody_is_vouched_for() -> None:
    archive = Archive()
    archive.answered(ASKER, HELPER, 0)
    ledger = archive.ledger()

    assert ledger.mature_at == NEVER
    assert ledger.vouched().all()


def test_an_unvouched_asker_weighs_three_tenths_and_is_raised_in_retrospect() -> None:
    archive = mature_archive()
    answer = archive.answered(ASKER, HELPER, 200)
    before = archive.ledger()
    archive.answered(ASKER, 101, 300)
    after = archive.ledger()

    assert before.weight()[entry(archive, before, answer)] == pytest.approx(0.3)
    assert after.weight()[entry(archive, after, answer)] == 1.0
    assert after.weight(START + 299 * DAY)[entry(archive, after, answer)] == pytest.approx(0.3)


def test_nobody_vouches_for_the_askers_of_their_own_answers() -> None:
    archive = mature_archive()
    answer = archive.answered(ASKER, 101, 200)
    ledger = archive.ledger()

    assert not ledger.vouched()[entry(archive, ledger, answer)]


def test_an_established_asker_needs_nobody_to_vouch() -> None:
    archive = mature_archive()
    answer = archive.reply(HELPER, 201, archive.ask(101, 200))
    ledger = archive.ledger()

    assert ledger.weight()[entry(archive, ledger, answer)] == 1.0


def test_ten_answers_to_five_people_over_ninety_days_establish() -> None:
    archive = mature_archive()
    ledger = archive.ledger()
    established = ledger.people[ledger.established()].tolist()

    assert sorted(established) == [101, 102, 103]
    assert ledger.established_at[ledger.people == 101].tolist() == [START + 91 * DAY]


@pytest.mark.parametrize("spacing", [1, 9.5])
def test_a_hurried_helper_is_not_established(spacing: float) -> None:
    archive = Archive()
    for number in range(10):
        archive.answered(1000 + number, HELPER, spacing * number)

    assert not archive.ledger().established().any()


def test_thanks_of_the_asker_go_to_the_answer_they_reply_to() -> None:
    archive = Archive()
    question = archive.ask(ASKER, 0)
    first, second = archive.reply(HELPER, 1, question), archive.reply(OTHER, 2, question)
    archive.reply(ASKER, 3, first, thanks=True, length=5)

    ledger = archive.ledger()

    assert ledger.thanked()[entry(archive, ledger, first)]
    assert not ledger.thanked()[entry(archive, ledger, second)]
    assert ledger.endorsement().tolist() == [1.0, 0.0]
    assert not ledger.thanked(START + 2 * DAY).any()


def test_thanks_to_nobody_in_particular_go_to_the_latest_answer() -> None:
    archive = Archive()
    question = archive.ask(ASKER, 0)
    archive.reply(HELPER, 1, question)
    second = archive.reply(OTHER, 2, question)
    archive.reply(ASKER, 3, question, thanks=True)

    ledger = archive.ledger()

    assert np.flatnonzero(ledger.thanked()).tolist() == [entry(archive, ledger, second)]


def test_thanks_of_others_or_in_the_question_itself_endorse_nobody() -> None:
    archive = Archive()
    question = archive.ask(ASKER, 0, thanks=True)
    answer = archive.reply(HELPER, 1, question)
    archive.reply(OTHER, 2, answer, thanks=True)

    assert not archive.ledger().thanked().any()


def test_endorsements_between_partners_count_half() -> None:
    archive = Archive()
    answer = archive.answered(ASKER, HELPER, 0)
    archive.reply(ASKER, 2, answer, thanks=True)
    archive.answered(HELPER, ASKER, 10)

    ledger = archive.ledger()

    assert ledger.endorsement()[entry(archive, ledger, answer)] == 0.5
    assert ledger.endorsement(START + 5 * DAY)[entry(archive, ledger, answer)] == 1.0


def test_links_and_names_endorse_only_when_they_are_told() -> None:
    archive = mature_archive()
    answer = archive.answered(ASKER, HELPER, 200)
    later = archive.answered(OTHER, 101, 300)
    question = archive.row(answer - 1)
    mentions = Mentions(
        links=np.array([[archive.row(later), archive.row(answer)]]),
        named=np.array([[question, HELPER]]),
    )

    untold, told = archive.ledger(), archive.ledger(mentions)
    row = entry(archive, told, answer)

    assert untold.endorsement()[row] == 0.0
    assert told.endorsement()[row] == 0.75
    assert told.endorsement(START + 250 * DAY)[row] == 0.25


def test_agreement_of_an_established_third_person_endorses() -> None:
    archive = mature_archive()
    answer = archive.answered(ASKER, HELPER, 200)
    agreeing = archive.reply(101, 202, answer)
    agrees = np.zeros(len(archive.written), dtype=np.bool_)
    agrees[archive.row(agreeing)] = True

    ledger = archive.ledger(Mentions(agrees=agrees))

    assert ledger.endorsement()[entry(archive, ledger, answer)] == 0.5
    assert ledger.built_by.tolist().count(int(np.flatnonzero(ledger.people == 101)[0])) == 1


def test_the_asker_answering_back_has_not_built_upon_an_answer() -> None:
    archive = mature_archive()
    answer = archive.reply(HELPER, 201, archive.ask(101, 200))
    archive.reply(101, 202, answer)
    remark = archive.reply(OTHER, 202.5, answer)
    archive.reply(101, 203, remark)
    only_asker = archive.ledger()
    archive.reply(102, 204, answer)
    third_person = archive.ledger()

    assert only_asker.built_entry.tolist() == []
    assert third_person.built_entry.tolist() == [entry(archive, third_person, answer)]
    assert third_person.people[third_person.built_by].tolist() == [102]


@pytest.mark.parametrize(("reviewer", "counts"), [(101, True), (OTHER, False)])
def test_an_offered_work_counts_once_an_established_person_reviewed_it(
    reviewer: int, counts: bool
) -> None:
    archive = mature_archive()
    work = archive.ask(HELPER, 200, "[PATCH] fix", offers=True)
    archive.reply(reviewer, 210, work)

    ledger = archive.ledger()
    rows = np.flatnonzero(ledger.kind == Kind.WORK)

    assert len(rows) == int(counts)
    if counts:
        assert ledger.weight()[rows].tolist() == [1.0]
        assert ledger.weight(START + 205 * DAY)[rows].tolist() == [0.0]


def test_an_offer_nobody_answers_or_only_its_author_does_is_no_work() -> None:
    archive = Archive()
    work = archive.ask(HELPER, 0, offers=True)
    archive.reply(HELPER, 1, work)

    assert len(archive.ledger()) == 0


def test_without_its_root_a_thread_holds_discussion_only() -> None:
    archive = Archive()
    first = archive.ask(ASKER, 0)
    archive.orphan(HELPER, 1, first)

    assert archive.ledger().kind.tolist() == [Kind.DISCUSSION]


def test_a_thread_that_begins_with_a_reply_holds_discussion_only() -> None:
    archive = Archive()
    archive.answered(ASKER, HELPER, 0)

    ledger = archive.ledger(Mentions(replies=np.array([True, True])))

    assert ledger.kind.tolist() == [Kind.DISCUSSION]


def test_a_parent_in_the_future_or_in_a_cycle_does_no_harm() -> None:
    archive = Archive()
    question = archive.ask(ASKER, 5)
    archive.reply(HELPER, 1, question)
    posts = archive.posts()
    posts.parent[:] = [1, 0]

    assert len(build_ledger(posts)) <= 1


def test_an_empty_archive_has_an_empty_ledger() -> None:
    ledger = Archive().ledger()

    assert len(ledger) == 0
    assert ledger.weight().tolist() == ledger.endorsement().tolist() == []


@given(seed=st.integers(0, 10_000), share=st.floats(0.0, 1.1))
def test_the_past_of_a_ledger_is_the_ledger_of_the_past(seed: int, share: float) -> None:
    archive = lively_archive(seed, posts=150, people=12)
    posts = archive.posts()
    last = int(posts.date[-1])
    instant = START + int(share * (last - START))

    full, alone = build_ledger(posts), build_ledger(posts.until(instant))
    cut = full.until(instant)
    known = full.known_at <= instant

    people_wide = {"people", "threads", "root", "established_at"}
    for field in fields(Ledger):
        if field.name not in people_wide:
            assert np.array_equal(getattr(cut, field.name), getattr(alone, field.name)), field.name
    assert np.array_equal(full.weight(instant)[known], alone.weight())
    assert np.array_equal(full.weight(np.array([instant]))[known, 0], alone.weight())
    assert np.array_equal(full.endorsement(instant)[known], alone.endorsement())
    assert not full.weight(instant)[~known].any()


def test_wilson_bound_matches_the_published_interval() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, 95 %.
    assert wilson_lower_bound(81, 263, z=1.959964) == pytest.approx(0.2553, abs=5e-5)
    assert wilson_lower_bound(0, 0) == 0.0
    assert wilson_lower_bound(5, 5) < 1.0
