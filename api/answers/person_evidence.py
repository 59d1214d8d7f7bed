"""The posts behind a person's score."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api import schemas
from api.answers import references
from api.answers.people import find_person
from api.answers.topics import find_topic
from api.answers.visibility import Visibility, visibility
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, encode_cursor, next_url, offset_of
from api.readers import ANYONE, Reader
from archive.errors import MergedError

_CURSOR = "evidence"


def person_evidence(
    context: Context,
    person_id: int,
    *,
    reader: Reader = ANYONE,
    topic: str | None = None,
    page: PageRequest = FIRST_PAGE,
) -> schemas.Page[schemas.Evidence]:
    """The person's evidence on one topic, or on all, the largest contribution first.

    Raises ``NotFoundError``, or ``MergedError`` after a merge of the person.
    """
    offset = offset_of(page.cursor, _CURSOR)
    end = offset + page.limit
    with context.database.session() as session:
        limits = visibility(session, reader)
        find_person(session, limits, person_id)
        topic_id = None if topic is None else _topic_id(session, limits, topic)
        items = context.view(reader).person_evidence(person_id, topic_id)
        posts = references.evidence(session, limits, items[offset:end])
    shown = [posts[item.message] for item in items[offset:end] if item.message in posts]
    cursor = encode_cursor(_CURSOR, (end,)) if end < len(items) else None
    path = f"/people/{person_id}/evidence"
    parameters = {"topic": topic, "limit": page.limit}
    return schemas.Page[schemas.Evidence](
        items=shown,
        next=next_url(path, parameters, cursor),
        total=len(items),
    )


def _topic_id(session: Session, limits: Visibility, slug: str) -> int:
    """The topic's id, after any merge: here the slug is a filter, not the thing asked for."""
    try:
        return find_topic(session, limits, slug).id
    except MergedError as merged:
        return find_topic(session, limits, merged.successor).id
