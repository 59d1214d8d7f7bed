"""People's works, with those of their citations that the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import schemas
from api.answers import references
from api.answers.references import message_url
from api.answers.visibility import Visibility
from archive.tables import Address, Message, Person
from reputation.tables import Work, WorkCitation

MAX_WORKS = 100
CITATIONS_SHOWN = 5


def works_of(
    session: Session, limits: Visibility, people: Sequence[int]
) -> dict[int, list[schemas.Work]]:
    """The works of each person, the latest first, at most a hundred."""
    statement = (
        select(Work, Message.message_id, Message.date)
        .join(Message, Message.id == Work.message_id)
        .where(Work.person_id.in_(people), limits.computed(Work), limits.message())
        .order_by(Message.date.desc(), Work.id)
        .limit(MAX_WORKS * max(1, len(people)))
    )
    rows = session.execute(statement).all()
    citations = _citations(session, limits, [work.id for work, _, _ in rows])
    counts = _counts(session, limits, [work.id for work, _, _ in rows])
    found: dict[int, list[schemas.Work]] = defaultdict(list)
    redaction = limits.redaction(frozenset())
    for work, message_id, date in rows:
        if len(found[work.person_id]) >= MAX_WORKS:
            continue
        found[work.person_id].append(
            schemas.Work(
                kind=work.kind,
                title=redaction.text(work.title),
                locator=work.locator,
                announced=work.announced,
                status="confirmed" if work.confirmed else "claimed",
                cited=counts.get(work.id, 0),
                citations=citations.get(work.id, []),
                message_id=message_id,
                date=date,
                url=message_url(message_id),
            )
        )
    return found


def _counts(session: Session, limits: Visibility, works: Sequence[int]) -> dict[int, int]:
    """How many people cite each work: a name counts once."""
    statement = (
        select(WorkCitation.work_id, func.count(Person.name.distinct()))
        .join(Message, Message.id == WorkCitation.message_id)
        .join(Address, Address.id == Message.address_id)
        .join(Person, Person.id == Address.person_id)
        .where(WorkCitation.work_id.in_(works), limits.computed(WorkCitation), limits.message())
        .group_by(WorkCitation.work_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _citations(
    session: Session, limits: Visibility, works: Sequence[int]
) -> dict[int, list[schemas.Citation]]:
    """The latest citation of each work by each of the people who cited it last."""
    own_place = func.row_number().over(
        partition_by=(WorkCitation.work_id, Person.name),
        order_by=(Message.date.desc(), Message.id),
    )
    cited = (
        select(
            WorkCitation.work_id,
            Message.message_id,
            Message.date,
            Address.person_id,
            own_place.label("own_place"),
        )
        .join(Message, Message.id == WorkCitation.message_id)
        .join(Address, Address.id == Message.address_id)
        .join(Person, Person.id == Address.person_id)
        .where(WorkCitation.work_id.in_(works), limits.computed(WorkCitation), limits.message())
        .subquery()
    )
    place = func.row_number().over(
        partition_by=cited.c.work_id, order_by=(cited.c.date.desc(), cited.c.message_id)
    )
    last = select(cited, place.label("place")).where(cited.c.own_place == 1).subquery()
    shown = select(last).where(last.c.place <= CITATIONS_SHOWN)
    rows = session.execute(shown.order_by(last.c.work_id, last.c.place)).all()
    authors = references.people(session, limits, {row.person_id for row in rows})
    found: dict[int, list[schemas.Citation]] = defaultdict(list)
    for row in rows:
        found[row.work_id].append(
            schemas.Citation(
                message_id=row.message_id,
                author=authors[row.person_id],
                date=row.date,
                url=message_url(row.message_id),
            )
        )
    return found
