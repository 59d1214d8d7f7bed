"""Synonyms added and removed by people, each as a decision that can be undone."""

from __future__ import annotations

from typing import Final, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.decisions import Grounds, Subject, refuse_before_later
from archive.errors import ConflictError
from archive.tables import Decision
from reputation.language.words import tokens
from reputation.tables import Synonym, SynonymChange
from reputation.topics.synonyms import ADDED, IN_FORCE, REMOVED, pair_of, synonyms_of

MAXIMUM_OF_A_WORD: Final = 8


def add_synonym(
    session: Session, one: str, other: str, **grounds: Unpack[Grounds]
) -> tuple[Synonym, Decision | None]:
    """Say that two words mean the same; no decision where that holds already.

    Raises ``ConflictError`` for what is no single word or for one word twice,
    ``ConflictError`` for a word that has eight synonyms.
    """
    pair = _pair(one, other)
    row = session.get(Synonym, pair)
    if row is not None and row.state in IN_FORCE:
        return row, None
    known = synonyms_of(session, pair)
    for word in pair:
        if len(known.get(word, ())) >= MAXIMUM_OF_A_WORD:
            raise ConflictError.of(
                "synonyms-too-many", word=word, most=MAXIMUM_OF_A_WORD, known=", ".join(known[word])
            )
    return _decide(session, "synonym", pair, ADDED, **grounds)


def remove_synonym(
    session: Session, one: str, other: str, **grounds: Unpack[Grounds]
) -> tuple[Synonym, Decision | None]:
    """Say that two words do not mean the same, whatever the mail shows.

    No decision where that was said already. Raises ``ConflictError``.
    """
    pair = _pair(one, other)
    row = session.get(Synonym, pair)
    if row is not None and row.state == REMOVED:
        return row, None
    return _decide(session, "unsynonym", pair, REMOVED, **grounds)


def words_decided(session: Session, number: int) -> list[str]:
    """The two words that a decision was about; none for one about topics."""
    change = session.get(SynonymChange, number)
    return [] if change is None else [change.one, change.other]


def _pair(one: str, other: str) -> tuple[str, str]:
    words = [_word(text) for text in (one, other)]
    if words[0] == words[1]:
        raise ConflictError.of("synonyms-one-word", word=words[0])
    return pair_of(*words)


def _word(text: str) -> str:
    found = tokens(text[:1_000])
    if not found or len(text.split()) > 1:
        raise ConflictError.of("not-one-word", word=text[:50])
    return found[0]


def _decide(
    session: Session, kind: str, pair: tuple[str, str], state: str, **grounds: Unpack[Grounds]
) -> tuple[Synonym, Decision]:
    one, other = pair
    row = session.get(Synonym, pair)
    before = None if row is None else row.state
    if row is None:
        row = Synonym(one=one, other=other, state=state, reason="")
        session.add(row)
    row.state = state
    decision = SYNONYMS.record(session, kind, **grounds)
    session.add(SynonymChange(decision_id=decision.id, one=one, other=other, before=before))
    session.flush()
    return row, decision


def _restore(session: Session, decision: Decision) -> None:
    change = session.get_one(SynonymChange, decision.id)
    same = select(SynonymChange.decision_id).where(
        SynonymChange.one == change.one, SynonymChange.other == change.other
    )
    refuse_before_later(session, decision, same)
    row = session.get_one(Synonym, (change.one, change.other))
    if change.before is None:
        session.delete(row)
    else:
        row.state = change.before
    session.flush()


SYNONYMS: Final = Subject("topics", _restore)
"""Their decisions are stored among those about topics: kinds ``synonym`` and ``unsynonym``."""
