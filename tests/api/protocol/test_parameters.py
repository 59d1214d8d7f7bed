"""Query parameters: dates above all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from api.instants import parse_instant
from api.protocol.parameters import RankingParameters, ThreadParameters


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T08:30:00Z", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        ("2026-11-23t08:30:00z", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        ("2026-11-23T08:30:00+07:00", datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ("2026-11-23T08:30:00 07:00", datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ("2026-11-23T08:30:00.25-01:00", datetime(2026, 11, 23, 9, 30, 0, 250_000, UTC)),
    ],
)
def test_rfc_3339_dates_and_instants_are_read(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "20261123",
        "2026-W01-1",
        "2026-11-23T08:30:00",
        "2026-11-23T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1" * 10_000,
    ],
)
def test_a_malformed_date_says_what_was_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected a date as 2026-11-23"):
        parse_instant(text)


@given(st.text(alphabet="0123456789-:TtZz+. ", max_size=40))
def test_any_text_is_an_instant_in_utc_or_refused(text: str) -> None:
    try:
        instant = parse_instant(text)
    except ValueError:
        return

    assert instant.tzinfo is UTC


def test_empty_filters_are_no_filters() -> None:
    parameters = ThreadParameters.model_validate(
        {"list": "", "topic": "", "unanswered": "", "cursor": ""}
    )

    assert (parameters.list, parameters.topic) == (None, None)
    assert (parameters.unanswered, parameters.page.cursor) == (None, None)


def test_an_empty_date_is_refused() -> None:
    with pytest.raises(ValidationError, match="expected a date"):
        RankingParameters.model_validate({"as_of": ""})
