"""Topics added, renamed, merged, split, pinned and hidden by people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.errors import ConflictError
from reputation.outdated import outdate
from reputation.tables import Topic
from reputation.topics.curation.lookup import find_topic, successor_of, topic_of_slug
from reputation.topics.curation.threads import move_pins, pin_thread
from reputation.topics.curation.words import (
    checked_label,
    checked_words,
    optional_label,
    set_words,
    words_of,
)
from reputation.topics.queries import unused_slug


def add_topic(
    session: Session,
    label: str,
    *,
    terms: Mapping[str, float],
    label_id: str | None = None,
    label_en: str | None = None,
    threads: Sequence[str] = (),
    not_threads: Sequence[str] = (),
    audience: str = "",
) -> Topic:
    """A new topic that models leave alone.

    label: for readers; label_id, label_en: the same in Indonesian and English.
    terms: words with weights, below 0 to exclude threads that have them.
    threads, not_threads: Message-IDs of threads that are, or are not, about it.
    audience: name of the audience that sees it.
    Raises ``ConflictError`` for an empty label or query, ``NotFoundError`` for an
    unknown Message-ID.
    """
    weights = checked_words(terms)
    if not threads and not any(weight > 0 for weight in weights.values()):
        raise ConflictError.of("topic-needs-words")
    topic = Topic(
        audience=audience,
        slug=unused_slug(checked_label(label), set(session.scalars(select(Topic.slug))), audience),
        label=checked_label(label),
        label_id=optional_label(label_id),
        label_en=optional_label(label_en),
        state="pinned",
        curated=True,
        created=datetime.now(UTC),
    )
    session.add(topic)
    session.flush()
    set_words(session, topic, weights)
    for message_id in threads:
        pin_thread(session, topic, message_id, included=True)
    for message_id in not_threads:
        pin_thread(session, topic, message_id, included=False)
    outdate(session)
    return topic


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
    Raises ``NotFoundError``, ``MergedError``, or ``ConflictError`` for an empty label.
    """
    topic = find_topic(session, slug)
    topic.label = checked_label(label)
    topic.label_id, topic.label_en = optional_label(label_id), optional_label(label_en)
    return _edited(session, topic)


def merge(session: Session, slug: str, into: str) -> Topic:
    """Merge the topic ``slug`` into another, which takes over its words and pins.

    The merged row stays and leads to the other one, which is returned.
    Raises ``ConflictError`` for a topic merged into itself, in a circle, or into
    a hidden one; ``NotFoundError``; ``MergedError`` if it was merged into another before.
    """
    successor = successor_of(session, into)
    topic = topic_of_slug(session, slug)
    if successor.id == topic.id:
        code = "topic-merge-itself" if slug == into else "topic-merge-circle"
        raise ConflictError.of(code, topic=slug, into=into)
    if topic.merged_into == successor.id:
        return successor
    if successor.audience != topic.audience:
        raise ConflictError.of("topic-audiences-differ", topic=slug, into=successor.slug)
    topic = find_topic(session, slug)
    if successor.state == "hidden":
        raise ConflictError.of("topic-hidden", topic=successor.slug)
    words = words_of(session, topic)
    for term, weight in words_of(session, successor).items():
        # A word that one of the two seeks is sought, even if the other excludes it.
        words[term] = max(weight, words.get(term, weight))
    set_words(session, successor, words)
    move_pins(session, topic, successor)
    topic.state, topic.merged_into = "merged", successor.id
    # One step leads from any old slug to the topic that answers, however often merges repeat.
    session.execute(
        update(Topic).where(Topic.merged_into == topic.id).values(merged_into=successor.id)
    )
    return _edited(session, successor)


def split(session: Session, slug: str, terms: Iterable[str], label: str) -> Topic:
    """A new topic of some of a topic's words, which the old one loses.

    Raises ``ConflictError`` if a word is none of the topic's or if it would be
    left without any; ``NotFoundError``; ``MergedError``.
    """
    topic = find_topic(session, slug)
    held = words_of(session, topic)
    moved = dict.fromkeys(checked_words(dict.fromkeys(terms, 1.0)))
    foreign = [term for term in moved if held.get(term, 0.0) <= 0]
    if foreign:
        raise ConflictError.of(
            "topic-word-foreign", word=foreign[0], topic=slug, held=_listed(held)
        )
    rest = {term: weight for term, weight in held.items() if term not in moved}
    if not any(weight > 0 for weight in rest.values()):
        raise ConflictError.of("topic-nothing-left", topic=slug)
    excluding = {term: weight for term, weight in rest.items() if weight < 0}
    largest = max((held[term] for term in moved), default=1.0)
    shares = {term: round(held[term] / largest, 4) for term in moved}
    part = add_topic(session, label, terms={**shares, **excluding}, audience=topic.audience)
    set_words(session, topic, rest)
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
        pin_thread(session, topic, message_id, included=included)
    if topic.state != "hidden":
        topic.state = "pinned"
    outdate(session, but_public=topic.audience != "")
    return topic


def hide(session: Session, slug: str) -> Topic:
    """Take a topic out of lists and rankings; models will not suggest it again.

    Raises ``NotFoundError``, ``MergedError``.
    """
    topic = find_topic(session, slug)
    topic.state = "hidden"
    outdate(session, but_public=topic.audience != "")
    return topic


def unhide(session: Session, slug: str) -> Topic:
    """Show a hidden topic again. Raises ``NotFoundError``, ``MergedError``."""
    topic = find_topic(session, slug)
    if topic.state == "hidden":
        topic.state = "pinned"
        outdate(session, but_public=topic.audience != "")
    return topic


def put_under(session: Session, slug: str, parent: str | None) -> Topic:
    """Say which broader topic a topic is part of, or with None that it is part of none.

    Raises ``ConflictError`` for itself, for what is part of it, or for a hidden
    topic; ``NotFoundError``; ``MergedError``.
    """
    topic = find_topic(session, slug)
    above = None if parent is None else find_topic(session, parent)
    if above is not None and above.state == "hidden":
        raise ConflictError.of("topic-hidden", topic=parent)
    if above is not None and above.audience not in ("", topic.audience):
        raise ConflictError.of("topic-audience-narrower", topic=slug, parent=parent)
    current, seen = above, set[int]()
    while current is not None and current.id not in seen:
        if current.id == topic.id:
            code = "topic-part-of-itself" if above is topic else "topic-part-circle"
            raise ConflictError.of(code, topic=slug, parent=parent)
        seen.add(current.id)
        current = session.get(Topic, current.parent_id) if current.parent_id else None
    topic.parent_id, topic.parent_decided = None if above is None else above.id, True
    outdate(session, but_public=topic.audience != "")
    return topic


def _edited(session: Session, topic: Topic) -> Topic:
    topic.curated = True
    outdate(session, but_public=topic.audience != "")
    return topic


def _listed(terms: Mapping[str, float]) -> str:
    return ", ".join([term for term, weight in terms.items() if weight > 0][:20])
