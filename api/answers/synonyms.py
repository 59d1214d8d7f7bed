"""Words that mean the same, as commands and the API show them."""

from __future__ import annotations

from api import schemas
from api.context import Context
from api.paging import PageRequest, encode_cursor, next_url, offset_of
from reputation.topics.synonyms import all_synonyms

_CURSOR = "synonyms"


def synonyms(context: Context, page: PageRequest) -> schemas.Page[schemas.SynonymPair]:
    """Every pair that something was said of, by the alphabet."""
    offset = offset_of(page.cursor, _CURSOR)
    with context.database.session() as session:
        rows = all_synonyms(session)
        shown = rows[offset : offset + page.limit]
        items = [schemas.SynonymPair.model_validate(row) for row in shown]
    end = offset + page.limit
    cursor = encode_cursor(_CURSOR, (end,)) if end < len(rows) else None
    return schemas.Page[schemas.SynonymPair](
        items=items,
        next=next_url("/synonyms", {"limit": page.limit}, cursor),
        total=len(rows),
    )
