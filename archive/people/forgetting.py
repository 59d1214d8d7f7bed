"""Forget addresses and people that wrote nothing that the archive still has.

The database itself lists the tables that refer to a row, so tables of the packages above
are cleaned without being named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, column, delete, exists, inspect, select, table, update
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.tables import Address, Message, Person

_KEPT_ROWS = frozenset({"message", "person", "address"})
"""Rows of these tables that refer to a removed row are changed, not deleted."""


def delete_referring(connection: Connection, target: str, rows: Sequence[object]) -> None:
    """Delete, in every table, the rows that refer to one of ``rows`` of the table ``target``."""
    if not rows:
        return
    for name, field in _references(connection, target):
        if name in _KEPT_ROWS:
            continue
        found = table(name, column(field))
        connection.execute(delete(found).where(found.c[field].in_(list(rows))))


def _references(connection: Connection, target: str) -> list[tuple[str, str]]:
    """Names of tables and columns that have a foreign key to ``target``."""
    return [
        (name, key["constrained_columns"][0])
        for (_, name), keys in inspect(connection).get_multi_foreign_keys().items()
        for key in keys
        if key["referred_table"] == target
    ]


def forget_silent_addresses(session: Session) -> None:
    """Delete addresses that no message has any more, and people without an address."""
    wrote = exists().where(Message.address_id == Address.id)
    silent = session.scalars(select(Address.id).where(~wrote)).all()
    if silent:
        forget_addresses(session, silent)


def forget_addresses(session: Session, addresses: Iterable[int]) -> None:
    """Delete those of ``addresses`` that no message has, and people left without an address."""
    people: set[int] = set()
    connection = session.connection()
    for part in in_parts(sorted(addresses)):
        wrote = set(
            session.scalars(
                select(Message.address_id).where(Message.address_id.in_(part)).distinct()
            )
        )
        silent = [address for address in part if address not in wrote]
        for pair in session.execute(
            select(Address.person_id, Address.own_person_id).where(Address.id.in_(silent))
        ):
            people.update(pair)
        delete_referring(connection, "address", silent)
        session.execute(delete(Address).where(Address.id.in_(silent)))
    forget_people(session, people)


def forget_people(session: Session, people: Iterable[int]) -> None:
    """Delete those of ``people`` that are left without an address."""
    connection = session.connection()
    for part in in_parts(sorted(people)):
        known: set[int] = set()
        for column_of_person in (Address.person_id, Address.own_person_id):
            known.update(
                session.scalars(select(column_of_person).where(column_of_person.in_(part)))
            )
        nobody = [person for person in part if person not in known]
        delete_referring(connection, "person", nobody)
        session.execute(
            update(Person).where(Person.merged_into.in_(nobody)).values(merged_into=None)
        )
        session.execute(delete(Person).where(Person.id.in_(nobody)))
