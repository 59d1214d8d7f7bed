"""Full-text search over the messages a reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import schemas
from api.answers import references
from api.answers.visibility import Visibility, visibility, visible_list_id
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, encode_cursor, next_url, offset_of
from api.readers import ANYONE, Reader
from archive.errors import NotFoundError, UsageError
from archive.search.query_builder import SearchLimits
from archive.search.searcher import Hit
from archive.tables import Address, Message

MAX_QUERY_CHARACTERS = 1_000
MAX_OFFSET = 10_000
"""How far a search can be paged through; further, a narrower query serves better."""
_CURSOR = "search"

Sort = Literal["relevance", "date"]
By = Literal["message", "thread"]


def search(
    context: Context,
    query: str,
    *,
    reader: Reader = ANYONE,
    list_address: str | None = None,
    sort: Sort = "relevance",
    by: By = "message",
    page: PageRequest = FIRST_PAGE,
) -> schemas.SearchPage:
    """Messages that ``query`` finds; by thread, the first one of each.

    Raises ``UsageError``, with the position, for a query that cannot be read.
    """
    if len(query) > MAX_QUERY_CHARACTERS:
        raise UsageError.of("text-too-long", most=MAX_QUERY_CHARACTERS)
    offset = offset_of(page.cursor, _CURSOR)
    if offset > MAX_OFFSET:
        raise NotFoundError.of("cursor-too-far", most=MAX_OFFSET)
    with context.database.session() as session:
        limits = visibility(session, reader)
        list_id = visible_list_id(session, limits, list_address)
        shown = limits.redaction(frozenset() if list_id is None else frozenset({list_id}))
        found = context.searcher.search(
            query,
            audience=limits.audience,
            list_address=list_address,
            sort=sort,
            by_thread=by == "thread",
            limit=page.limit,
            offset=offset,
            limits=_reach(session, limits),
            mask=shown.text,
            within=session,
        )
        items = _hits(session, limits, found.hits)
    end = offset + page.limit
    more = end < min(found.total, MAX_OFFSET + 1)
    cursor = encode_cursor(_CURSOR, (end,)) if more else None
    parameters = {"q": query, "list": list_address, "sort": sort, "by": by, "limit": page.limit}
    return schemas.SearchPage(
        query=query,
        sort=sort,
        by=by,
        suggestion=found.suggestion,
        but_one=found.but_one,
        partial=found.partial,
        items=items,
        next=next_url("/search", parameters, cursor),
        total=found.total,
    )


def _reach(session: Session, limits: Visibility) -> SearchLimits:
    """What this reader may not find people by."""
    plain = None if limits.reader.trusted else limits.plain
    if not limits.hidden:
        return SearchLimits(plain)
    posts = select(Message.id).join(Address, Address.id == Message.address_id)
    messages = session.scalars(posts.where(Address.person_id.in_(limits.hidden))).all()
    return SearchLimits(plain, limits.hidden_names, messages)


_SHOWN = select(
    Message.id,
    Message.message_id,
    Message.subject,
    Message.date,
    Message.thread_id,
    Message.author_name,
    Address.person_id,
    Address.email,
).join(Address, Address.id == Message.address_id)


def _hits(session: Session, limits: Visibility, hits: Sequence[Hit]) -> list[schemas.SearchHit]:
    ids = [hit.message for hit in hits]
    statement = _SHOWN.where(limits.message())
    rows = {row.id: row for row in references.rows_for(session, statement, Message.id, ids)}
    lists = references.lists_of_messages(session, limits, rows)
    threads = references.threads(
        session, limits, {row.thread_id for row in rows.values() if row.thread_id is not None}
    )
    found = []
    for hit in hits:
        row = rows.get(hit.message)
        # The index follows the store: what has just been taken out may still be found.
        if row is None:
            continue
        its_lists = lists.get(row.id, {})
        redaction = limits.redaction(frozenset(its_lists))
        found.append(
            schemas.SearchHit(
                message_id=row.message_id,
                subject=redaction.text(row.subject),
                author=references.author_named(limits, row.author_name, row.person_id, row.email),
                date=row.date,
                lists=list(its_lists.values()),
                thread=threads.get(row.thread_id) if row.thread_id is not None else None,
                score=round(hit.score, 4),
                snippet=hit.snippet,
                url=references.message_url(row.message_id),
            )
        )
    return found
