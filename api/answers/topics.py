"""Topics: what the lists talk about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import schemas
from api.answers import topic_counts
from api.answers.references import topic_label, topic_reference
from api.answers.topic_places import Places, places
from api.answers.visibility import Visibility, visibility, visible_list_id
from api.context import Context, EpochMemo
from api.paging import FIRST_PAGE, PageRequest, decode_cursor, encode_cursor, next_url
from api.readers import ANYONE, Reader
from archive.errors import MergedError, NotFoundError
from reputation.tables import Topic, TopicTerm
from reputation.topics.queries import LIVE_STATES
from reputation.topics.synonyms import synonyms_of

KEYWORDS = 12
MAX_MERGES = 20
_CURSOR = "topics"


def topics(
    context: Context,
    *,
    reader: Reader = ANYONE,
    list_address: str | None = None,
    query: str | None = None,
    page: PageRequest = FIRST_PAGE,
) -> schemas.Page[schemas.Topic]:
    """Topics, those of most threads first.

    list_address: only topics of this list, counted on it.
    query: only topics with this text in slug, label or keywords.
    """
    after = decode_cursor(page.cursor, _CURSOR, (int, str))
    epoch = context.view(reader).mark
    with context.database.session() as session:
        limits = visibility(session, reader)
        list_id = visible_list_id(session, limits, list_address)
        rows = {row.id: row for row in _shown(session, limits)}
        keywords = _keywords(session, list(rows))
        wanted = _wanted(session, query)
        threads = topic_counts.threads(session, limits, list_id)
        found = {
            (-threads.get(row.id, 0), row.slug): row.id
            for row in rows.values()
            if _matches(row, keywords.get(row.id, []), wanted)
            and (list_id is None or row.id in threads)
        }
        keys = sorted(found)
        start = bisect_right(keys, (int(after[0]), str(after[1]))) if after else 0
        part = keys[start : start + page.limit]
        shown = [found[key] for key in part]
        facts = _facts(context.memo, epoch, session, limits, shown, list_id=list_id)
        standing = places(context.memo, epoch, session, limits)
        items = _described(session, limits, [rows[one] for one in shown], facts, standing)
    more = start + page.limit < len(keys)
    cursor = encode_cursor(_CURSOR, part[-1]) if more and part else None
    parameters = {"list": list_address, "q": query, "limit": page.limit}
    return schemas.Page[schemas.Topic](
        items=items,
        next=next_url("/topics", parameters, cursor),
        total=len(keys),
    )


def topic(context: Context, slug: str, *, reader: Reader = ANYONE) -> schemas.Topic:
    """The topic of that slug. Raises ``NotFoundError``, or ``MergedError`` after a merge."""
    epoch = context.view(reader).mark
    with context.database.session() as session:
        limits = visibility(session, reader)
        row = find_topic(session, limits, slug)
        facts = _facts(context.memo, epoch, session, limits, [row.id])
        standing = places(context.memo, epoch, session, limits)
        return _described(session, limits, [row], facts, standing)[0]


def find_topic(session: Session, limits: Visibility, slug: str) -> Topic:
    """The topic's row. Raises ``NotFoundError``, or ``MergedError`` with the slug that answers."""
    missing = NotFoundError.of("topic-unknown", topic=slug[:120])
    row = session.scalar(select(Topic).where(Topic.slug == slug, limits.topic()))
    if row is None or (row.state == "hidden" and not limits.reader.curator):
        raise missing
    for _ in range(MAX_MERGES):
        if row.merged_into is None:
            break
        successor = session.get(Topic, row.merged_into)
        if successor is None:
            raise missing
        row = successor
    if row.slug != slug:
        raise MergedError.of("topic-merged", topic=slug, successor=row.slug)
    return row


def topics_by_id(
    session: Session, limits: Visibility, ids: Sequence[int]
) -> dict[int, schemas.TopicReference]:
    """Those of the topics that may be seen, in the order of ``ids``."""
    rows = {row.id: row for row in _shown(session, limits)}
    return {one: topic_reference(rows[one], limits.reader) for one in ids if one in rows}


def _shown(session: Session, limits: Visibility) -> Sequence[Topic]:
    states = (*LIVE_STATES, "hidden") if limits.reader.curator else LIVE_STATES
    return session.scalars(select(Topic).where(Topic.state.in_(states), limits.topic())).all()


def _wanted(session: Session, query: str | None) -> list[str]:
    """What is looked for in topics: the text, and for a single word what means the same."""
    if not query:
        return []
    text = query.casefold()
    return [text, *synonyms_of(session, [text]).get(text, ())]


def _matches(row: Topic, keywords: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    names = (row.slug, row.label, row.label_id or "", row.label_en or "", *keywords)
    return any(text in name.casefold() for text in wanted for name in names)


def _keywords(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Topic → its terms, heaviest first; excluding terms left out."""
    statement = (
        select(TopicTerm.topic_id, TopicTerm.term)
        .where(TopicTerm.topic_id.in_(ids), TopicTerm.weight > 0)
        .order_by(TopicTerm.topic_id, TopicTerm.weight.desc(), TopicTerm.term)
    )
    found: dict[int, list[str]] = {}
    for topic_id, term in session.execute(statement):
        found.setdefault(topic_id, []).append(term)
    return found


_Facts = tuple[topic_counts.Counts, list[schemas.TrendPoint], list[schemas.TopicReference]]


def _described(
    session: Session,
    limits: Visibility,
    rows: Sequence[Topic],
    facts: dict[int, _Facts],
    standing: Places,
) -> list[schemas.Topic]:
    keywords = _keywords(session, [row.id for row in rows])
    described = []
    for row in rows:
        count, trend, related = facts[row.id]
        described.append(
            schemas.Topic(
                slug=row.slug,
                label=topic_label(row, limits.reader),
                label_id=row.label_id,
                label_en=row.label_en,
                state=row.state,
                # A tag's topic is made from a list's settings.
                curated=row.curated and row.tag is None,
                keywords=keywords.get(row.id, [])[:KEYWORDS],
                threads=count.threads,
                messages=count.messages,
                people=count.people,
                first=count.first,
                last=count.last,
                trend=trend,
                related=related,
                parent=standing.parent(row.id),
                narrower=standing.narrower(row.id),
                tag=row.tag,
                url=f"/topics/{row.slug}",
            )
        )
    return described


def _facts(
    memo: EpochMemo,
    epoch: Hashable,
    session: Session,
    limits: Visibility,
    topics: Sequence[int],
    *,
    list_id: int | None = None,
) -> dict[int, _Facts]:
    """What is counted of each topic: once an epoch, which says what threads it has."""

    def count(missing: Sequence[int]) -> dict[int, _Facts]:
        counts = topic_counts.counts(session, limits, missing, list_id)
        trends = topic_counts.trends(session, limits, missing, list_id)
        related = topic_counts.related(session, limits, missing)
        nothing = topic_counts.Counts(0, 0, 0, None, None)
        return {
            topic: (counts.get(topic, nothing), trends.get(topic, []), related.get(topic, []))
            for topic in missing
        }

    kind = ("topics", limits.reader.language, list_id)
    return memo.get(epoch, kind, topics, count)
