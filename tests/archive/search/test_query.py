"""The query language: what queries mean, and what is said of wrong ones."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.search.query import (
    MAX_CHARACTERS,
    MAX_TERMS,
    DateRange,
    Field,
    Flag,
    Query,
    Term,
    Words,
    parse_query,
)


def words(
    text: str,
    position: int = 1,
    field: Field = Field.ANYWHERE,
    *,
    prefix: bool = False,
    exact: bool = False,
) -> Words:
    return Words(field, text, prefix, position, exact)


def one(text: str) -> Term:
    """The only term of a query."""
    [[term]] = parse_query(text).clauses
    return term


def parsed_or_refused(text: str) -> Query | None:
    """The query, or None for one refused with a sentence; any other error is a fault."""
    try:
        return parse_query(text)
    except UsageError:
        return None


def day(year: int, month: int = 1, day_of_month: int = 1) -> datetime:
    return datetime(year, month, day_of_month, tzinfo=UTC)


def test_words_must_all_hold() -> None:
    assert parse_query("soft  fork\tnow") == Query(
        ((Term(words("soft", 1)),), (Term(words("fork", 7)),), (Term(words("now", 12)),))
    )


def test_or_joins_the_two_terms_beside_it() -> None:
    assert parse_query("a OR b c OR d OR e") == Query(
        (
            (Term(words("a", 1)), Term(words("b", 6))),
            (Term(words("c", 8)), Term(words("d", 13)), Term(words("e", 18))),
        )
    )


def test_and_between_terms_says_what_is_meant_anyway() -> None:
    assert [clause[0].condition for clause in parse_query("a AND b").clauses] == [
        words("a", 1),
        words("b", 7),
    ]


@pytest.mark.parametrize("text", ["or", "Or", '"OR"', "and"])
def test_only_capitals_are_connectives(text: str) -> None:
    assert one(text).condition == words(text.strip('"'), exact='"' in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"soft fork"', words("soft fork", exact=True)),
        ("“soft fork”", words("soft fork", exact=True)),
        ("miner*", words("miner", prefix=True)),
        ("from:ayu", words("ayu", field=Field.FROM)),
        ("FROM:Ayu", words("Ayu", field=Field.FROM)),
        ('from:"Ayu Lestari"', words("Ayu Lestari", field=Field.FROM, exact=True)),
        ("to:list@example.org", words("list@example.org", field=Field.TO)),
        ("list:talk", words("talk", field=Field.LIST)),
        ("subject:re*", words("re", field=Field.SUBJECT, prefix=True)),
        ("body:kunci", words("kunci", field=Field.BODY)),
        ("topic:coin-selection", words("coin-selection", field=Field.TOPIC)),
        ("has:attachment", Flag.HAS_ATTACHMENT),
        ("is:Answer", Flag.IS_ANSWER),
        ("after:2024", DateRange(day(2024), None)),
        ("before:2024-06", DateRange(None, day(2024, 6))),
        ("after:2024-6-5", DateRange(day(2024, 6, 5), None)),
        (
            "before:2024-06-30T12:00:00+07:00",
            DateRange(None, datetime(2024, 6, 30, 5, tzinfo=UTC)),
        ),
        ("after:2024-06-30T12:00:00", DateRange(datetime(2024, 6, 30, 12, tzinfo=UTC), None)),
        ("https://example.org/a?b=c", words("https://example.org/a?b=c")),
        ("std::vector", words("std::vector")),
        ("Re:", words("Re:")),
        ("(x)", words("(x)")),
        ("e-mail", words("e-mail")),
        ("-", words("-")),
        ("a*b", words("a*b")),
        ("*", words("*")),
    ],
)
def test_a_term_means(text: str, expected: object) -> None:
    assert one(text) == Term(expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-spam", words("spam")),
        ('-"soft fork"', words("soft fork", exact=True)),
        ("-from:ayu", words("ayu", field=Field.FROM)),
        ("-is:answer", Flag.IS_ANSWER),
    ],
)
def test_a_minus_turns_a_term_round(text: str, expected: object) -> None:
    assert one(text) == Term(expected, negated=True)  # type: ignore[arg-type]


def test_a_quote_ends_the_word_before_it() -> None:
    assert [clause[0].condition for clause in parse_query('a"b c"d').clauses] == [
        words("a", 1),
        words("b c", 2, exact=True),
        words("d", 7),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \t ", "empty"),
        ('soft "fork', "opened at character 6 is not closed"),
        ("OR b", "OR at character 1 has nothing before it"),
        ("a OR", "OR at character 3 has nothing after it"),
        ("a OR OR b", "OR at character 6"),
        ("a from:", "nothing follows from: at character 3"),
        ("a from: b", "nothing follows from: at character 3"),
        ('subject:""', "nothing follows subject: at character 1"),
        ("x has:legs", "has: at character 3 knows only has:attachment"),
        ("is:question", "is: at character 1 knows only is:answer"),
        ("x before:soon", "before: at character 3 needs a date"),
        ("after:2024-13", "after: at character 1 needs a date"),
        ("after:2024-02-30", "needs a date"),
        ("after:0000", "needs a date"),
        ("after:99999", "needs a date"),
        ("after:0001-01-01T00:00:00+23:00", "needs a date"),
        ("x a*", "prefix at character 3 needs 2 letters"),
        ("***", "prefix at character 1 needs"),
        ("x" * (MAX_CHARACTERS + 1), f"{MAX_CHARACTERS} are allowed"),
        ("x " * (MAX_TERMS + 1), f"more than {MAX_TERMS} terms, from character 129 on"),
    ],
)
def test_a_wrong_query_is_told_what_is_wrong_and_where(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_query(text)
    assert says in str(caught.value)


@given(st.text(max_size=MAX_CHARACTERS + 50))
def test_any_text_is_a_query_or_a_usage_error(text: str) -> None:
    query = parsed_or_refused(text)
    assert query is None or sum(map(len, query.clauses)) <= MAX_TERMS


@given(
    st.lists(
        st.sampled_from(
            ["a", "OR", "-", '"', "from:", "before:2024", "*", " ", "has:attachment", "b c", "::"]
        ),
        max_size=60,
    )
)
def test_operators_in_any_order_are_a_query_or_a_usage_error(parts: list[str]) -> None:
    query = parsed_or_refused("".join(parts))
    assert query is None or all(query.clauses)


@pytest.mark.parametrize("unit", ['"', "-", "a:", "from:", "OR ", "(", "*", "“", "\u0301"])
def test_the_worst_query_is_read_in_no_time(unit: str) -> None:
    started = time.process_time()
    for _ in range(20):
        parsed_or_refused((unit * MAX_CHARACTERS)[:MAX_CHARACTERS])
    assert time.process_time() - started < 1
