"""Conversations and the messages in them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.schemas.base import Schema
from api.schemas.references import Author, TopicReference


class ThreadSummary(Schema):
    """A thread in a list; ``messages`` is their number."""

    id: int
    subject: str
    lists: list[str]
    topics: list[TopicReference]
    first: datetime
    last: datetime
    messages: int
    people: int
    author: Author | None
    url: str


class Span(Schema):
    """Characters (code points) ``start`` to ``end`` of ``text``, and what they are.

    ``authored``, ``code`` (patches too), ``quoted``, ``attribution``, ``signature``,
    ``footer``, ``disclaimer`` or ``forwarded``. ``author`` says whose words a quoted or
    forwarded span holds, where an attribution names them.
    """

    kind: str
    start: int
    end: int
    author: str | None = None


class ThreadMessage(Schema):
    """A message in its thread; a ghost is one that others name and nobody sent here.

    ``children`` are nested at most a hundred deep; what lies deeper follows on
    the last level, and ``parent`` always says whom a message answers.
    ``parent_source``: ``in-reply-to``, ``references``, ``quote``, ``subject``
    or ``moderator``. ``time_zone`` is in minutes east of UTC, by the
    sender's clock. ``parent_author`` is that message's author's name, where
    it may be told; ``depth`` counts from 0.
    """

    message_id: str
    parent: str | None
    parent_source: str | None
    parent_author: str | None = None
    depth: int = 0
    ghost: bool
    author: Author | None = None
    date: datetime | None = None
    time_zone: int | None = None
    subject: str | None = None
    text: str | None = None
    own_text: str | None = None
    spans: list[Span] = Field(default_factory=list)
    attachments: int = 0
    automation: str | None = None
    versions: int = 1
    url: str | None = None
    children: list[ThreadMessage] = Field(default_factory=list)


class Thread(Schema):
    """A conversation; ``messages`` holds its roots.

    A long one comes in parts: ``next`` is the URL of the part after this one,
    whose ``messages`` begin with those that hang under an earlier part's.
    ``author`` began it; ``total`` counts ghosts too, ``posts`` does not.
    """

    id: int
    subject: str
    lists: list[str]
    topics: list[TopicReference]
    first: datetime
    last: datetime
    people: int
    posts: int
    author: Author | None = None
    url: str
    total: int
    next: str | None = None
    messages: list[ThreadMessage]
