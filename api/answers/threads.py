"""Conversations, listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import QueryableAttribute, Session

from api import schemas
from api.answers import references
from api.answers.topics import find_topic
from api.answers.visibility import Visibility, visibility, visible_list_id
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, decode_cursor, encode_cursor, next_url
from api.readers import ANYONE, Reader
from archive.errors import MergedError, NotFoundError
from archive.tables import Address, Message, Posting
from archive.tables import Thread as ThreadRow
from reputation.corpus.traits import INFORMS
from reputation.tables import Mention, PostTrait, ThreadTopic

_CURSOR = "threads"


def threads(
    context: Context,
    *,
    reader: Reader = ANYONE,
    list_address: str | None = None,
    topic: str | None = None,
    unanswered: bool | None = None,
    after: datetime | None = None,
    before: datetime | None = None,
    page: PageRequest = FIRST_PAGE,
) -> schemas.Page[schemas.ThreadSummary]:
    """Threads, the latest active first.

    unanswered: True for questions that wait (``_is_unanswered``); False for the others.
    after, before: only threads whose last message is from then on, or from before then.
    Raises ``NotFoundError`` for an unknown list or topic.
    """
    with context.database.session() as session:
        return threads_listed(
            session,
            visibility(session, reader),
            list_address=list_address,
            topic=topic,
            unanswered=unanswered,
            after=after,
            before=before,
            page=page,
        )


def threads_listed(
    session: Session,
    limits: Visibility,
    *,
    list_address: str | None = None,
    topic: str | None = None,
    unanswered: bool | None = None,
    after: datetime | None = None,
    before: datetime | None = None,
    page: PageRequest = FIRST_PAGE,
) -> schemas.Page[schemas.ThreadSummary]:
    """``threads`` on an open session."""
    place = decode_cursor(page.cursor, _CURSOR, (int, int))
    chosen = _chosen(session, limits, list_address, topic, unanswered)
    last = _last(limits)
    if after is not None:
        chosen = chosen.where(last >= after)
    if before is not None:
        chosen = chosen.where(last < before)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    if place:
        instant, row_id = _instant(int(place[0])), int(place[1])
        chosen = chosen.where((last < instant) | ((last == instant) & (ThreadRow.id < row_id)))
    ordered = chosen.order_by(last.desc(), ThreadRow.id.desc())
    rows = session.scalars(ordered.limit(page.limit + 1)).all()
    shown = rows[: page.limit]
    items = _summaries(session, limits, shown)
    more = len(rows) > page.limit
    key = (int(items[-1].last.timestamp()), items[-1].id) if more else ()
    cursor = encode_cursor(_CURSOR, key) if more else None
    parameters = {
        "list": list_address,
        "topic": topic,
        "unanswered": unanswered,
        "after": after,
        "before": before,
        "limit": page.limit,
    }
    return schemas.Page[schemas.ThreadSummary](
        items=items,
        next=next_url("/threads", parameters, cursor),
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
    chosen = chosen.where(limits.thread(ThreadRow.id, on_list=list_id))
    if topic is not None:
        topic_id = _topic_id(session, limits, topic)
        chosen = chosen.where(
            ThreadRow.id.in_(
                select(ThreadTopic.thread_id).where(
                    ThreadTopic.topic_id == topic_id, limits.computed(ThreadTopic)
                )
            )
        )
    if unanswered is not None:
        waiting = _is_unanswered(limits)
        chosen = chosen.where(waiting if unanswered else not_(waiting))
    return chosen


def _last(limits: Visibility) -> ColumnElement[datetime] | QueryableAttribute[datetime]:
    """The instant of a thread's last post that may be seen."""
    if not limits.private:
        return ThreadRow.last
    # Only where some posts may not be seen does the thread's own date say too much.
    partly = (
        select(Message.thread_id)
        .join(Posting, Posting.message_id == Message.id)
        .where(Posting.list_id.in_(limits.private), Message.thread_id.is_not(None))
    )
    seen = select(func.max(Message.date)).where(Message.thread_id == ThreadRow.id, limits.message())
    return case((ThreadRow.id.in_(partly), seen.scalar_subquery()), else_=ThreadRow.last)


def _is_unanswered(limits: Visibility) -> Any:
    """One person alone wrote, and asks, of what may be seen.

    What programs sent does not count. Whose first post is a reply or a program's, offers a work
    or only lets others know of something asks nothing, nor does who wrote again that it is solved.
    """
    inside = and_(Message.thread_id == ThreadRow.id, limits.message())
    writers = (
        select(func.count(Address.person_id.distinct()))
        .join(Message, Message.address_id == Address.id)
        .where(inside, Message.automation.is_(None))
        .scalar_subquery()
    )
    root: Any = Message.parent_id.is_(None)
    if limits.private:
        root = ~exists().where(Posting.message_id == Message.parent_id, limits.posting())
    # Few who ask anew by replying to an old post quote it.
    reply = Message.is_reply | (
        Message.parent_reference.is_not(None) & Message.quote_marks.is_not(None)
    )
    # Whole sets: joined to each thread's messages they would be searched anew for every thread.
    offers = Message.id.in_(select(PostTrait.message_id).where(PostTrait.offers))
    thanks = Message.id.in_(select(PostTrait.message_id).where(PostTrait.thanks))
    informs = Message.id.in_(select(Mention.message_id).where(Mention.kind == INFORMS))
    asks_nothing = or_(
        root & (reply | Message.automation.is_not(None) | informs),
        offers & Message.is_reply.is_(False),
        thanks & ~root,
    )
    return and_(writers == 1, ~select(Message.id).where(inside, asks_nothing).exists())


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
        raise NotFoundError.of("cursor-unknown") from None


def _summaries(
    session: Session, limits: Visibility, rows: Sequence[ThreadRow]
) -> list[schemas.ThreadSummary]:
    ids = [row.id for row in rows]
    lists = references.lists_of_threads(session, limits, ids)
    topics = references.topics_of_threads(session, limits, ids)
    firsts = references.first_messages(session, limits, ids)
    extents = _extents(session, limits, rows)
    redaction = limits.redaction(frozenset())
    summaries = []
    for row in rows:
        first = firsts.get(row.id)
        subject = first.subject if first and limits.private else row.subject
        extent = extents[row.id]
        summaries.append(
            schemas.ThreadSummary(
                id=row.id,
                subject=redaction.text(subject),
                lists=lists.get(row.id, []),
                topics=topics.get(row.id, []),
                first=extent.first,
                last=extent.last,
                messages=extent.messages,
                people=extent.people,
                author=references.author(limits, first, first.address) if first else None,
                url=f"/threads/{row.id}",
            )
        )
    return summaries


class _Extent(NamedTuple):
    """What there is of a thread that may be seen."""

    first: datetime
    last: datetime
    messages: int
    people: int


def _extents(session: Session, limits: Visibility, rows: Sequence[ThreadRow]) -> dict[int, _Extent]:
    extents = {row.id: _Extent(row.first, row.last, row.messages, row.people) for row in rows}
    if limits.private:
        statement = (
            select(
                Message.thread_id,
                func.min(Message.date),
                func.max(Message.date),
                func.count(),
                func.count(Message.address_id.distinct()),
            )
            .where(Message.thread_id.in_(list(extents)), limits.message())
            .group_by(Message.thread_id)
        )
        for thread, first, last, messages, people in session.execute(statement):
            if thread is not None:
                extents[thread] = _Extent(first, last, messages, people)
    return extents
