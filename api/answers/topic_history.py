"""How a topic went: who led it when, who rises and returned, what waits for an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from api import schemas
from api.answers import references
from api.answers.person_history import Granularity
from api.answers.threads import threads_listed
from api.answers.topics import find_topic
from api.answers.visibility import visibility, visible_people
from api.context import Context
from api.paging import PageRequest
from api.readers import ANYONE, Reader
from reputation.history.course import HOLDING_MONTHS, Mover

WAITING_SHOWN = 5


def topic_course(
    context: Context, slug: str, *, reader: Reader = ANYONE, granularity: Granularity = "year"
) -> schemas.TopicCourse:
    """The course of a topic; who is hidden leads no period by name and is no mover.

    Raises ``NotFoundError``, or ``MergedError`` after a merge.
    """
    view = context.view(reader)
    with context.database.session() as session:
        limits = visibility(session, reader)
        row = find_topic(session, limits, slug)
        found = view.topic_course(row.id, granularity)
        leaders = {one.leader for one in found.periods if one.leader is not None}
        named = leaders.union(found.holders, (one.person for one in found.rising + found.returning))
        shown = visible_people(session, limits, named)
        people = references.people(session, limits, shown)
        topic = references.topic_reference(row, reader)
        waiting = threads_listed(
            session, limits, topic=slug, unanswered=True, page=PageRequest(WAITING_SHOWN)
        )
    hidden = references.hidden_person(reader)
    return schemas.TopicCourse(
        topic=topic,
        granularity=granularity,
        method=view.epoch.method,
        computed_at=view.epoch.computed,
        periods=[
            schemas.LeaderRecord.of(
                one, leader=None if one.leader is None else people.get(one.leader, hidden)
            )
            for one in found.periods
        ],
        rising=_movers(found.rising, shown, people),
        returning=_movers(found.returning, shown, people),
        rests_on=schemas.Foundation(
            years=HOLDING_MONTHS // 12,
            people=len(found.holders),
            helpers=found.helpers,
            names=[people[one] for one in found.holders if one in shown],
        ),
        waiting=waiting.items,
        waiting_total=waiting.total,
    )


def _movers(
    movers: Sequence[Mover],
    shown: Collection[int],
    people: Mapping[int, schemas.PersonReference],
) -> list[schemas.Mover]:
    return [
        schemas.Mover.of(one, person=people[one.person]) for one in movers if one.person in shown
    ]
