"""Reasons of a match: told only with the number that bears them."""

from __future__ import annotations

from datetime import UTC, datetime

from api.answers.match_reasons import in_words
from reputation.results import Answerer, Reason, Record


def at(year: int, month: int) -> int:
    return int(datetime(year, month, 3, tzinfo=UTC).timestamp())


def answerer(*, contribution: float = 1.0, **numbers: int) -> Answerer:
    """Somebody for whom every group speaks, with a record of these numbers."""
    none = dict.fromkeys(("questions", "last", "recent", "here", "answers", "helped"), 0)
    record = Record(**{**none, "since": at(2009, 1), **numbers})
    groups = ("text", "activity", "list", "standing")
    reasons = tuple(Reason(group, contribution) for group in groups)
    return Answerer(1, 1, 0.0, 100.0, record, reasons=reasons)


def test_every_reason_gives_its_number() -> None:
    one = answerer(questions=187, last=at(2022, 1), recent=20, here=90, answers=100, helped=212)
    assert in_words(one, "en") == (
        "Answered 187 questions like this, last in January 2022; gave 20 answers in the last"
        " twelve months; gave 90 of 100 answers on this list; has helped 212 people since 2009."
    )
    assert in_words(one, "id") == (
        "Menjawab 187 pertanyaan serupa, terakhir pada Januari 2022; memberi 20 jawaban dalam dua"
        " belas bulan terakhir; memberi 90 dari 100 jawabannya di milis ini; telah membantu 212"
        " orang sejak 2009."
    )


def test_one_answer_is_one_answer() -> None:
    one = answerer(questions=1, last=at(2022, 5), answers=2, helped=2, recent=1)
    assert in_words(one, "en") == "Answered one question like this, in May 2022."


def test_nothing_is_said_where_no_number_bears_it() -> None:
    assert in_words(answerer(answers=3, helped=3, here=1, recent=2), "en") == ""


def test_what_did_nothing_for_the_place_is_no_reason_but_like_answers_are_told() -> None:
    one = answerer(contribution=-1.0, questions=3, last=at(2022, 5), helped=300, recent=50)
    assert in_words(one, "en") == "Answered 3 questions like this, last in May 2022."
