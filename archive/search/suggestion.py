"""Suggest another spelling for a query with a word that the archive does not contain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import tantivy
from rapidfuzz.distance import OSA
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.search.index import SearchIndex
from archive.search.query import Field, Query, Words
from archive.search.state import engine_faults
from archive.tables import Message, OwnText

SHORTEST: Final = 4
TWO_TYPOS_FROM: Final = 8
"""Words of at least this many letters may have two typos, shorter ones only one."""
MESSAGES_READ: Final = 20
MOST_WORDS: Final = 6

_LETTERS: Final = re.compile(r"[^\W\d_]+")


def corrected(
    text: str,
    query: Query,
    index: SearchIndex,
    session: Session,
    visible: Sequence[int] | None,
) -> str | None:
    """``text`` with each unknown word replaced by a known spelling; None if nothing changes.

    visible: row ids of the lists whose words may be suggested; None means all in the index.
    """
    changes: list[tuple[Words, str]] = []
    for clause in query.clauses:
        for term in clause:
            condition = term.condition
            if term.negated or not isinstance(condition, Words) or len(changes) >= MOST_WORDS:
                continue
            if condition.field in (Field.ANYWHERE, Field.SUBJECT, Field.BODY):
                better = _better(condition, index, session, visible)
                if better is not None:
                    changes.append((condition, better))
    if not changes:
        return None
    for condition, better in sorted(changes, key=lambda change: -change[0].position):
        start = text.find(condition.text, condition.position - 1)
        text = text[:start] + better + text[start + len(condition.text) :]
    return text


def _better(
    condition: Words, index: SearchIndex, session: Session, visible: Sequence[int] | None
) -> str | None:
    words = index.words(condition.text)
    if condition.prefix or len(words) != 1 or len(words[0]) < SHORTEST:
        return None
    word = words[0]
    limit = 2 if len(word) >= TWO_TYPOS_FROM else 1
    fields = ("subject", "own")
    if any(_matching(index, _exactly(index, name, word), visible, 1) for name in fields):
        return None
    for distance in range(1, limit + 1):
        found: Counter[str] = Counter()
        for name in fields:
            fuzzy = tantivy.Query.fuzzy_term_query(index.schema, name, word, distance)
            messages = _matching(index, fuzzy, visible, MESSAGES_READ)
            for written in _texts(session, messages):
                near = {
                    one
                    for one in map(str.lower, set(_LETTERS.findall(written)))
                    if OSA.distance(word, one, score_cutoff=distance) <= distance
                }
                found.update(near)
        if found:
            return min(found, key=lambda one: (-found[one], one))
    return None


def _exactly(index: SearchIndex, name: str, word: str) -> tantivy.Query:
    return tantivy.Query.term_query(index.schema, name, word)


def _matching(
    index: SearchIndex, query: tantivy.Query, visible: Sequence[int] | None, limit: int
) -> list[int]:
    """Row ids of messages on visible lists that match a query."""
    if visible is not None:
        if not visible:
            return []
        lists = tantivy.Query.term_set_query(index.schema, "lists", list(visible))
        must = tantivy.Occur.Must
        query = tantivy.Query.boolean_query([(must, query), (must, lists)])
    with engine_faults("searching"):
        searcher = index.searcher()
        addresses = [address for _, address in searcher.search(query, limit=limit).hits]
        return [int(one or 0) for one in searcher.fast_field_values("message", addresses)]


def _texts(session: Session, messages: Sequence[int]) -> list[str]:
    rows = session.execute(
        select(Message.subject, OwnText.text)
        .join(OwnText, OwnText.message_id == Message.id)
        .where(Message.id.in_(messages))
    )
    return [f"{subject} {text[:20_000]}" for subject, text in rows]
