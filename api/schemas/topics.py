"""Topics, their course over time, and their reply graphs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from api.schemas.base import Points, Schema, _unknown
from api.schemas.references import PersonReference, TopicReference
from api.schemas.threads import ThreadSummary


class TrendPoint(Schema):
    """Posts of one month, ``2019-03``."""

    period: str
    posts: int


class Topic(TopicReference):
    """A topic; ``keywords`` are its terms, heaviest first."""

    label_id: str | None = Field(default=None, exclude_if=_unknown)
    label_en: str | None = Field(default=None, exclude_if=_unknown)
    state: str
    curated: bool = False
    """Whether a person made, named or edited it."""
    keywords: list[str]
    threads: int
    messages: int
    people: int
    first: datetime | None
    last: datetime | None
    trend: list[TrendPoint]
    related: list[TopicReference]
    parent: TopicReference | None = Field(default=None, exclude_if=_unknown)
    """The broader topic that it is part of, where there is one."""
    narrower: list[TopicReference] = Field(default_factory=list)
    tag: str | None = Field(default=None, exclude_if=_unknown)
    """The subject tag that makes it, where one does."""
    url: str


class LeaderRecord(Schema):
    """One period of a topic: who had the highest standing at its end, and how much was answered."""

    period: str
    leader: PersonReference | None
    score: Points
    answers: int
    people: int


class Mover(Schema):
    """Somebody who rises on a topic, or came back to it.

    ``answers`` are those of the last twelve months, ``rank_before`` that of a year ago,
    ``before`` the month of the last answer before those twelve.
    """

    person: PersonReference
    rank: int
    rank_before: int | None
    answers: int
    before: str | None


class Foundation(Schema):
    """The fewest people who gave half of a topic's evidence of the last years.

    ``people`` is their number, of ``helpers`` who gave any; ``names`` are those who may be seen.
    """

    years: int
    people: int
    helpers: int
    names: list[PersonReference]


class TopicCourse(Schema):
    """How a topic went: who led it when, who rises, who returned, on how many people it rests.

    ``waiting`` are the latest questions that nobody answered yet, of ``waiting_total``.
    """

    topic: TopicReference
    granularity: str
    method: str
    computed_at: datetime
    periods: list[LeaderRecord]
    rising: list[Mover]
    returning: list[Mover]
    rests_on: Foundation
    waiting: list[ThreadSummary]
    waiting_total: int


class Graph(Schema):
    """A reply graph as networkx node-link JSON: asker to answerer, √ of summed weights."""

    topic: TopicReference
    method: str
    computed_at: datetime
    directed: bool
    multigraph: bool
    graph: dict[str, Any]
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
