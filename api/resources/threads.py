"""Conversations, listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from api import schemas
from api.auth import ANYONE, Reader
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, decode_cursor, encode_cursor, next_url
from api.resources import references
from api.resources.topics import find_topic
from api.resources.visibility import Visibility, visibility, visible_list_id
from archive.errors import MergedError, UsageError
from archive.models import Address, Message
from archive.models import Thread as ThreadRow
from reputation.models import ThreadTopic

_CURSOR = "threads"


def threads(
    context: Context,
    *,
    reader: Reader = ANYONE,
    list_address: str | None = None,
    topic: str | None = None,
    unanswered: bool | None = None,
    page: PageRequest = FIRST_PAGE,
) -> schemas.Page[schemas.ThreadSummary]:
    """Threads, the latest active first.

    unanswered: True for threads in which nobody but the author wrote, False for the others.
    Raises ``NotFoundError`` for an unknown list or topic.
    """
    after = decode_cursor(page.cursor, _CURSOR, (int, int))
    with context.database.session() as session:
        limits = visibility(session, reader)
        chosen = _chosen(session, limits, list_address, topic, unanswered)
        total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        if after:
            last, row_id = _instant(int(after[0])), int(after[1])
            chosen = chosen.where(
                (ThreadRow.last < last) | ((ThreadRow.last == last) & (ThreadRow.id < row_id))
            )
        ordered = chosen.order_by(ThreadRow.last.desc(), ThreadRow.id.desc())
        rows = session.scalars(ordered.limit(page.limit + 1)).all()
        shown = rows[: page.limit]
        items = _summaries(session, limits, shown)
    more = len(rows) > page.limit
    key = (int(shown[-1].last.timestamp()), shown[-1].id) if more else ()
    cursor = encode_cursor(_CURSOR, key) if more else None
    parameters = {
        "list": list_address,
        "topic": topic,
        "unanswered": unanswered,
        "limit": page.limit,
    }
    return schemas.Page[schemas.ThreadSummary](
        items=items,
        next=next_url(context.settings.public_url, "/threads", parameters, cursor),
        total=total,
    )


def _chosen(
    session: Session,
    limits: Visibility,
    list_address: str | None,
    topic: str | None,
    unanswered: bool | None,
) -> Select[ThreadRow]:
    chosen = select(ThreadRow)
    list_id = visible_list_id(session, limits, list_address)
    if list_id is not None or limits.private:
        chosen = chosen.where(
            ThreadRow.id.in_(
                select(Message.thread_id).where(
                    limits.message(on_list=list_id), Message.thread_id.is_not(None)
                )
            )
        )
    if topic is not None:
        topic_id = _topic_id(session, limits, topic)
        chosen = chosen.where(
            ThreadRow.id.in_(select(ThreadTopic.thread_id).where(ThreadTopic.topic_id == topic_id))
        )
    if unanswered is not None:
        chosen = chosen.where(_is_unanswered() == unanswered)
    return chosen


def _is_unanswered() -> Any:
    """One person alone wrote; what programs sent does not count."""
    writers = (
        select(func.count(Address.person_id.distinct()))
        .join(Message, Message.address_id == Address.id)
        .where(Message.thread_id == ThreadRow.id, Message.automation.is_(None))
        .scalar_subquery()
    )
    return writers == 1


def _topic_id(session: Session, limits: Visibility, slug: str) -> int:
    """The topic's id, after any merge: here the slug is a filter, not the thing asked for."""
    try:
        return find_topic(session, limits, slug).id
    except MergedError as merged:
        return find_topic(session, limits, merged.successor).id


def _instant(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise UsageError("cursor: not one that this list gave; start again without it") from None


def _summaries(
    session: Session, limits: Visibility, rows: Sequence[ThreadRow]
) -> list[schemas.ThreadSummary]:
    ids = [row.id for row in rows]
    lists = references.lists_of_threads(session, limits, ids)
    topics = references.topics_of_threads(session, limits.reader, ids)
    authors = _authors(session, limits, ids)
    redaction = limits.redaction(frozenset())
    return [
        schemas.ThreadSummary(
            id=row.id,
            subject=redaction.text(row.subject),
            lists=lists.get(row.id, []),
            topics=topics.get(row.id, []),
            first=row.first,
            last=row.last,
            messages=row.messages,
            people=row.people,
            author=authors.get(row.id),
            url=f"/threads/{row.id}",
        )
        for row in rows
    ]


def _authors(
    session: Session, limits: Visibility, threads: Sequence[int]
) -> dict[int, schemas.Author]:
    """Thread → who began it, as far as may be seen."""
    number = (
        func.row_number()
        .over(partition_by=Message.thread_id, order_by=(Message.date, Message.digest))
        .label("number")
    )
    numbered = (
        select(Message.id, number)
        .where(Message.thread_id.in_(threads), limits.message())
        .subquery()
    )
    statement = (
        select(Message)
        .join(numbered, numbered.c.id == Message.id)
        .where(numbered.c.number == 1)
        .options(joinedload(Message.address))
    )
    return {
        message.thread_id: references.author(limits, message, message.address)
        for message in session.scalars(statement)
        if message.thread_id is not None
    }
