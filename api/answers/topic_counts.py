"""How much of the archive a topic is: threads, posts, people, months, neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, String, and_, func, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from api import schemas
from api.answers.references import topic_reference
from api.answers.visibility import Visibility
from archive.tables import Address, Message
from reputation.tables import ThreadTopic, Topic
from reputation.topics.queries import LIVE_STATES

RELATED = 5


class _Month(FunctionElement[str]):
    """``2019-03`` of a column of Unix seconds, in UTC."""

    type = String()
    inherit_cache = True
    name = "month"


def month(instant: Any) -> ColumnElement[str]:
    """The month of a ``Timestamp`` column as ``2019-03``, in UTC."""
    return _Month(type_coerce(instant, Integer))


@compiles(_Month, "sqlite")
def _on_sqlite(element: _Month, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y-%m', {compiler.process(element.clauses, **options)}, 'unixepoch')"


@compiles(_Month, "postgresql")
def _on_postgresql(element: _Month, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"to_char(to_timestamp({seconds}) AT TIME ZONE 'UTC', 'YYYY-MM')"


class Counts(NamedTuple):
    """What there is of one topic that the reader may see."""

    threads: int
    messages: int
    people: int
    first: datetime | None
    last: datetime | None


def threads(session: Session, limits: Visibility, list_id: int | None) -> dict[int, int]:
    """Topic → number of its threads that may be seen, on one list or on all."""
    statement = select(ThreadTopic.topic_id, func.count()).where(
        limits.computed(ThreadTopic), limits.thread(ThreadTopic.thread_id, on_list=list_id)
    )
    rows = session.execute(statement.group_by(ThreadTopic.topic_id)).all()
    return {topic: count for topic, count in rows}  # noqa: C416 - rows are not pairs to mypy


def counts(
    session: Session, limits: Visibility, topics: Sequence[int], list_id: int | None
) -> dict[int, Counts]:
    """Topic → its counts."""
    statement = (
        select(
            ThreadTopic.topic_id,
            func.count(Message.thread_id.distinct()),
            func.count(),
            func.count(Address.person_id.distinct()),
            func.min(Message.date),
            func.max(Message.date),
        )
        .join(Message, Message.thread_id == ThreadTopic.thread_id)
        .join(Address, Address.id == Message.address_id)
        .where(
            ThreadTopic.topic_id.in_(topics),
            limits.computed(ThreadTopic),
            limits.message(on_list=list_id),
        )
        .group_by(ThreadTopic.topic_id)
    )
    return {row[0]: Counts(*row[1:]) for row in session.execute(statement)}


def trends(
    session: Session, limits: Visibility, topics: Sequence[int], list_id: int | None
) -> dict[int, list[schemas.TrendPoint]]:
    """Topic → posts by month, oldest first; months without a post are left out."""
    period = month(Message.date).label("period")
    statement = (
        select(ThreadTopic.topic_id, period, func.count())
        .join(Message, Message.thread_id == ThreadTopic.thread_id)
        .where(
            ThreadTopic.topic_id.in_(topics),
            limits.computed(ThreadTopic),
            limits.message(on_list=list_id),
        )
        .group_by(ThreadTopic.topic_id, period)
        .order_by(ThreadTopic.topic_id, period)
    )
    found: dict[int, list[schemas.TrendPoint]] = defaultdict(list)
    for topic, name, posts in session.execute(statement):
        found[topic].append(schemas.TrendPoint(period=name, posts=posts))
    return found


def related(
    session: Session, limits: Visibility, topics: Sequence[int]
) -> dict[int, list[schemas.TopicReference]]:
    """Topic → the topics that share most of its threads."""
    other = aliased(ThreadTopic)
    shared = func.count()
    statement = (
        select(ThreadTopic.topic_id, Topic)
        .join(
            other,
            and_(
                other.audience == ThreadTopic.audience,
                other.thread_id == ThreadTopic.thread_id,
                other.topic_id != ThreadTopic.topic_id,
            ),
        )
        .join(Topic, Topic.id == other.topic_id)
        .where(
            ThreadTopic.topic_id.in_(topics),
            Topic.state.in_(LIVE_STATES),
            limits.computed(ThreadTopic),
            limits.topic(),
            limits.thread(ThreadTopic.thread_id),
        )
        .group_by(ThreadTopic.topic_id, Topic.id)
        .order_by(ThreadTopic.topic_id, shared.desc(), Topic.id)
    )
    found: dict[int, list[schemas.TopicReference]] = defaultdict(list)
    for topic, neighbour in session.execute(statement):
        if len(found[topic]) < RELATED:
            found[topic].append(topic_reference(neighbour, limits.reader))
    return found
