"""Where topics stand: under which, and with which under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from api import schemas
from api.answers.references import topic_reference
from api.answers.visibility import Visibility
from api.context import EpochMemo
from reputation.tables import ThreadTopic, Topic
from reputation.topics.broader import Placed, broader_topics
from reputation.topics.queries import LIVE_STATES

NARROWER = 12

Pairs = dict[tuple[int, int], int]


class Places:
    """The topics above and below each one that may be seen."""

    def __init__(self, rows: Mapping[int, Topic], above: Mapping[int, int], limits: Visibility):
        self._rows, self._above, self._reader = rows, above, limits.reader
        self._below: dict[int, list[int]] = defaultdict(list)
        for narrow, broad in sorted(above.items()):
            self._below[broad].append(narrow)

    def parent(self, topic: int) -> schemas.TopicReference | None:
        """The topic above, if there is one."""
        number = self._above.get(topic)
        return None if number is None else topic_reference(self._rows[number], self._reader)

    def narrower(self, topic: int) -> list[schemas.TopicReference]:
        """The topics below, the oldest first."""
        found = self._below.get(topic, [])[:NARROWER]
        return [topic_reference(self._rows[number], self._reader) for number in found]


def places(memo: EpochMemo, epoch: Hashable, session: Session, limits: Visibility) -> Places:
    """Where each live topic stands, by its visible threads and by people's decisions.

    Threads are counted once an epoch; decisions hold at once.
    """

    def count(missing: Sequence[str]) -> dict[str, tuple[dict[int, int], Pairs]]:
        return {key: (_threads(session, limits), _shared(session, limits)) for key in missing}

    counted = memo.get(epoch, "places", ["all"], count)
    threads, shared = counted["all"]
    live = select(Topic).where(Topic.state.in_(LIVE_STATES), limits.topic())
    rows = {row.id: row for row in session.scalars(live)}
    placed = {
        number: Placed(
            row.label,
            threads.get(number, 0),
            row.parent_decided,
            _standing(session, row.parent_id),
        )
        for number, row in rows.items()
    }
    pairs = {pair: both for pair, both in shared.items() if placed.keys() >= set(pair)}
    return Places(rows, broader_topics(placed, pairs), limits)


def _standing(session: Session, topic: int | None) -> int | None:
    """The topic itself, or the one it was merged into."""
    row = None if topic is None else session.get(Topic, topic)
    return None if row is None else row.merged_into or row.id


def _threads(session: Session, limits: Visibility) -> dict[int, int]:
    rows = session.execute(
        select(ThreadTopic.topic_id, func.count())
        .where(limits.computed(ThreadTopic), limits.thread(ThreadTopic.thread_id))
        .group_by(ThreadTopic.topic_id)
    )
    return {topic: count for topic, count in rows}  # noqa: C416 - rows are not pairs to mypy


def _shared(session: Session, limits: Visibility) -> Pairs:
    other = aliased(ThreadTopic)
    rows = session.execute(
        select(ThreadTopic.topic_id, other.topic_id, func.count())
        .join(
            other,
            and_(
                other.audience == ThreadTopic.audience,
                other.thread_id == ThreadTopic.thread_id,
                other.topic_id != ThreadTopic.topic_id,
            ),
        )
        .where(limits.computed(ThreadTopic), limits.thread(ThreadTopic.thread_id))
        .group_by(ThreadTopic.topic_id, other.topic_id)
    )
    return {(narrow, broad): count for narrow, broad, count in rows}
