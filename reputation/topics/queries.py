"""Load topics from the store as saved queries with pinned threads."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import UsageError
from archive.lists.audience import WHOLE, Audience
from archive.tables import Message
from reputation.language.words import tokens
from reputation.tables import ThreadTopic, Topic, TopicPin, TopicTerm, seen_by
from reputation.topics.tags import tagged_threads

MAXIMUM_SLUG: Final = 60
MAXIMUM_QUERY_TERMS = 200
"""Most words by which a topic or a text is looked up."""
LIVE_STATES: Final = ("suggested", "pinned")
"""A topic in one of these states is shown and scored."""


def slug(label: str) -> str:
    """An ASCII name for URLs: lower-case words joined by hyphens, 1 to 60 characters."""
    plain = unicodedata.normalize("NFKD", label[:1000]).encode("ascii", "ignore").decode("ascii")
    short = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[: MAXIMUM_SLUG + 1]
    if len(short) > MAXIMUM_SLUG:
        short = short.rpartition("-")[0] or short[:MAXIMUM_SLUG]
    return short or "topic"


def unused_slug(label: str, taken: Collection[str], audience: str = "") -> str:
    """The slug of a label, with a number if another topic has it.

    audience: name of those who see the topic. Unless they are the public, it follows two
        hyphens, so that no slug of the public depends on what private lists talk about.
    """
    base, ending = slug(label), f"--{audience}" if audience else ""
    numbers = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name + ending for name in numbers if name + ending not in taken)


@dataclass(frozen=True, slots=True)
class TopicQuery:
    """A live topic, in the form that ``StandingModel.rank`` accepts.

    terms: words with weights; a weight below 0 excludes threads.
    pinned, excluded: thread ids.
    last_message: id of the newest message when it was suggested; 0 for a topic made by
        people.
    """

    id: int
    slug: str
    label: str
    terms: dict[str, float]
    pinned: frozenset[int] = field(default_factory=frozenset)
    excluded: frozenset[int] = field(default_factory=frozenset)
    last_message: int = 0


def load_topics(session: Session, readers: Audience = WHOLE) -> list[TopicQuery]:
    """Load every live topic that ``readers`` see, by id."""
    terms: dict[int, dict[str, float]] = defaultdict(dict)
    for topic, term, weight in session.execute(
        select(TopicTerm.topic_id, TopicTerm.term, TopicTerm.weight).order_by(
            TopicTerm.weight.desc(), TopicTerm.term
        )
    ):
        terms[topic][term] = weight
    pins: dict[tuple[int, bool], set[int]] = defaultdict(set)
    for topic, tagged in tagged_threads(session, readers).items():
        pins[topic, True] |= tagged
    for topic, included, thread in session.execute(
        select(TopicPin.topic_id, TopicPin.included, Message.thread_id)
        .join(Message, Message.id == TopicPin.message_id)
        .where(Message.thread_id.is_not(None), readers.message())
    ):
        assert thread is not None
        pins[topic, included].add(thread)
    live = select(Topic).where(Topic.state.in_(LIVE_STATES), seen_by(readers))
    rows = session.scalars(live.order_by(Topic.id))
    return [
        TopicQuery(
            row.id,
            row.slug,
            row.label,
            terms[row.id],
            frozenset(pins[row.id, True] - pins[row.id, False]),
            frozenset(pins[row.id, False]),
            row.last_message_id,
        )
        for row in rows
    ]


def topics_in_text(
    topics: Iterable[TopicQuery],
    text: str,
    limit: int = 5,
    *,
    synonyms: Mapping[str, Sequence[str]] | None = None,
) -> list[int]:
    """Ids of the topics that a text touches, closest first; ``synonyms`` of its words too."""
    words = set(tokens(text))
    words.update(*(synonyms or {}).values())
    shares = []
    for topic in topics:
        positive = {term: weight for term, weight in topic.terms.items() if weight > 0}
        hit = sum(weight for term, weight in positive.items() if term in words)
        if hit:
            shares.append((-hit / sum(positive.values()), topic.id))
    return [topic for _, topic in sorted(shares)[:limit]]


def threads_of_topic(session: Session, readers: Audience, slug: str) -> list[int]:
    """The ids of a topic's threads that ``readers`` may read, for the ``topic:`` operator.

    Raises ``UsageError`` for a topic that ``readers`` do not know.
    """
    topic = session.scalar(select(Topic).where(Topic.slug == slug, seen_by(readers)))
    # Follow merges, so that an old slug in a saved search still works.
    while topic is not None and topic.merged_into is not None:
        topic = session.get(Topic, topic.merged_into)
    if topic is None or topic.state not in LIVE_STATES:
        raise UsageError.of("query-topic-unknown", topic=slug[:120])
    rows = select(ThreadTopic.thread_id).where(
        ThreadTopic.audience == readers.name, ThreadTopic.topic_id == topic.id
    )
    return list(session.scalars(rows))
