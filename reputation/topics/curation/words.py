"""The words of topics, and their labels, as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.errors import UsageError
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
            raise UsageError(f"the weight of {term[:50]!r} is not between -1 and 1, or is 0")
        words = tokens(term[:1000])
        if not words or len(term.split()) > 1:
            raise UsageError(f"{term[:50]!r} is not one word that texts are searched for")
        found.setdefault(words[0], weight)
    if len(found) > MAXIMUM_QUERY_TERMS:
        raise UsageError(f"a topic has at most {MAXIMUM_QUERY_TERMS} words")
    return found


def checked_label(label: str) -> str:
    """A label in one line. Raises ``UsageError``."""
    text = " ".join(label[: 4 * MAXIMUM_LABEL].split())
    if not text or not text.isprintable():
        raise UsageError("a label is a line of printable characters")
    if len(text) > MAXIMUM_LABEL:
        raise UsageError(f"a label has at most {MAXIMUM_LABEL} characters")
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
