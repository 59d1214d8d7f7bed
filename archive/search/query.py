"""The query language of every search surface: parse text into a small tree.

A query is a list of conditions that must all hold. ``OR`` joins the conditions on its
two sides; ``-`` before a condition negates it::

    taproot "soft fork" from:ayu -subject:digest after:2024-06 miner* OR pool

Parentheses, brackets and unknown words before a colon are plain text, so a line copied
from a mail is a valid query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from archive.errors import UsageError

MAX_CHARACTERS = 1_000
MAX_TERMS = 64
MIN_PREFIX = 2


class Field(StrEnum):
    """The field where a word is searched; ``ANYWHERE`` is the subject, the texts and the author."""

    ANYWHERE = ""
    FROM = "from"
    TO = "to"
    LIST = "list"
    SUBJECT = "subject"
    BODY = "body"
    TOPIC = "topic"


class Flag(StrEnum):
    """A yes-or-no property of a message."""

    HAS_ATTACHMENT = "has:attachment"
    IS_ANSWER = "is:answer"


@dataclass(frozen=True, slots=True)
class Words:
    """Text to find in a field. Several words form a phrase: they must be adjacent.

    prefix: the last word is only the beginning of a word.
    position: of the term in the query, in characters, from 1.
    exact: the text was in quotes, so other forms of the word do not match.
    """

    field: Field
    text: str
    prefix: bool
    position: int
    exact: bool = False


@dataclass(frozen=True, slots=True)
class DateRange:
    """Dates from ``start`` up to ``end`` (exclusive); None means no bound."""

    start: datetime | None
    end: datetime | None


Condition = Words | DateRange | Flag


@dataclass(frozen=True, slots=True)
class Term:
    """A condition, or its negation."""

    condition: Condition
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A conjunction of clauses. A clause holds when at least one of its terms holds."""

    clauses: tuple[tuple[Term, ...], ...]


@dataclass(frozen=True, slots=True)
class _Token:
    """One piece of the query as written; ``quoted`` when its value was in quotes."""

    negated: bool
    operator: str
    value: str
    quoted: bool
    position: int


_DATE_OPERATORS = ("before", "after")
_FLAG_OPERATORS = ("has", "is")
_OPERATORS = frozenset(
    {*(field.value for field in Field if field.value), *_DATE_OPERATORS, *_FLAG_OPERATORS}
)
_OPERATOR = re.compile(r"([A-Za-z]{2,7}):")
_CURLY_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"'})
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def parse_query(text: str) -> Query:
    """Parse a query.

    Raises ``UsageError``, which says what is wrong and at which character, counted from
    1.
    """
    if len(text) > MAX_CHARACTERS:
        raise UsageError.of("query-too-many-characters", found=len(text), most=MAX_CHARACTERS)
    tokens = _tokens(text.translate(_CURLY_QUOTES))
    if not tokens:
        raise UsageError.of("query-empty")
    if len(tokens) > MAX_TERMS:
        position = tokens[MAX_TERMS].position
        raise UsageError.of("query-too-many-terms", most=MAX_TERMS, position=position)
    return Query(_clauses(tokens))


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        token, place = _token(text, place)
        tokens.append(token)
    return tokens


def _token(text: str, start: int) -> tuple[_Token, int]:
    """The token that begins at ``start``, and the position after it."""
    place = start
    negated = text[place] == "-" and place + 1 < len(text) and not text[place + 1].isspace()
    if negated:
        place += 1
    operator = ""
    found = _OPERATOR.match(text, place)
    if found is not None and found[1].lower() in _OPERATORS:
        operator = found[1].lower()
        place = found.end()
    quoted = place < len(text) and text[place] == '"'
    if quoted:
        end = text.find('"', place + 1)
        if end < 0:
            raise UsageError.of("query-quote-open", position=place + 1)
        value, after = text[place + 1 : end], end + 1
    else:
        after = place
        while after < len(text) and not text[after].isspace() and text[after] != '"':
            after += 1
        value = text[place:after]
    if operator and not value.strip():
        raise UsageError.of("query-operator-empty", operator=operator, position=start + 1)
    return _Token(negated, operator, value, quoted, start + 1), after


def _clauses(tokens: list[_Token]) -> tuple[tuple[Term, ...], ...]:
    clauses: list[list[Term]] = []
    joining: _Token | None = None
    for token in tokens:
        if _is_bare(token, "OR"):
            if joining is not None or not clauses:
                raise UsageError.of("query-or-first", position=token.position)
            joining = token
        elif _is_bare(token, "AND") and clauses and joining is None:
            continue
        elif joining is not None:
            clauses[-1].append(_term(token))
            joining = None
        else:
            clauses.append([_term(token)])
    if joining is not None:
        raise UsageError.of("query-or-last", position=joining.position)
    return tuple(tuple(clause) for clause in clauses)


def _is_bare(token: _Token, word: str) -> bool:
    return token.value == word and not (token.quoted or token.operator or token.negated)


def _term(token: _Token) -> Term:
    return Term(_condition(token), token.negated)


def _condition(token: _Token) -> Condition:
    if token.operator in _DATE_OPERATORS:
        moment = _moment(token)
        return DateRange(moment, None) if token.operator == "after" else DateRange(None, moment)
    if token.operator in _FLAG_OPERATORS:
        try:
            return Flag(f"{token.operator}:{token.value.lower()}")
        except ValueError:
            known = next(flag for flag in Flag if flag.startswith(token.operator))
            raise UsageError.of(
                "query-flag-unknown",
                operator=token.operator,
                position=token.position,
                known=known.value,
            ) from None
    text = token.value
    prefix = not token.quoted and len(text) > 1 and text.endswith("*")
    if prefix:
        text = text.rstrip("*")
        if len(text) < MIN_PREFIX:
            raise UsageError.of("query-prefix-short", position=token.position, least=MIN_PREFIX)
    return Words(Field(token.operator), text, prefix, token.position, exact=token.quoted)


def _moment(token: _Token) -> datetime:
    """Read a year, month, day or RFC 3339 instant; a date begins at midnight UTC."""
    value = token.value.strip()
    try:
        day = _DAY.fullmatch(value)
        if day is not None:
            return datetime(int(day[1]), int(day[2] or 1), int(day[3] or 1), tzinfo=UTC)
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError.of(
            "query-date-malformed", operator=token.operator, position=token.position
        ) from None
