"""People: who wrote, under which names, and what they are recognised for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, false, func, select
from sqlalchemy.orm import Session

from api import schemas
from api.answers.references import person_url, topic_label
from api.answers.visibility import Visibility, visibility
from api.answers.works import works_of
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, decode_cursor, encode_cursor, next_url
from api.readers import ANYONE, Reader
from archive.errors import MergedError, NotFoundError
from archive.mail.obfuscation import obfuscate_address
from archive.tables import Address, AddressName, Message, Person
from reputation.standing.levels import Level
from reputation.tables import Evidence, Score, Topic
from reputation.topics.queries import LIVE_STATES

MAX_MERGES = 20
_CURSOR = "people"


class _Posts(NamedTuple):
    posts: int
    first: datetime | None
    last: datetime | None


class _Answers(NamedTuple):
    answers: int
    thanks: int


def described(session: Session, limits: Visibility, rows: Sequence[Person]) -> list[schemas.Person]:
    """Each of ``rows`` with everything the reader may know."""
    ids = [row.id for row in rows]
    names = _names(session, limits, ids)
    addresses = _addresses(session, limits, ids)
    posts = _posts(session, limits, ids)
    answers = _answers(session, limits, ids)
    topics = _topics(session, limits, ids)
    announced = works_of(session, limits, ids)
    described = []
    for row in rows:
        wrote = posts.get(row.id, _Posts(0, None, None))
        helped = answers.get(row.id, _Answers(0, 0))
        described.append(
            schemas.Person(
                id=row.id,
                name=limits.name(row.name),
                names=list(dict.fromkeys(map(limits.name, names.get(row.id, [row.name])))),
                addresses=addresses.get(row.id, []),
                first=wrote.first,
                last=wrote.last,
                posts=wrote.posts,
                answers=helped.answers,
                thanks=helped.thanks,
                level=_level(topics.get(row.id, [])),
                topics=topics.get(row.id, []),
                works=announced.get(row.id, []),
                url=person_url(row.id),
            )
        )
    return described


def _names(session: Session, limits: Visibility, ids: Sequence[int]) -> dict[int, list[str]]:
    """Names the person wrote under on lists that may be seen, the most used first."""
    statement = (
        select(Address.person_id, AddressName.name)
        .join(AddressName, AddressName.address_id == Address.id)
        .where(Address.person_id.in_(ids), AddressName.list_id.not_in(limits.private))
        .group_by(Address.person_id, AddressName.name)
        .order_by(func.sum(AddressName.uses).desc(), AddressName.name)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person, name in session.execute(statement):
        found[person].append(name)
    return found


def _addresses(session: Session, limits: Visibility, ids: Sequence[int]) -> dict[int, list[str]]:
    statement = (
        select(Address.person_id, Address.email)
        .where(Address.person_id.in_(ids), Address.email.is_not(None), limits.wrote())
        .order_by(Address.email)
    )
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for person, email in session.execute(statement):
        if email is None:
            continue
        shown = email if limits.reader.trusted else obfuscate_address(email)
        found[person][shown] = None
    return {person: list(emails) for person, emails in found.items()}


def _posts(session: Session, limits: Visibility, ids: Sequence[int]) -> dict[int, _Posts]:
    statement = (
        select(Address.person_id, func.count(), func.min(Message.date), func.max(Message.date))
        .join(Message, Message.address_id == Address.id)
        .where(Address.person_id.in_(ids), limits.message())
        .group_by(Address.person_id)
    )
    return {row[0]: _Posts(*row[1:]) for row in session.execute(statement)}


def _answers(session: Session, limits: Visibility, ids: Sequence[int]) -> dict[int, _Answers]:
    """How often the person helped, reviewed works too, and was thanked for it by the asker."""
    statement = (
        select(
            Evidence.person_id,
            func.count(),
            func.count().filter(Evidence.thanked),
        )
        .join(Message, Message.id == Evidence.message_id)
        .where(Evidence.person_id.in_(ids), limits.computed(Evidence), limits.message())
        .group_by(Evidence.person_id)
    )
    return {row[0]: _Answers(row[1], row[2]) for row in session.execute(statement)}


def _topics(
    session: Session, limits: Visibility, ids: Sequence[int]
) -> dict[int, list[schemas.PersonTopic]]:
    """The person's places, the best score first."""
    statement = (
        select(Score, Topic)
        .join(Topic, Topic.id == Score.topic_id)
        .where(
            Score.person_id.in_(ids),
            limits.computed(Score),
            Topic.state.in_(LIVE_STATES),
            limits.topic(),
        )
        .order_by(Score.score.desc(), Topic.id)
    )
    found: dict[int, list[schemas.PersonTopic]] = defaultdict(list)
    for score, topic in session.execute(statement):
        found[score.person_id].append(
            schemas.PersonTopic.of(score, slug=topic.slug, label=topic_label(topic, limits.reader))
        )
    return found


def _level(topics: Sequence[schemas.PersonTopic]) -> str:
    """The highest word the person has on any topic."""
    reached = {topic.level for topic in topics}
    highest = next((word for word in reversed(Level) if word in reached), Level.NOT_ENOUGH)
    return highest.value


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
    after = decode_cursor(page.cursor, _CURSOR, (int,))
    with context.database.session() as session:
        limits = visibility(session, reader)
        chosen = select(Person).where(limits.person())
        if query:
            chosen = chosen.where(_asked_for(limits, query.strip()))
        total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        if after:
            last = int(after[0])
            # The name itself stays here: it may hold an address.
            name = select(Person.name).where(Person.id == last).scalar_subquery()
            chosen = chosen.where(
                (Person.name > name) | ((Person.name == name) & (Person.id > last))
            )
        rows = session.scalars(chosen.order_by(Person.name, Person.id).limit(page.limit + 1)).all()
        shown = rows[: page.limit]
        items = described(session, limits, shown)
    more = len(rows) > page.limit
    cursor = encode_cursor(_CURSOR, (shown[-1].id,)) if more else None
    parameters = {"q": query, "limit": page.limit}
    return schemas.Page[schemas.Person](
        items=items,
        next=next_url("/people", parameters, cursor),
        total=total,
    )


def _asked_for(limits: Visibility, query: str) -> ColumnElement[bool]:
    """The condition that a person has a text in the name, or exactly this address.

    Whoever may not see an address is not told either whether it is somebody's.
    """
    named = Person.name.icontains(query, autoescape=True)
    used = select(Address.person_id).where(Address.email == query.lower(), limits.wrote())
    if not limits.reader.trusted:
        # Letter by letter a part of a name that is an address would give it away.
        named = named & ~Person.name.contains("@") if "@" not in query else false()
        openly = exists().where(
            AddressName.address_id == Address.id, AddressName.list_id.in_(limits.plain)
        )
        used = used.where(openly)
    return named | Person.id.in_(used)


def person(context: Context, person_id: int, *, reader: Reader = ANYONE) -> schemas.Person:
    """The person of that id. Raises ``NotFoundError``, or ``MergedError`` after a merge."""
    with context.database.session() as session:
        limits = visibility(session, reader)
        row = find_person(session, limits, person_id)
        return described(session, limits, [row])[0]


def find_person(session: Session, limits: Visibility, person_id: int) -> Person:
    """The person's row. Raises ``NotFoundError``, or ``MergedError`` with the id that answers."""
    missing = NotFoundError.of("person-unknown", person=person_id)
    row = session.get(Person, person_id)
    if row is not None and row.merged_into is not None and not _was_seen(session, limits, row):
        raise missing
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
        raise MergedError.of("person-merged", person=person_id, successor=row.id)
    return row


def _was_seen(session: Session, limits: Visibility, row: Person) -> bool:
    """Whether a person who was merged away had an address that the reader sees mail of."""
    if not limits.private:
        return True
    began = select(Address.id).where(Address.own_person_id == row.id, limits.wrote())
    return session.scalar(began.limit(1)) is not None
