"""Finding what a person typed: a topic's slug, or somebody by id, address or name."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from api.context import Context
from archive.errors import NotFoundError, UsageError
from archive.identity import full_name_key
from archive.models import Address, AddressName, Person
from reputation.models import Topic


def is_topic(context: Context, text: str) -> bool:
    """Whether ``text`` is the slug of a topic, merged ones included."""
    with context.database.session() as session:
        return session.scalar(select(Topic.id).where(Topic.slug == text)) is not None


def find_person(context: Context, who: str) -> int:
    """The person of an id, e-mail address or name; merged people lead to their successor.

    Raises ``NotFoundError`` for nobody, ``UsageError`` where several answer to the name.
    """
    wanted = who.strip()
    with context.database.session() as session:
        if wanted.isdecimal() and len(wanted) < 19:
            found = list(session.scalars(select(Person.id).where(Person.id == int(wanted))))
        elif "@" in wanted:
            key = wanted.strip("<>").lower()
            found = list(session.scalars(select(Address.person_id).where(Address.key == key)))
        else:
            matches = [func.lower(AddressName.name) == wanted.lower()]
            name_key = full_name_key(wanted)
            if name_key:
                matches.append(AddressName.name_key == name_key)
            found = list(
                session.scalars(
                    select(Address.person_id)
                    .join(AddressName, AddressName.address_id == Address.id)
                    .where(or_(*matches))
                    .distinct()
                    .order_by(Address.person_id)
                )
            )
        if not found:
            raise NotFoundError(f"nobody called {wanted[:200]!r} in this archive")
        if len(found) > 1:
            ids = ", ".join(str(one) for one in found[:10])
            raise UsageError(f"several people are called {wanted[:200]!r}: ids {ids}")
        row = session.get_one(Person, found[0])
        while row.merged_into is not None:
            row = session.get_one(Person, row.merged_into)
        return row.id
