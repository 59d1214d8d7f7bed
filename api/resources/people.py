"""People: who wrote, under which names, and what they are recognised for."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import schemas
from api.auth import ANYONE, Reader
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, decode_cursor, encode_cursor, next_url
from api.resources import person_facts
from api.resources.visibility import Visibility, visibility
from archive.errors import MergedError, NotFoundError
from archive.tables import Address, Person

MAX_MERGES = 20
_CURSOR = "people"


def people(
    context: Context,
    *,
    reader: Reader = ANYONE,
    query: str | None = None,
    page: PageRequest = FIRST_PAGE,
) -> schemas.Page[schemas.Person]:
    """People by name.

    query: only those with this text in their name, or with exactly this address.
    """
    after = decode_cursor(page.cursor, _CURSOR, (str, int))
    with context.database.session() as session:
        limits = visibility(session, reader)
        chosen = select(Person).where(limits.person())
        if query:
            owner = select(Address.person_id).where(Address.email == query.strip().lower())
            chosen = chosen.where(
                Person.name.icontains(query.strip(), autoescape=True) | Person.id.in_(owner)
            )
        total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        if after:
            name, last = after
            chosen = chosen.where(
                (Person.name > name) | ((Person.name == name) & (Person.id > last))
            )
        rows = session.scalars(chosen.order_by(Person.name, Person.id).limit(page.limit + 1)).all()
        shown = rows[: page.limit]
        items = person_facts.described(session, limits, shown)
    more = len(rows) > page.limit
    cursor = encode_cursor(_CURSOR, (shown[-1].name, shown[-1].id)) if more else None
    parameters = {"q": query, "limit": page.limit}
    return schemas.Page[schemas.Person](
        items=items,
        next=next_url(context.settings.public_url, "/people", parameters, cursor),
        total=total,
    )


def person(context: Context, person_id: int, *, reader: Reader = ANYONE) -> schemas.Person:
    """The person of that id. Raises ``NotFoundError``, or ``MergedError`` after a merge."""
    with context.database.session() as session:
        limits = visibility(session, reader)
        row = find_person(session, limits, person_id)
        return person_facts.described(session, limits, [row])[0]


def find_person(session: Session, limits: Visibility, person_id: int) -> Person:
    """The person's row. Raises ``NotFoundError``, or ``MergedError`` with the id that answers."""
    missing = NotFoundError(f"no person {person_id} in this archive")
    row = session.get(Person, person_id)
    for _ in range(MAX_MERGES):
        if row is None or row.merged_into is None:
            break
        row = session.get(Person, row.merged_into)
    if row is None:
        raise missing
    seen = session.scalar(select(Person.id).where(Person.id == row.id, limits.person()))
    if seen is None:
        raise missing
    if row.id != person_id:
        raise MergedError(f"person {person_id} was merged into {row.id}", str(row.id))
    return row
