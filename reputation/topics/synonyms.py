"""Synonyms: found in the mail, or added and removed by people.

A query for a word also finds its synonyms, so *jaringan* finds an English thread that
says *networking*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from reputation.language.words import tokens
from reputation.tables import Synonym
from reputation.topics.synonym_finder import FoundSynonym

FOUND: Final = "found"
ADDED: Final = "added"
REMOVED: Final = "removed"
IN_FORCE: Final = (FOUND, ADDED)
MAXIMUM_SYNONYMS: Final = 8
"""Most synonyms of one word; more would not really be synonyms."""
MAXIMUM_WORDS: Final = 50
"""Synonyms are looked up for this many words of a text; a longer text needs no more of them."""


def pair_of(one: str, other: str) -> tuple[str, str]:
    """Two words in the order in which their row holds them."""
    first, second = sorted((one, other))
    return first, second


def synonyms_of(session: Session, words: Iterable[str]) -> dict[str, list[str]]:
    """The synonyms in force of each word that has any, in alphabetical order."""
    wanted = sorted(set(words))
    if not wanted:
        return {}
    rows = session.execute(
        select(Synonym.one, Synonym.other).where(
            Synonym.state.in_(IN_FORCE), or_(Synonym.one.in_(wanted), Synonym.other.in_(wanted))
        )
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in rows:
        found[one].add(other)
        found[other].add(one)
    return {word: sorted(found[word])[:MAXIMUM_SYNONYMS] for word in wanted if word in found}


def synonyms_in(session: Session, text: str) -> dict[str, list[str]]:
    """The synonyms of the words of a short text."""
    return synonyms_of(session, tokens(text)[:MAXIMUM_WORDS])


def keep_found(session: Session, found: Iterable[FoundSynonym]) -> None:
    """Replace the synonyms found earlier by those found now; decisions of people stay."""
    session.execute(delete(Synonym).where(Synonym.state == FOUND))
    decided = {(row.one, row.other) for row in all_synonyms(session)}
    for pair in found:
        key = pair_of(pair.indonesian, pair.english)
        if key not in decided:
            one, other = key
            session.add(Synonym(one=one, other=other, state=FOUND, reason=pair.reason))
    session.flush()


def all_synonyms(session: Session) -> list[Synonym]:
    """Every stored pair of words, in any state, in alphabetical order."""
    return list(session.scalars(select(Synonym).order_by(Synonym.one, Synonym.other)))
