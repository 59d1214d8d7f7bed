"""Rankings with the evidence behind them, and the alarms about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from api.schemas.base import Points, Schema, Share, _unknown
from api.schemas.references import PersonReference, TopicReference, TopicReferences


class Evidence(Schema):
    """A post behind a score; ``contribution`` is the share lost without it, 0 to 1."""

    message_id: str
    subject: str
    date: datetime
    kind: str
    contribution: Annotated[float, AfterValidator(lambda value: round(value, 6))]
    url: str


class Components(Schema):
    """What a score is made of, each 0 to 1."""

    authority: Share
    recognition: Share
    consistency: Share
    presence: Share


class Expert(Schema):
    """A line of a ranking; ``score``, ``low``, ``high`` 0 to 100, a 90 % interval."""

    rank: int
    person: PersonReference
    score: Points
    low: Points
    high: Points
    level: str
    components: Components
    posts: int
    answers: int
    thanks: int
    first: datetime
    last: datetime
    evidence: list[Evidence]


Experts = list[Expert]


class Ranking(Schema):
    """People by recognition on a topic, or on a free text (``topic`` None)."""

    topic: TopicReference | None
    list: str | None
    query: str | None = Field(default=None, exclude_if=_unknown)
    topics: TopicReferences | None = Field(default=None, exclude_if=_unknown)
    """The topics a free text touches, best first."""
    as_of: datetime
    computed_at: datetime
    method: str
    items: Experts
    next: str | None = None
    total: int


class Alarm(Schema):
    """A sign that a standing may have been made up; ``share`` of its weight shows it."""

    topic: TopicReference
    person: PersonReference
    sign: str
    share: Share
    askers: int


class Alarms(Schema):
    """Every sign that was seen, topic by topic."""

    items: list[Alarm]
    total: int
