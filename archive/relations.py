"""Which addresses can change one another's person: through names, persons and decisions."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.identity import is_role
from archive.tables import Address, AddressName, Decision, IdentityClaim


def related_addresses(session: Session, keys: set[str]) -> set[int]:
    """Rows of ``keys`` and of every address that can join, leave or part them."""
    rows: set[int] = set()
    fresh = _rows_of_keys(session, keys)
    while fresh:
        rows |= fresh
        found: set[int] = set()
        found |= _of_same_person(session, fresh)
        found |= _of_same_name(session, fresh)
        found |= _rows_of_keys(session, _claimed_with(session, fresh))
        fresh = found - rows
    return rows


def _rows_of_keys(session: Session, keys: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for part in in_parts(sorted(keys)):
        found.update(session.scalars(select(Address.id).where(Address.key.in_(part))))
    return found


def _of_same_person(session: Session, rows: Iterable[int]) -> set[int]:
    persons: set[int] = set()
    for part in in_parts(sorted(rows)):
        for pair in session.execute(
            select(Address.person_id, Address.own_person_id).where(Address.id.in_(part))
        ):
            persons.update(pair)
    found: set[int] = set()
    for part in in_parts(sorted(persons)):
        found.update(
            session.scalars(
                select(Address.id).where(
                    Address.person_id.in_(part) | Address.own_person_id.in_(part)
                )
            )
        )
    return found


def _of_same_name(session: Session, rows: Iterable[int]) -> set[int]:
    """Rows that show a name of ``rows``; an office's names lead nowhere."""
    names: set[str] = set()
    for part in in_parts(sorted(rows)):
        shown = session.execute(
            select(Address.key, AddressName.name_key)
            .join(AddressName, AddressName.address_id == Address.id)
            .where(Address.id.in_(part), AddressName.name_key != "")
        )
        names.update(name for key, name in shown if not is_role(key))
    found: set[int] = set()
    for some in in_parts(sorted(names)):
        found.update(
            session.scalars(select(AddressName.address_id).where(AddressName.name_key.in_(some)))
        )
    return found


def _claimed_with(session: Session, rows: Iterable[int]) -> set[str]:
    """Keys that decisions name beside those of ``rows``, through any number of steps."""
    keys: set[str] = set()
    for part in in_parts(sorted(rows)):
        keys.update(session.scalars(select(Address.key).where(Address.id.in_(part))))
    return claimed_with(session, keys) - keys


def claimed_with(session: Session, keys: Iterable[str]) -> set[str]:
    """``keys`` and all that decisions in force tie to them, through any number of steps."""
    seen: set[str] = set()
    fresh = set(keys)
    while fresh:
        seen |= fresh
        found: set[str] = set()
        for part in in_parts(sorted(fresh)):
            rows = session.execute(
                claims_in_force()
                .with_only_columns(IdentityClaim.one, IdentityClaim.other)
                .where(IdentityClaim.relation.in_(("same", "different")))
                .where(IdentityClaim.one.in_(part) | IdentityClaim.other.in_(part))
            )
            for pair in rows:
                found.update(pair)
        fresh = found - seen
    return seen


def claims_in_force() -> Select[IdentityClaim]:
    """The claims of decisions about people that were not undone."""
    return (
        select(IdentityClaim)
        .join(Decision, Decision.id == IdentityClaim.decision_id)
        .where(Decision.undone.is_(None))
    )
