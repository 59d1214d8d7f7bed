"""Who is who, for moderators: addresses with their reasons, and the queue of suggestions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.orm import Session, aliased

from api.schemas import Page, Schema
from archive.people.suggestions import PeopleReport
from archive.tables import Address, MergeSuggestion, Message, Person


class OwnAddress(Schema):
    """An address of a person; ``reason`` says why it stands with the others, if there are any."""

    address: str
    posts: int
    first: datetime | None
    last: datetime | None
    reason: str | None


class Identity(Schema):
    """A person's addresses, the first one first."""

    id: int
    name: str
    hidden: bool
    addresses: list[OwnAddress]


class Side(Schema):
    """One of the two people of a suggestion; ``posts`` are the address's alone."""

    person: int
    name: str
    address: str
    posts: int


class Suggestion(Schema):
    """Two people who may be one."""

    number: int
    one: Side
    other: Side
    reason: str
    found: datetime


class IdentityReport(Schema):
    """What was merged, suggested and refused, by reason."""

    addresses: int
    people: int
    merges: dict[str, int]
    suggested: dict[str, int]
    refused: dict[str, int]


def identity(session: Session, person: int) -> Identity:
    """The addresses of a person that exists."""
    row = session.get_one(Person, person)
    posts = select(
        Message.address_id,
        func.count().label("posts"),
        func.min(Message.date).label("first"),
        func.max(Message.date).label("last"),
    )
    counted = posts.group_by(Message.address_id).subquery()
    rows = session.execute(
        select(Address, counted.c.posts, counted.c.first, counted.c.last)
        .outerjoin(counted, counted.c.address_id == Address.id)
        .where(Address.person_id == person)
        .order_by(counted.c.first, Address.key)
    )
    return Identity(
        id=row.id,
        name=row.name,
        hidden=row.hidden,
        addresses=[
            OwnAddress(
                address=address.key,
                posts=number or 0,
                first=first,
                last=last,
                reason=address.merge_reason,
            )
            for address, number, first, last in rows
        ],
    )


def queue(session: Session, limit: int) -> Page[Suggestion]:
    """Suggestions as the queue stands, those first where both addresses wrote much."""
    one, other = aliased(Address), aliased(Address)
    ours, theirs = _posts_of(one), _posts_of(other)
    least = case((ours < theirs, ours), else_=theirs)
    rows = session.execute(
        select(MergeSuggestion, one, other, ours, theirs)
        .join(one, one.id == MergeSuggestion.one)
        .join(other, other.id == MergeSuggestion.other)
        .order_by(least.desc(), MergeSuggestion.id)
        .limit(limit)
    ).all()
    return Page[Suggestion](
        items=[
            Suggestion(
                number=row.id,
                one=_side(session, left, left_posts),
                other=_side(session, right, right_posts),
                reason=row.reason,
                found=row.found,
            )
            for row, left, right, left_posts, right_posts in rows
        ],
        total=session.scalar(select(func.count()).select_from(MergeSuggestion)) or 0,
    )


def report(found: PeopleReport) -> IdentityReport:
    """The figures of a look at everybody."""
    return IdentityReport.model_validate(found, from_attributes=True)


def _posts_of(address: type[Address]) -> ScalarSelect[int]:
    query = select(func.count()).where(Message.address_id == address.id)
    return query.scalar_subquery()


def _side(session: Session, address: Address, posts: int) -> Side:
    person = session.get_one(Person, address.person_id)
    return Side(person=person.id, name=person.name, address=address.key, posts=posts)
