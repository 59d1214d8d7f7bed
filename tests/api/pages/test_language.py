"""Both languages of the pages, and the periods of their plots."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.languages import LANGUAGES, choose_language
from api.pages.periods import MAXIMUM_PERIODS, coarsened, continuous, every_period
from api.pages.translations import Translator, catalogue

# Translations


def test_both_catalogues_hold_the_same_texts_with_the_same_places() -> None:
    assert set(catalogue("id")) == set(catalogue("en"))
    for key, english in catalogue("en").items():
        indonesian = catalogue("id")[key]
        assert isinstance(english, str) == isinstance(indonesian, str), key
        assert places(english) == places(indonesian), key


def places(entry: object) -> set[str]:
    texts = [entry] if isinstance(entry, str) else list(entry.values())  # type: ignore[attr-defined]
    return {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}


def test_every_text_that_templates_name_exists_and_no_text_is_left_unused() -> None:
    package = files("api.pages")
    sources = [
        item.read_text("utf-8")
        for folder in (package, package / "templates")
        for item in folder.iterdir()
        if item.name.endswith((".py", ".html"))
    ]
    sections = "|".join({key.partition(".")[0] for key in catalogue("en")})
    found = {
        match.groups()
        for source in sources
        for match in re.finditer(rf"""["']((?:{sections})\.[a-z_0-9]*)(["'{{])""", source)
    }
    # A key put together from data is named by how it begins.
    beginnings = tuple(key for key, end in found if end == "{" or key.endswith((".", "_")))
    named = {key for key, _ in found if key not in beginnings and not key.endswith(".html")}

    assert named <= set(catalogue("en"))
    assert {key for key in set(catalogue("en")) - named if not key.startswith(beginnings)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_are_escaped_in_every_language(language: str) -> None:
    html = Translator(language)("thread.answers_whom", name="<b>Ayu</b>")

    assert "&lt;b&gt;Ayu" in html


def test_counts_take_the_plural_of_their_language() -> None:
    english, indonesian = Translator("en"), Translator("id")

    assert english("thread.messages", n=1) == "1 message"
    assert english("thread.messages", n=1_234) == "1,234 messages"
    assert indonesian("thread.messages", n=1_234) == "1.234 pesan"


def test_dates_numbers_and_sizes_follow_the_language() -> None:
    moment = datetime(2019, 8, 3, 22, 5, tzinfo=UTC)
    english, indonesian = Translator("en"), Translator("id")

    assert english.day(moment) == "3 Aug 2019"
    assert (
        indonesian.moment(moment) == "3 Agu 2019, 22.05 UTC"
        or indonesian.moment(moment) == "3 Agu 2019, 22:05 UTC"
    )
    assert indonesian.score(6.08) == "6,1"
    assert english.score(61.2) == "61"
    assert english.score_range(0, 4.2) == "0.0–4.2"
    assert english.score_range(8.8, 36.3) == "9–36"
    assert english.percent(0.026) == "2.6%"
    assert indonesian.size(1_234_567) == "1,2 MB"
    assert english.period("2019-08") == "Aug 2019"
    assert english.period("2019-Q3") == "2019 Q3"
    assert english.period("2019-99") == "2019 99"
    assert english.span(None, None) == english.day(None) == "–"


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("en", "id", "en"),
        (None, "id-ID,id;q=0.9,en;q=0.8", "id"),
        (None, "en-GB,en;q=0.9,id;q=0.8", "en"),
        (None, "de, id;q=0.1", "id"),
        (None, "de, fr;q=0.5", "en"),
        (None, "id;q=0, en;q=0.1", "en"),
        (None, "in", "id"),
        (None, None, "id"),
        (None, "*", "id"),
        ("xx", "en", "en"),
        (None, "en;q=broken, id;q=0.2", "id"),
    ],
)
def test_the_language_is_the_one_asked_for_or_best_accepted(
    asked: str | None, accepted: str | None, language: str
) -> None:
    assert choose_language(asked, accepted) == language


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_header_is_too_odd_for_a_language(asked: str, accepted: str) -> None:
    assert choose_language(asked, accepted) in LANGUAGES


# Periods


def test_periods_between_are_filled_in() -> None:
    assert continuous({"2019-11": 2, "2020-02": 1}) == [
        ("2019-11", 2), ("2019-12", 0), ("2020-01", 0), ("2020-02", 1)
    ]  # fmt: skip
    assert every_period(["2019-Q4", "2020-Q1"]) == ["2019-Q4", "2020-Q1"]
    assert every_period(["2018", "2021"]) == ["2018", "2019", "2020", "2021"]


@pytest.mark.parametrize("odd", ["", "2019-13", "x", "2019-Q5", "19-01", "2019-1"])
def test_malformed_periods_are_left_out(odd: str) -> None:
    assert every_period([odd]) == []
    assert every_period(["2019-01", odd]) == ["2019-01"]


def test_absurd_dates_do_not_make_an_endless_axis() -> None:
    periods = every_period(["0001-01", "9999-12"])

    assert len(periods) == MAXIMUM_PERIODS
    assert periods[-1] == "9999-12"


def test_many_months_are_summed_into_quarters_or_years() -> None:
    months = continuous({"2018-01": 1, "2019-12": 5})

    assert coarsened(months, 24) == months
    assert coarsened(months, 8)[-1] == ("2019-Q4", 5)
    assert coarsened(months, 2) == [("2018", 1), ("2019", 5)]


@given(st.dictionaries(st.dates().map(lambda day: f"{day:%Y-%m}".zfill(7)), st.integers(1, 99)))
def test_coarsening_loses_no_post(counts: dict[str, int]) -> None:
    months = continuous(counts)

    assert sum(n for _, n in coarsened(months, 5)) == sum(n for _, n in months)
