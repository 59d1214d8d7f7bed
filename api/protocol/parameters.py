"""Parameters of requests: query parameters, path segments and the reader.

Every model forbids unknown fields, so an unknown parameter gives status 422.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Final, Literal, TypeVar
from urllib.parse import unquote

from fastapi import Depends, Path, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from api.instants import parse_instant
from api.paging import DEFAULT_LIMIT, MAX_CURSOR_CHARACTERS, MAX_LIMIT, PageRequest
from api.protocol.bearers import Caller, current_caller, current_moderator

MAX_QUERY_CHARACTERS = 1_000
_QUOTE, _OTHER = '["“”„]', r'[^"“”„\x00]*'
_SEARCHABLE = rf"^(?=.*[^\W_]){_OTHER}({_QUOTE}{_OTHER}{_QUOTE}{_OTHER})*$"
_PLAIN_NUMBER = re.compile(r"0|[1-9][0-9]*")


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


def _plain_number(value: object) -> object:
    """Digits alone: ``4_6`` and ``046`` are numbers of Python's, and no names of rows."""
    if isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value) is None:
        raise PydanticCustomError("plain_number", "must be a number, as this archive writes it")
    return value


def _instant(value: object) -> object:
    try:
        return parse_instant(value) if isinstance(value, str) else value
    except ValueError as error:
        raise PydanticCustomError("instant", "{words}", {"words": str(error)}) from None


Instant = Annotated[
    datetime | None,
    BeforeValidator(_instant),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ],
            "description": "An RFC 3339 date, meaning its first second in UTC, or date-time.",
        }
    ),
]
# Patterns are described here and not checked: the guard and the answers say better what is wrong.
_WITHOUT_NUL: Final[dict[str, JsonValue]] = {"pattern": r"^[^\x00]*$"}
ListAddress = Annotated[
    Annotated[str, Field(max_length=320, json_schema_extra=_WITHOUT_NUL)] | None,
    BeforeValidator(_blank_is_none),
    Field(description="A list's address."),
]
Slug = Annotated[
    Annotated[str, Field(max_length=120, json_schema_extra=_WITHOUT_NUL)] | None,
    BeforeValidator(_blank_is_none),
    Field(description="A topic's slug."),
]
Filter = Annotated[
    Annotated[str, Field(max_length=MAX_QUERY_CHARACTERS, json_schema_extra=_WITHOUT_NUL)] | None,
    BeforeValidator(_blank_is_none),
]
Cursor = Annotated[
    Annotated[str, Field(max_length=MAX_CURSOR_CHARACTERS, json_schema_extra=_WITHOUT_NUL)] | None,
    BeforeValidator(_blank_is_none),
    Field(description="From the `next` of the part before."),
]
Text = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_QUERY_CHARACTERS,
        json_schema_extra={"pattern": r"^[^\x00]*[^\s\x00][^\x00]*$"},
    ),
]
SearchText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_QUERY_CHARACTERS,
        description="Words and operators; at least a letter or digit, and every quote closed.",
        json_schema_extra={"pattern": _SEARCHABLE},
    ),
]


class Parameters(BaseModel):
    """Base of the models of query parameters; a route without parameters uses it directly."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Stated = TypeVar("Stated", bound=Parameters)
Asked = Annotated[Stated, Query()]
"""The query parameters of a request, validated as one of the models below."""


class PartParameters(Parameters):
    """Selects a part of something that is too long for one answer."""

    cursor: Cursor = None


class PageParameters(Parameters):
    """Selects a page of a list."""

    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: Cursor = None

    @property
    def page(self) -> PageRequest:
        """The requested page."""
        return PageRequest(self.limit, self.cursor)


class TopicParameters(PageParameters):
    """Select topics."""

    list: ListAddress = None
    q: Filter = None


class RankingParameters(PageParameters):
    """Select a ranking of a topic."""

    list: ListAddress = None
    as_of: Instant = None


class TextRankingParameters(RankingParameters):
    """Select a ranking for a free text."""

    q: Text


class MatchParameters(Parameters):
    """Options for matching a question; ``list`` applies to ``message/rfc822`` and plain text."""

    list: ListAddress = None
    as_of: Instant = None
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)


class PeopleParameters(PageParameters):
    """Select people."""

    q: Filter = None


class CourseParameters(Parameters):
    """Length of the periods in a topic's history."""

    granularity: Literal["month", "quarter", "year"] = "year"


class HistoryParameters(Parameters):
    """Select periods of a person's history."""

    granularity: Literal["month", "quarter", "year"] = "month"
    start: Instant = Field(default=None, alias="from")
    end: Instant = Field(default=None, alias="to")


class EvidenceParameters(PageParameters):
    """Select evidence."""

    topic: Slug = None


class ThreadParameters(PageParameters):
    """Select threads."""

    list: ListAddress = None
    topic: Slug = None
    unanswered: Annotated[bool | None, BeforeValidator(_blank_is_none)] = None
    after: Instant = None
    before: Instant = None


class VersionParameters(Parameters):
    """Selects one of the stored versions of a Message-ID, in the order of storing."""

    version: int = Field(default=1, ge=1, le=1_000)


class SearchParameters(PageParameters):
    """What to search for, and where."""

    q: SearchText
    list: ListAddress = None
    sort: Literal["relevance", "date"] = "relevance"
    by: Literal["message", "thread"] = "message"


class GraphParameters(Parameters):
    """The format of a graph."""

    format: Literal["json", "graphml", "gexf"] = "json"


MAX_IDENTIFIER = 2**53 - 1
"""Greatest row id: above it programs that read numbers as doubles confuse them (RFC 8259, 6)."""

Segment = Annotated[str, AfterValidator(unquote), Path(max_length=3_000)]
"""One segment of a path; see ``api.protocol.guard.segmented_path``."""
Identifier = Annotated[int, BeforeValidator(_plain_number), Path(ge=0, le=MAX_IDENTIFIER)]

CurrentCaller = Annotated[Caller, Depends(current_caller)]
CurrentModerator = Annotated[Caller, Depends(current_moderator)]
