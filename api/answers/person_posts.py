"""How much a person wrote about what: every post once, under the topic its thread is most about."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sqlalchemy import select

from api import schemas
from api.answers.person_history import Granularity, period_of
from api.answers.references import topics_of_threads
from api.answers.visibility import visibility
from api.context import Context
from api.readers import ANYONE, Reader
from archive.tables import Address, Message


class PostsOfPeriod(NamedTuple):
    """Posts of one period about one topic; those about no topic are under None."""

    period: str
    topic: schemas.TopicReference | None
    posts: int


def person_posts(
    context: Context,
    person_id: int,
    *,
    reader: Reader = ANYONE,
    granularity: Granularity = "month",
) -> list[PostsOfPeriod]:
    """The person's posts that may be seen, by period and topic; together as many as they are."""
    with context.database.session() as session:
        limits = visibility(session, reader)
        posts = session.execute(
            select(Message.date, Message.thread_id)
            .join(Address, Address.id == Message.address_id)
            .where(Address.person_id == person_id, limits.message())
        ).all()
        threads = {thread for _, thread in posts if thread is not None}
        topics = topics_of_threads(session, limits, threads)
    counts: Counter[tuple[str, str | None]] = Counter()
    known: dict[str, schemas.TopicReference] = {}
    for date, thread in posts:
        primary = next(iter(topics.get(thread, ())), None) if thread is not None else None
        if primary is not None:
            known[primary.slug] = primary
        counts[period_of(date, granularity), primary.slug if primary else None] += 1
    return [
        PostsOfPeriod(period, known[slug] if slug is not None else None, count)
        for (period, slug), count in counts.items()
    ]
