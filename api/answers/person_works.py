"""What a person announced: articles, books, talks, code."""

from __future__ import annotations

from api import schemas
from api.answers.people import person
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, encode_cursor, next_url, offset_of
from api.readers import ANYONE, Reader

_CURSOR = "works"


def person_works(
    context: Context, person_id: int, *, reader: Reader = ANYONE, page: PageRequest = FIRST_PAGE
) -> schemas.Page[schemas.Work]:
    """The person's works that others answered, the latest first.

    Raises ``NotFoundError``, or ``MergedError`` after a merge.
    """
    offset = offset_of(page.cursor, _CURSOR)
    end = offset + page.limit
    works = person(context, person_id, reader=reader).works
    cursor = encode_cursor(_CURSOR, (end,)) if end < len(works) else None
    path = f"/people/{person_id}/works"
    return schemas.Page[schemas.Work](
        items=works[offset:end],
        next=next_url(path, {"limit": page.limit}, cursor),
        total=len(works),
    )
