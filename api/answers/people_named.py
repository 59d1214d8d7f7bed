"""People whose name is what somebody looks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from sqlalchemy import exists, func, select

from api import schemas
from api.answers import references
from api.answers.visibility import visibility
from api.context import Context
from api.readers import ANYONE, Reader
from archive.tables import Address, AddressName, Message, Person

MOST_WORDS: Final = 6
LOOKED_AT: Final = 500
"""Most names that are compared; more have so common a word that it is nobody's name."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_MAY_BE_ACCENTED: Final = re.compile(r"[^b-dfghj-mp-rtvwx]")


def people_named(
    context: Context, query: str, *, reader: Reader = ANYONE, limit: int = 4
) -> list[schemas.PersonReference]:
    """People who have every word of ``query`` in one of their names, most posts first.

    Accents and letter case do not matter. A query of other things than words names nobody.
    """
    words = _WORD.findall(_folded(query))
    if not words or len(words) > MOST_WORDS or re.search(r"[^\w\s.'’-]|\d", query):
        return []
    with context.database.session() as session:
        limits = visibility(session, reader)
        likeness = [f"%{_MAY_BE_ACCENTED.sub('_', word)}%" for word in words]
        used = (
            exists()
            .where(
                Address.person_id == Person.id,
                AddressName.address_id == Address.id,
                AddressName.list_id.not_in(limits.private),
            )
            .where(*(AddressName.name.ilike(one) for one in likeness))
        )
        rows = session.execute(select(Person.id).where(limits.person(), used).limit(LOOKED_AT))
        candidates = [row.id for row in rows]
        names = session.execute(
            select(Address.person_id, AddressName.name)
            .join(AddressName, AddressName.address_id == Address.id)
            .where(Address.person_id.in_(candidates), AddressName.list_id.not_in(limits.private))
        )
        found = {person for person, name in names if _has(name, words)}
        wrote = session.execute(
            select(Address.person_id, func.count())
            .join(Message, Message.address_id == Address.id)
            .where(Address.person_id.in_(found), limits.message())
            .group_by(Address.person_id)
        )
        posts = {row[0]: row[1] for row in wrote}
        first = sorted(found, key=lambda person: (-posts.get(person, 0), person))[:limit]
        shown = references.people(session, limits, first)
        return [shown[person] for person in first]


def _has(name: str, words: Sequence[str]) -> bool:
    # A name with an address in it would give away by its words what the address is.
    return "@" not in name and set(words) <= set(_WORD.findall(_folded(name)))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()
