"""The words of topics, and their labels, as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.errors import ConflictError, UsageError
from reputation.language.words import tokens
from reputation.tables import Topic, TopicTerm
from reputation.topics.queries import MAXIMUM_QUERY_TERMS

MAXIMUM_LABEL: Final = 200
EXCLUDING_WEIGHT: Final = -1.0


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


def checked_words(terms: Mapping[str, float]) -> dict[str, float]:
    """The index's words for what people write: one word each, as texts are cut into them.

    Raises ``UsageError``.
    """
    found: dict[str, float] = {}
    for term, weight in terms.items():
        if not -1 <= weight <= 1 or weight == 0:
            raise UsageError.of("weight-out-of-range", word=term[:50])
        words = tokens(term[:1000])
        if not words or len(term.split()) > 1:
            raise ConflictError.of("not-one-word", word=term[:50])
        found.setdefault(words[0], weight)
    if len(found) > MAXIMUM_QUERY_TERMS:
        raise ConflictError.of("topic-too-many-words", most=MAXIMUM_QUERY_TERMS)
    return found


def checked_label(label: str) -> str:
    """A label in one line, without what cannot be shown. Raises ``UsageError``."""
    text = " ".join(label[: 4 * MAXIMUM_LABEL].split())
    text = "".join(letter for letter in text if letter.isprintable())
    if not any(letter.isalnum() for letter in text):
        raise UsageError.of("label-malformed")
    if len(text) > MAXIMUM_LABEL:
        raise UsageError.of("label-too-long", most=MAXIMUM_LABEL)
    return text


def optional_label(label: str | None) -> str | None:
    """``checked_label`` of a label that may be left out."""
    return None if label is None else checked_label(label)


def words_of(session: Session, topic: Topic) -> dict[str, float]:
    """The words of a topic with their weights, the heaviest first."""
    rows = session.scalars(
        select(TopicTerm)
        .where(TopicTerm.topic_id == topic.id)
        .order_by(TopicTerm.weight.desc(), TopicTerm.term)
    )
    return {row.term: row.weight for row in rows}


def set_words(session: Session, topic: Topic, terms: Mapping[str, float]) -> None:
    """Give a topic these words instead of its own; at most 200, the heaviest."""
    heaviest = sorted(terms, key=lambda term: -abs(terms[term]))[:MAXIMUM_QUERY_TERMS]
    session.execute(delete(TopicTerm).where(TopicTerm.topic_id == topic.id))
    session.add_all(
        TopicTerm(topic_id=topic.id, term=term, weight=terms[term]) for term in heaviest
    )
    session.flush()
