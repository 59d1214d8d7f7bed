"""Cursors and next URLs."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.paging import (
    FOREIGN,
    MAX_LIMIT,
    PageRequest,
    cursor_of,
    decode_cursor,
    encode_cursor,
    next_url,
    offset_of,
    unsealed,
)
from archive.errors import NotFoundError, UsageError


@given(st.integers(-(2**60), 2**60), st.text(alphabet=st.characters(categories=["L", "N"])))
def test_a_cursor_gives_its_key_back(number: int, name: str) -> None:
    cursor = encode_cursor("people", (name, number))

    assert decode_cursor(cursor, "people", (str, int)) == (name, number)


def test_no_cursor_is_the_beginning() -> None:
    assert decode_cursor(None, "people", (str,)) == ()
    assert offset_of(None, "search") == 0


def _made(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "é",
        "====",
        "x" * 5_000,
        _made("search"),
        _made(["search"]),
        _made(["people", 3]),
        _made(["search", "3"]),
        _made(["search", True]),
        _made(["search", 2**80]),
        _made(["search", -1]),
        _made(["search", 1, 2]),
        _made({"search": 1}),
        "W" * 1_999,
        base64.urlsafe_b64encode(b"[" * 1_400).decode(),
    ],
)
def test_a_cursor_that_was_not_given_is_refused(cursor: str) -> None:
    with pytest.raises(NotFoundError, match="cursor"):
        offset_of(cursor, "search")


def test_a_cursor_with_control_characters_is_refused() -> None:
    with pytest.raises(NotFoundError, match="cursor"):
        decode_cursor(_made(["people", "a\0b"]), "people", (str,))


@given(st.text())
def test_any_text_is_a_cursor_or_a_usage_error(cursor: str) -> None:
    try:
        offset = offset_of(cursor, "search")
    except NotFoundError:
        return

    assert offset >= 0


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1])
def test_a_limit_out_of_bounds_is_refused(limit: int) -> None:
    with pytest.raises(UsageError, match="limit"):
        PageRequest(limit)


def test_the_next_url_repeats_the_filters_that_were_set() -> None:
    cursor = encode_cursor("threads", (1, 2))

    url = next_url(
        "/threads",
        {"list": "a+b@example.org", "topic": None, "unanswered": False, "limit": 3},
        cursor,
    )

    assert url is not None
    parts = urlsplit(url)
    assert (parts.netloc, parts.path) == ("", "/api/v1/threads")
    stated = {name: value for name, [value] in parse_qs(parts.query).items()}
    assert stated.pop("cursor").startswith(f"{cursor}.")
    assert stated == {"list": "a+b@example.org", "unanswered": "false", "limit": "3"}
    assert cursor_of(url) == cursor


def test_after_the_last_part_there_is_no_next_url() -> None:
    assert next_url("/threads", {}, None) is None
    assert cursor_of(None) is None


def test_a_cursor_serves_the_query_that_gave_it_alone() -> None:
    asked = {"list": "talk@example.org", "limit": "3"}
    cursor = parse_qs(urlsplit(next_url("/threads", asked, "abc") or "").query)["cursor"][0]

    same = {"limit": "9", "list": "talk@example.org", "cursor": cursor}

    assert unsealed("/threads", same) == "abc"
    for path, parameters in (
        ("/threads", {"cursor": cursor}),
        ("/threads", {"list": "other@example.org", "cursor": cursor}),
        ("/search", {"list": "talk@example.org", "cursor": cursor}),
        ("/threads", {"list": "talk@example.org", "cursor": "abc"}),
    ):
        assert unsealed(path, parameters) == FOREIGN
    with pytest.raises(NotFoundError, match="cursor"):
        offset_of(FOREIGN, "search")
