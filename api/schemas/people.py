"""People: their places, works and topic histories."""

from __future__ import annotations

from datetime import datetime

from api.schemas.base import Points, Schema, Share
from api.schemas.references import PersonReference, TopicReference


class PersonTopic(TopicReference):
    """A person's place on a topic."""

    rank: int
    score: Points
    low: Points
    high: Points
    level: str


class Citation(Schema):
    """A post by somebody else that cites a work."""

    message_id: str
    author: PersonReference
    date: datetime
    url: str


class Work(Schema):
    """An article, book, talk or code that a person announced, or that others credit them with.

    ``locator`` is a link, ISBN or DOI, where one was given. ``status`` is
    ``claimed``, or ``confirmed`` once an established other person cited or
    answered it. ``citations`` are the latest ones by others, of ``cited`` in all.
    """

    kind: str
    title: str
    locator: str | None
    announced: bool
    status: str
    cited: int
    citations: list[Citation]
    message_id: str
    date: datetime
    url: str


class Person(Schema):
    """Somebody who wrote to the lists."""

    id: int
    name: str
    names: list[str]
    addresses: list[str]
    first: datetime | None
    last: datetime | None
    posts: int
    answers: int
    thanks: int
    level: str
    topics: list[PersonTopic]
    works: list[Work]
    url: str


class PeriodRecord(Schema):
    """One period of a person on a topic; ``rank`` None: no standing yet.

    ``depth`` is the evidence on the topic, ``breadth`` the people helped, by the period's end.
    """

    period: str
    posts: int
    answers: int
    thanks: int
    score: Points
    rank: int | None
    share: Share
    depth: Points
    breadth: Points


class FocusRecord(Schema):
    """Focus, 0 to 1, cumulative to the end of one period."""

    period: str
    focus: Share
    topics: int


class TopicSeries(TopicReference):
    """A person's history on one topic, oldest period first."""

    series: list[PeriodRecord]


class HistoryEvent(Schema):
    """Something that happened for the first time.

    ``kind`` is ``first-answer``, ``helped-10``, ``helped-100``, ``level`` (``level`` says
    which; the date is the end of the month that showed it) or ``first-article``, ``-book``,
    ``-talk``, ``-code`` (``title`` says which). ``topic`` is None for works; ``message_id``
    and ``url`` are the post's, None where there is none or it may not be seen.
    """

    date: datetime
    kind: str
    topic: TopicReference | None
    level: str | None = None
    title: str | None = None
    message_id: str | None = None
    url: str | None = None


class TopicHistory(Schema):
    """A person's topic histories, largest last score first, focus over time, and events."""

    person: PersonReference
    granularity: str
    method: str
    computed_at: datetime
    topics: list[TopicSeries]
    focus: list[FocusRecord]
    events: list[HistoryEvent]
