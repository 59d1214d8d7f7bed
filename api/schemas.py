"""The JSON of the HTTP API and of every command's ``--json``.

Field names are those of the contract; a field marked "where known" is left out
when it is not known. Instants are RFC 3339 in UTC. Paths in ``url`` are
relative to the root of the pages.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")


def _unknown(value: object) -> bool:
    return value is None


class Schema(BaseModel):
    """Base of every answer: frozen, and exact about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(Schema, Generic[Item]):
    """A part of a list of things; ``next`` is the URL of the part after it."""

    items: list[Item]
    next: str | None = None
    total: int


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


class MailingList(Schema):
    """A list; from ``receiving_address`` on for the operator only."""

    address: str
    name: str
    description: str
    language: str
    private: bool
    messages: int
    threads: int
    people: int
    first: datetime | None
    last: datetime | None
    subscription: str | None = None
    """State of the archive's subscription, or None when it has none."""
    receiving_address: str | None = Field(default=None, exclude_if=_unknown)
    list_id: str | None = Field(default=None, exclude_if=_unknown)
    """The List-Id (RFC 2919) its posts carry, once declared or learned."""
    aliases: list[str] | None = Field(default=None, exclude_if=_unknown)
    """Other addresses and List-Ids it is or was known by."""
    no_archive: str | None = Field(default=None, exclude_if=_unknown)
    """``honour`` or ``ignore`` posts' wish not to be archived."""
    no_archive_by: str | None = Field(default=None, exclude_if=_unknown)
    """Who decided that: ``default``, ``operator``, or a list manager that stamps all mail."""


class SetAside(Schema):
    """A mail that came for a list and is no post; for the operator only."""

    id: int
    list: str
    kind: str
    reason: str
    status: str
    """``waiting``, ``kept``, ``accepted`` or ``dropped``."""
    sender: str
    subject: str
    message_id: str | None
    received: datetime
    decided: datetime | None
    door: str
    envelope_sender: str | None
    size: int
    text: str | None = Field(default=None, exclude_if=_unknown)
    """What it says, where one mail is asked for."""


class Subscription(Schema):
    """The archive's membership of a list; for the operator only."""

    list: str
    state: str
    """``requested``, ``confirming``, ``active``, ``held``, ``warned``, ``lost`` or ``ended``."""
    reason: str
    changed: datetime
    manager: str | None
    """None until its mail tells."""
    request_address: str | None
    receiving_address: str
    pending: str | None
    """``join`` or ``leave`` while the list manager has not done what was asked."""
    requested: datetime | None
    expires: datetime | None
    last_post: datetime | None
    waiting: int
    """Notices that wait for a person's decision."""


class SubscriptionEvent(Schema):
    """One thing that happened to a subscription; ``notice`` is a number of the quarantine."""

    id: int
    happened: datetime
    kind: str
    detail: str
    notice: int | None
    decision: str | None
    """``waiting``, ``answered``, ``dismissed``, or None where there is nothing to decide."""


class OutgoingMail(Schema):
    """A mail that the archive sends; ``next_attempt`` is None when that is over."""

    to: str
    purpose: str
    created: datetime
    attempts: int
    next_attempt: datetime | None
    sent: datetime | None
    error: str | None


class SubscriptionHistory(Subscription):
    """A subscription with what led to its state, oldest first."""

    events: list[SubscriptionEvent]
    outgoing: list[OutgoingMail]


class Command(Schema):
    """A mail that tells a list manager to do something."""

    to: str
    subject: str
    body: str


class SubscriptionDecision(Schema):
    """A notice that only a person may answer, and the answer that would be sent."""

    id: int
    kind: str
    reason: str
    received: datetime
    sender: str
    subject: str
    text: str
    answer: Command | None


class TrendPoint(Schema):
    """Posts of one month, ``2019-03``."""

    period: str
    posts: int


class Topic(TopicReference):
    """A topic; ``keywords`` are its terms, heaviest first."""

    label_id: str | None = Field(default=None, exclude_if=_unknown)
    label_en: str | None = Field(default=None, exclude_if=_unknown)
    state: str
    keywords: list[str]
    threads: int
    messages: int
    people: int
    first: datetime | None
    last: datetime | None
    trend: list[TrendPoint]
    related: list[TopicReference]
    url: str


class Evidence(Schema):
    """A post behind a score; ``contribution`` is the share lost without it, 0 to 1."""

    message_id: str
    subject: str
    date: datetime
    kind: str
    contribution: float
    url: str


class Components(Schema):
    """What a score is made of, each 0 to 1."""

    authority: float
    recognition: float
    consistency: float
    presence: float


class Expert(Schema):
    """A line of a ranking; ``score``, ``low``, ``high`` 0 to 100, a 90 % interval."""

    rank: int
    person: PersonReference
    score: float
    low: float
    high: float
    level: str
    components: Components
    posts: int
    answers: int
    thanks: int
    first: datetime
    last: datetime
    evidence: list[Evidence]


# A field called ``list``, as the contract has it, hides the type's name in its class.
Experts = list[Expert]
TopicReferences = list[TopicReference]


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


class MatchReason(Schema):
    """What one group of facts did for a place in a match.

    ``contribution`` is to the logarithm of the odds, above or below the mean of
    all candidates; ``group`` is ``text``, ``activity``, ``list`` or ``standing``.
    """

    group: str
    contribution: float


class Answerer(Schema):
    """Somebody likely to answer; ``score`` is relative to the best, 0 to 100.

    ``why`` says in words which groups of ``reasons`` count most for the person.

    The facts from ``low`` to ``last`` are the person's standing on the same
    text, and None where there is none; ``low`` and ``high`` bound ``standing``.
    """

    rank: int
    person: PersonReference
    score: float
    standing: float | None = None
    low: float | None = None
    high: float | None = None
    level: str | None = None
    components: Components | None = None
    posts: int | None = None
    answers: int | None = None
    thanks: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    why: str = ""
    reasons: list[MatchReason] = Field(default_factory=list)
    evidence: list[Evidence]


class ThreadReference(Schema):
    """A thread named in passing."""

    id: int
    subject: str
    url: str


class SimilarThread(Schema):
    """An earlier thread that treats the like; ``why`` is a sentence for people."""

    thread: ThreadReference
    score: float
    why: str
    shared_terms: list[str]


class Match(Schema):
    """Who is likely to answer a question now, and what answered the like before."""

    as_of: datetime
    method: str
    experts: list[Answerer]
    threads: list[SimilarThread]


class Question(Schema):
    """The JSON body of ``POST /match``."""

    subject: str = Field(default="", max_length=1_000)
    body: str = Field(default="", max_length=1_000_000)
    list: str | None = Field(default=None, max_length=320)


class PersonTopic(TopicReference):
    """A person's place on a topic."""

    rank: int
    score: float
    low: float
    high: float
    level: str


class Alarm(Schema):
    """A sign that a standing may have been made up; ``share`` of its weight shows it."""

    topic: TopicReference
    person: PersonReference
    sign: str
    share: float
    askers: int


class Alarms(Schema):
    """Every sign that was seen, topic by topic."""

    items: list[Alarm]
    total: int


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
    score: float
    rank: int | None
    share: float
    depth: float
    breadth: float


class FocusRecord(Schema):
    """Focus, 0 to 1, cumulative to the end of one period."""

    period: str
    focus: float
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


class LeaderRecord(Schema):
    """One period of a topic: who had the highest standing at its end, and how much was answered."""

    period: str
    leader: PersonReference | None
    score: float
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
    or ``moderator``. ``parent_author`` is that message's author's name, where
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
    subject: str | None = None
    text: str | None = None
    own_text: str | None = None
    spans: list[Span] = []
    attachments: int = 0
    automation: str | None = None
    versions: int = 1
    url: str | None = None
    children: list[ThreadMessage] = []


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


class Attachment(Schema):
    """A part that is not the readable text; ``url`` gives its bytes."""

    n: int
    filename: str
    content_type: str
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
    date: datetime
    date_source: str
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


class Health(Schema):
    """Liveness: the process answers."""

    status: str


class PartState(Schema):
    """Whether a part can do its work; ``detail`` says what is wrong."""

    ready: bool
    detail: str | None = None


class Readiness(Schema):
    """Readiness: every part's state."""

    status: str
    parts: dict[str, PartState]


class ProblemItem(Schema):
    """One thing wrong with a request: where, and what was expected."""

    location: str
    name: str
    detail: str


class Problem(Schema):
    """RFC 9457 problem details; ``errors`` lists what is wrong, where there are several."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[ProblemItem] | None = Field(default=None, exclude_if=_unknown)


ThreadMessage.model_rebuild()
