"""Single messages, and searches for them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.schemas.base import Page, Schema, _unknown
from api.schemas.references import Author, ThreadReference
from api.schemas.threads import Span


class Attachment(Schema):
    """A part that is not the readable text; ``url`` gives its bytes.

    ``digest`` is SHA-256 of its bytes, in hexadecimal: that of every post that carries them.
    """

    n: int
    filename: str
    content_type: str
    size: int
    digest: str
    url: str


class AttachmentPost(Schema):
    """A post that carries an attachment, and under which name."""

    message_id: str
    subject: str
    author: Author
    date: datetime
    lists: list[str]
    filename: str
    content_type: str
    url: str


class AttachmentPosts(Page[AttachmentPost]):
    """One attachment by its content, and the posts that carry it; ``url`` gives its bytes."""

    digest: str
    size: int
    url: str


class Authenticity(Schema):
    """How far a message's From is trusted."""

    verdict: str
    """``verified``, ``forged``, or ``unknown`` where there is no proof of either."""
    domain: str | None
    """The domain that vouches for the From, or that disowns it."""
    method: str | None
    """``authentication-results`` of the list's own host, ``dkim`` or ``arc``."""
    reason: str


class MessageVersion(Schema):
    """One stored message. ``digest`` is SHA-256 of its raw bytes, in hexadecimal."""

    message_id: str
    version: int
    digest: str
    size: int
    lists: list[str]
    author: Author
    passed_on_by: Author | None = Field(default=None, exclude_if=_unknown)
    """Who sent the author's patch, where that is somebody else."""
    date: datetime
    date_source: str
    time_zone: int | None = None
    """Minutes east of UTC by the sender's clock; null if its Date does not say."""
    subject: str
    text: str
    own_text: str
    spans: list[Span]
    in_reply_to: str | None
    references: list[str]
    thread: ThreadReference | None
    automation: str | None
    authenticity: Authenticity | None = Field(default=None, exclude_if=_unknown)
    defects: list[str]
    attachments: list[Attachment]
    url: str
    raw_url: str


class Message(MessageVersion):
    """A message; where one id was stored with several contents, ``versions`` has all.

    The fields outside ``versions`` are those of the version stored first.
    """

    versions: list[MessageVersion]


class SearchHit(Schema):
    """A message found; ``snippet`` is HTML-escaped text with ``<mark>``."""

    message_id: str
    subject: str
    author: Author
    date: datetime
    lists: list[str]
    thread: ThreadReference | None
    score: float
    snippet: str
    url: str


class SearchPage(Page[SearchHit]):
    """What a search found."""

    query: str
    sort: str
    by: str
    suggestion: str | None = None
    """The query in another spelling, where this one finds nothing."""
    but_one: bool = False
    """No message has all words of the query: these lack one."""
    partial: bool = False
    """The search index is still being built: hits may be missing, also in ``total``."""
