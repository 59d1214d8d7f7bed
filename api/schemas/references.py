"""Things named in passing: topics, people, threads."""

from __future__ import annotations

from api.schemas.base import Schema


class TopicReference(Schema):
    """A topic named in passing."""

    slug: str
    label: str


class PersonReference(Schema):
    """A person named in passing; a hidden person has no id, no name, no URL."""

    id: int | None
    name: str
    url: str | None


class Author(PersonReference):
    """Who wrote a message; the name is the one used on that message.

    ``address`` is obfuscated unless the reader holds a token, and None where
    the archive never knew it.
    """

    address: str | None = None


TopicReferences = list[TopicReference]


class ThreadReference(Schema):
    """A thread named in passing."""

    id: int
    subject: str
    url: str
