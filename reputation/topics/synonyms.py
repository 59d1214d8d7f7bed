"""Words that mean the same: found in the mail, added and removed by people.

A query for one of them finds what is said with the other, so that *jaringan*
finds what an English thread calls *networking*.
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
"""Of one word: more would be no synonyms."""
MAXIMUM_WORDS: Final = 50
"""Words of a text whose synonyms are looked up: longer ones say what they mean in many words."""


def pair_of(one: str, other: str) -> tuple[str, str]:
    """Two words in the order in which their row has them."""
    first, second = sorted((one, other))
    return first, second


def synonyms_of(session: Session, words: Iterable[str]) -> dict[str, list[str]]:
    """Each word that has synonyms in force, with them by the alphabet."""
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
    """The synonyms of a short text's words."""
    return synonyms_of(session, tokens(text)[:MAXIMUM_WORDS])


def keep_found(session: Session, found: Iterable[FoundSynonym]) -> None:
    """Keep what the mail shows now in place of what it showed; people's word stands."""
    session.execute(delete(Synonym).where(Synonym.state == FOUND))
    decided = {(row.one, row.other) for row in all_synonyms(session)}
    for pair in found:
        key = pair_of(pair.indonesian, pair.english)
        if key not in decided:
            one, other = key
            session.add(Synonym(one=one, other=other, state=FOUND, reason=pair.reason))
    session.flush()


def all_synonyms(session: Session) -> list[Synonym]:
    """Every pair that something was said of, by the alphabet."""
    return list(session.scalars(select(Synonym).order_by(Synonym.one, Synonym.other)))
