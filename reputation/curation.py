"""What people decide about topics: add, rename, merge, split, pin, hide.

Pure functions on a session; the caller's transaction makes them last. Each
also marks the newest epoch as outdated, so that the next ranking takes the
decision up. Rows are permanent: a merged or hidden topic keeps its slug.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from archive.errors import MergedError, NotFoundError, UsageError
from archive.models import Message
from reputation.models import Epoch, Topic, TopicPin, TopicTerm
from reputation.slugs import unused_slug
from reputation.text import tokens
from reputation.topic_queries import MAXIMUM_TERMS

MAXIMUM_LABEL: Final = 200
EXCLUDING_WEIGHT: Final = -1.0
OUTDATED: Final = -1
"""``Epoch.messages`` of an epoch that lacks one curation; lower for more."""


class _Topic(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str
    terms: dict[str, float]
    label_id: str | None = None
    label_en: str | None = None
    threads: list[str] = []
    not_threads: list[str] = []


class _Topics(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topic: list[_Topic]


def add_topic(
    session: Session,
    label: str,
    *,
    terms: Mapping[str, float],
    label_id: str | None = None,
    label_en: str | None = None,
    pinned: Sequence[str] = (),
    excluded: Sequence[str] = (),
) -> Topic:
    """A new topic that models leave alone.

    label: for readers; label_id, label_en: the same in Indonesian and English.
    terms: words with weights, below 0 to exclude threads that have them.
    pinned, excluded: Message-IDs of threads that are, or are not, about it.
    Raises ``UsageError`` for an empty label or query, ``NotFoundError`` for an
    unknown Message-ID.
    """
    weights = _words(terms)
    if not pinned and not any(weight > 0 for weight in weights.values()):
        raise UsageError("a topic needs at least one word or pinned thread")
    topic = Topic(
        slug=unused_slug(_label(label), set(session.scalars(select(Topic.slug)))),
        label=_label(label),
        label_id=_optional_label(label_id),
        label_en=_optional_label(label_en),
        state="pinned",
        curated=True,
        created=datetime.now(UTC),
    )
    session.add(topic)
    session.flush()
    _set_terms(session, topic, weights)
    for message_id in pinned:
        _pin_thread(session, topic, message_id, included=True)
    for message_id in excluded:
        _pin_thread(session, topic, message_id, included=False)
    outdate(session)
    return topic


def add_topics(session: Session, document: str) -> list[Topic]:
    """Add the topics of a TOML document: tables ``[[topic]]`` with the fields of ``add_topic``.

    ``label`` and ``terms`` (a table word = weight) are needed; ``label_id``, ``label_en``,
    ``threads`` and ``not_threads`` (Message-IDs) are not. Raises ``UsageError`` for anything
    else, and what ``add_topic`` raises.
    """
    try:
        topics = _Topics.model_validate(tomllib.loads(document)).topic
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"topics: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"topics: {place}: {first['msg']}") from None
    return [
        add_topic(
            session,
            one.label,
            terms=one.terms,
            label_id=one.label_id,
            label_en=one.label_en,
            pinned=one.threads,
            excluded=one.not_threads,
        )
        for one in topics
    ]


def rename(
    session: Session,
    slug: str,
    label: str,
    *,
    label_id: str | None = None,
    label_en: str | None = None,
) -> Topic:
    """Give a topic another label; its slug stays, so that links to it hold.

    A language that is not named falls back to ``label``.
    Raises ``NotFoundError``, ``MergedError``, or ``UsageError`` for an empty label.
    """
    topic = find_topic(session, slug)
    topic.label = _label(label)
    topic.label_id, topic.label_en = _optional_label(label_id), _optional_label(label_en)
    return _edited(session, topic)


def merge(session: Session, slug: str, into: str) -> Topic:
    """Merge the topic ``slug`` into another, which takes over its words and pins.

    The merged row stays and leads to the other one, which is returned.
    Raises ``UsageError`` for a topic merged into itself, in a circle, or into
    a hidden one; ``NotFoundError``; ``MergedError`` if it was merged before.
    """
    successor = _successor(session, into)
    topic = _row(session, slug)
    if successor.id == topic.id:
        way = "itself" if slug == into else f"{into!r}, which was merged into it: a circle"
        raise UsageError(f"topic {slug!r} cannot be merged into {way}")
    topic = find_topic(session, slug)
    if successor.state == "hidden":
        raise UsageError(f"topic {successor.slug!r} is hidden; unhide it before merging into it")
    words = _terms(session, topic)
    for term, weight in _terms(session, successor).items():
        # A word that one of the two seeks is sought, even if the other excludes it.
        words[term] = max(weight, words.get(term, weight))
    _set_terms(session, successor, words)
    _move_pins(session, topic, successor)
    topic.state, topic.merged_into = "merged", successor.id
    # One step leads from any old slug to the topic that answers, however often merges repeat.
    session.execute(
        update(Topic).where(Topic.merged_into == topic.id).values(merged_into=successor.id)
    )
    return _edited(session, successor)


def split(session: Session, slug: str, terms: Iterable[str], label: str) -> Topic:
    """A new topic of some of a topic's words, which the old one loses.

    Raises ``UsageError`` if a word is none of the topic's or if it would be
    left without any; ``NotFoundError``; ``MergedError``.
    """
    topic = find_topic(session, slug)
    held = _terms(session, topic)
    moved = dict.fromkeys(_words(dict.fromkeys(terms, 1.0)))
    foreign = [term for term in moved if held.get(term, 0.0) <= 0]
    if foreign:
        raise UsageError(f"{foreign[0]!r} is no word of topic {slug!r}: it has {_listed(held)}")
    rest = {term: weight for term, weight in held.items() if term not in moved}
    if not any(weight > 0 for weight in rest.values()):
        raise UsageError(f"nothing would be left of topic {slug!r}; rename it instead")
    excluding = {term: weight for term, weight in rest.items() if weight < 0}
    largest = max((held[term] for term in moved), default=1.0)
    shares = {term: round(held[term] / largest, 4) for term in moved}
    part = add_topic(session, label, terms={**shares, **excluding})
    _set_terms(session, topic, rest)
    _edited(session, topic)
    return part


def pin(
    session: Session, slug: str, message_id: str | None = None, *, included: bool = True
) -> Topic:
    """Keep a topic for good; with a Message-ID say that its thread is, or is not, about it.

    Raises ``NotFoundError`` for an unknown topic or message, ``MergedError``.
    """
    topic = find_topic(session, slug)
    if message_id is not None:
        _pin_thread(session, topic, message_id, included=included)
    if topic.state != "hidden":
        topic.state = "pinned"
    outdate(session)
    return topic


def hide(session: Session, slug: str) -> Topic:
    """Take a topic out of lists and rankings; models will not suggest it again.

    Raises ``NotFoundError``, ``MergedError``.
    """
    topic = find_topic(session, slug)
    topic.state = "hidden"
    outdate(session)
    return topic


def unhide(session: Session, slug: str) -> Topic:
    """Show a hidden topic again. Raises ``UsageError`` if it is not hidden, ``NotFoundError``."""
    topic = find_topic(session, slug)
    if topic.state != "hidden":
        raise UsageError(f"topic {slug!r} is not hidden")
    topic.state = "pinned"
    outdate(session)
    return topic


def find_topic(session: Session, slug: str) -> Topic:
    """The topic of a slug, hidden ones too.

    Raises ``NotFoundError``, or ``MergedError`` with the slug that answers now.
    """
    topic = _row(session, slug)
    if topic.merged_into is not None:
        successor = _successor(session, slug).slug
        raise MergedError(f"topic {slug!r} was merged into {successor!r}", successor)
    return topic


def outdate(session: Session) -> None:
    """Mark the newest epoch as made before a curation, whoever ranks next.

    Each mark lowers ``Epoch.messages`` further below 0, so that a ranking
    under way can tell that another one came meanwhile.
    """
    newest = session.scalar(select(func.max(Epoch.id)))
    if newest is not None:
        epoch = session.get_one(Epoch, newest, populate_existing=True)
        epoch.messages = min(epoch.messages, 0) + OUTDATED
    session.flush()


def parse_terms(text: str) -> dict[str, float]:
    """Weighted words from ``router, wifi=0.5, -windows``; a leading minus excludes.

    Raises ``UsageError`` for a weight that is no number.
    """
    found: dict[str, float] = {}
    for piece in (piece.strip() for piece in text.split(",")):
        if not piece:
            continue
        word, equals, weight = piece.lstrip("-").partition("=")
        try:
            value = float(weight) if equals else 1.0
        except ValueError:
            raise UsageError(f"{weight[:50]!r} is no weight for {word[:50]!r}") from None
        found[word.strip()] = EXCLUDING_WEIGHT if piece.startswith("-") else value
    return found


def _row(session: Session, slug: str) -> Topic:
    topic = session.scalar(select(Topic).where(Topic.slug == slug))
    if topic is None:
        raise NotFoundError(f"no topic {slug[:120]!r} in this archive")
    return topic


def _successor(session: Session, slug: str) -> Topic:
    """The topic that answers for a slug after all merges."""
    topic = _row(session, slug)
    seen = {topic.id}
    while topic.merged_into is not None:
        topic = session.get_one(Topic, topic.merged_into)
        if topic.id in seen:
            raise UsageError(f"topic {slug!r} was merged in a circle")
        seen.add(topic.id)
    return topic


def _edited(session: Session, topic: Topic) -> Topic:
    topic.curated = True
    outdate(session)
    return topic


def _label(label: str) -> str:
    text = " ".join(label[: 4 * MAXIMUM_LABEL].split())
    if not text or not text.isprintable():
        raise UsageError("a label is a line of printable characters")
    if len(text) > MAXIMUM_LABEL:
        raise UsageError(f"a label has at most {MAXIMUM_LABEL} characters")
    return text


def _optional_label(label: str | None) -> str | None:
    return None if label is None else _label(label)


def _words(terms: Mapping[str, float]) -> dict[str, float]:
    """The index's words for what people write: one word each, as texts are cut into them."""
    found: dict[str, float] = {}
    for term, weight in terms.items():
        if not -1 <= weight <= 1 or weight == 0:
            raise UsageError(f"the weight of {term[:50]!r} is not between -1 and 1, or is 0")
        words = tokens(term[:1000])
        if not words or len(term.split()) > 1:
            raise UsageError(f"{term[:50]!r} is not one word that texts are searched for")
        found.setdefault(words[0], weight)
    if len(found) > MAXIMUM_TERMS:
        raise UsageError(f"a topic has at most {MAXIMUM_TERMS} words")
    return found


def _terms(session: Session, topic: Topic) -> dict[str, float]:
    rows = session.scalars(
        select(TopicTerm)
        .where(TopicTerm.topic_id == topic.id)
        .order_by(TopicTerm.weight.desc(), TopicTerm.term)
    )
    return {row.term: row.weight for row in rows}


def _set_terms(session: Session, topic: Topic, terms: Mapping[str, float]) -> None:
    heaviest = sorted(terms, key=lambda term: -abs(terms[term]))[:MAXIMUM_TERMS]
    session.execute(delete(TopicTerm).where(TopicTerm.topic_id == topic.id))
    session.add_all(
        TopicTerm(topic_id=topic.id, term=term, weight=terms[term]) for term in heaviest
    )
    session.flush()


def _listed(terms: Mapping[str, float]) -> str:
    return ", ".join([term for term, weight in terms.items() if weight > 0][:20])


def _pin_thread(session: Session, topic: Topic, message_id: str, *, included: bool) -> None:
    """Say of a message's thread whether it is about the topic; the last word counts."""
    wanted = message_id.strip().removeprefix("<").removesuffix(">")
    found = session.execute(
        select(Message.id, Message.thread_id)
        .where(Message.message_id == wanted)
        .order_by(Message.thread_id.is_(None), Message.id)
    ).first()
    if found is None:
        raise NotFoundError(f"no message <{wanted[:200]}> in this archive")
    number, thread = found
    same_thread = select(Message.id).where(Message.thread_id == thread)
    session.execute(
        delete(TopicPin).where(
            TopicPin.topic_id == topic.id,
            (TopicPin.message_id == number) | TopicPin.message_id.in_(same_thread),
        )
    )
    session.add(TopicPin(topic_id=topic.id, message_id=number, included=included))
    session.flush()


def _move_pins(session: Session, topic: Topic, successor: Topic) -> None:
    """Threads that were pinned to ``topic`` become the successor's, unless it says otherwise.

    Threads it excluded may well be about the wider topic, so exclusions stay behind.
    """
    decided = set(
        session.scalars(
            select(Message.thread_id)
            .join(TopicPin, TopicPin.message_id == Message.id)
            .where(TopicPin.topic_id == successor.id)
        )
    )
    for message, thread in session.execute(
        select(TopicPin.message_id, Message.thread_id)
        .join(Message, Message.id == TopicPin.message_id)
        .where(TopicPin.topic_id == topic.id, TopicPin.included)
    ).all():
        if thread is not None and thread not in decided:
            decided.add(thread)
            session.add(TopicPin(topic_id=successor.id, message_id=message, included=True))
    session.flush()
