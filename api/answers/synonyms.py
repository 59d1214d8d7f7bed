"""Words that mean the same, as commands and the API show them."""

from __future__ import annotations

from api import schemas
from api.context import Context
from api.paging import PageRequest, encode_cursor, next_url, offset_of
from archive.database import Database
from reputation.tables import Synonym
from reputation.topics.curation.synonyms import add_synonym, remove_synonym
from reputation.topics.synonyms import all_synonyms

_CURSOR = "synonyms"


def synonyms(context: Context, page: PageRequest) -> schemas.Page[schemas.SynonymPair]:
    """Every pair that something was said of, by the alphabet."""
    offset = offset_of(page.cursor, _CURSOR)
    with context.database.session() as session:
        rows = all_synonyms(session)
        items = [_described(row) for row in rows[offset : offset + page.limit]]
    end = offset + page.limit
    cursor = encode_cursor(_CURSOR, (end,)) if end < len(rows) else None
    return schemas.Page[schemas.SynonymPair](
        items=items,
        next=next_url(context.settings.public_url, "/synonyms", {"limit": page.limit}, cursor),
        total=len(rows),
    )


def decide_on_synonym(
    database: Database, one: str, other: str, *, same: bool, author: str, reason: str
) -> schemas.DecidedSynonym:
    """Say that two words mean the same, or that they do not."""
    act = add_synonym if same else remove_synonym
    with database.transaction() as session:
        row, decision = act(session, one, other, author=author, reason=reason)
        return schemas.DecidedSynonym(
            one=row.one,
            other=row.other,
            state=row.state,
            decision=decision.id if decision else None,
        )


def _described(row: Synonym) -> schemas.SynonymPair:
    return schemas.SynonymPair(one=row.one, other=row.other, state=row.state, reason=row.reason)
