"""Moderators' decisions about people: merge, split, tell apart, hide.

Each function makes a decision (see ``archive.decisions``) and updates the people. A
decision applies to the addresses that a person has at that moment, whatever mail
arrives later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import product
from typing import Final, Unpack

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from archive.decisions import Grounds, Subject
from archive.errors import ConflictError
from archive.people.addresses import claims_in_force
from archive.people.mailmap import MailmapEntry
from archive.people.names import full_name_key
from archive.people.update import join_people
from archive.tables import Address, AddressName, Decision, IdentityClaim, Person

MAX_ADDRESSES: Final = 500
"""Addresses of one decision on two people: more than anybody has had."""

ClaimRow = tuple[str, str, str]
"""Relation, one and other address (see ``IdentityClaim``)."""


def find_people(session: Session, who: str) -> list[int]:
    """The people of an id, an e-mail address or a name; the merged lead to their successors."""
    wanted = who.strip()
    query = select(Address.person_id)
    if wanted.isdecimal() and len(wanted) < 19:
        return _successor(session, int(wanted))
    if "@" in wanted or wanted.startswith("name:"):
        query = query.where(Address.key == wanted.strip("<>").lower())
    else:
        matches = [func.lower(AddressName.name) == wanted.lower()]
        name_key = full_name_key(wanted)
        if name_key:
            matches.append(AddressName.name_key == name_key)
        query = query.join(AddressName, AddressName.address_id == Address.id).where(or_(*matches))
    return sorted(set(session.scalars(query)))


def _successor(session: Session, person: int) -> list[int]:
    row = session.get(Person, person)
    seen: set[int] = set()
    while row is not None and row.merged_into is not None and row.id not in seen:
        seen.add(row.id)
        row = session.get(Person, row.merged_into)
    return [] if row is None else [row.id]


def addresses_of(session: Session, person: int) -> list[str]:
    """The address keys of a person, in order."""
    keys = session.scalars(select(Address.key).where(Address.person_id == person))
    return sorted(keys)


def merge(session: Session, one: int, other: int, **grounds: Unpack[Grounds]) -> Decision:
    """Say that two people are one. Raises ``ConflictError`` when they are already."""
    if one == other:
        raise ConflictError.of("people-one-already", person=one)
    keys = sorted({*addresses_of(session, one), *addresses_of(session, other)})
    return _decide(session, "merge", _all_same(keys), **grounds)


def split(
    session: Session, person: int, leaving: Collection[str], **grounds: Unpack[Grounds]
) -> Decision:
    """Say that some addresses of a person are another's, all of them one person's.

    Raises ``ConflictError`` for an address the person does not have, or when
    none would be left.
    """
    keys = addresses_of(session, person)
    going = sorted({key.strip().strip("<>").lower() for key in leaving})
    foreign = [key for key in going if key not in keys]
    if foreign:
        held = ", ".join(keys[:20])
        raise ConflictError.of(
            "address-of-another", address=foreign[0][:200], person=person, held=held
        )
    staying = [key for key in keys if key not in going]
    if not going or not staying:
        raise ConflictError.of("split-leaves-none", person=person)
    parted = [("different", one, other) for one, other in product(going, staying)]
    claims = [*parted, *_all_same(going), *_all_same(staying)]
    return _decide(session, "split", claims, **grounds)


def tell_apart(session: Session, one: int, other: int, **grounds: Unpack[Grounds]) -> Decision:
    """Say that two people are two: never joined by rules, never suggested again."""
    if one == other:
        raise ConflictError.of("people-not-two", person=one)
    ours, theirs = addresses_of(session, one), addresses_of(session, other)
    claims = [("different", *pair) for pair in product(ours, theirs)]
    return _decide(session, "distinct", claims, **grounds)


def hide(
    session: Session, person: int, *, hidden: bool = True, **grounds: Unpack[Grounds]
) -> Decision:
    """Take a person's name and pages from readers, or show them again.

    Raises ``ConflictError`` when nothing would change.
    """
    if session.get_one(Person, person).hidden == hidden:
        code = "person-hidden-already" if hidden else "person-not-hidden"
        raise ConflictError.of(code, person=person)
    relation = "hidden" if hidden else "shown"
    claims = [(relation, key, "") for key in addresses_of(session, person)]
    return _decide(session, "hide" if hidden else "unhide", claims, **grounds)


def apply_mailmap(
    session: Session, entries: Sequence[MailmapEntry], **grounds: Unpack[Grounds]
) -> tuple[Decision | None, list[tuple[MailmapEntry, str]]]:
    """Take a ``.mailmap`` over; addresses that no mail has shown yet count later.

    Returns the decision, None when the file tells nothing new, and the entries
    that were refused, each with its reason.
    """
    known = {
        (claim.relation, claim.one, claim.other) for claim in session.scalars(claims_in_force())
    }
    claims: dict[ClaimRow, None] = {}
    refused: list[tuple[MailmapEntry, str]] = []
    for entry in entries:
        fault = _fault(session, entry)
        if fault:
            refused.append((entry, fault))
            continue
        if entry.email != entry.proper_email:
            one, other = sorted((entry.proper_email, entry.email))
            claims["same", one, other] = None
        if entry.proper_name:
            claims["named", entry.proper_email, entry.proper_name] = None
    fresh = [claim for claim in claims if claim not in known]
    if not fresh:
        return None, refused
    return _decide(session, "mailmap", fresh, **grounds), refused


def _fault(session: Session, entry: MailmapEntry) -> str | None:
    """Why an entry cannot be taken over: it is about one name of an address with several."""
    if entry.name is None:
        return None
    names = set(
        session.scalars(
            select(AddressName.name)
            .join(Address, Address.id == AddressName.address_id)
            .where(Address.key == entry.email)
        )
    )
    wanted = entry.name.casefold()
    if not names or all(name.casefold() == wanted for name in names):
        return None
    return f"{entry.email} is used under other names than {entry.name!r} too"


def _all_same(keys: Sequence[str]) -> list[ClaimRow]:
    return [("same", keys[0], other) for other in keys[1:]]


def _keys(claims: Iterable[ClaimRow]) -> set[str]:
    found: set[str] = set()
    for relation, one, other in claims:
        found.add(one)
        if relation in ("same", "different"):
            found.add(other)
    return found


def _decide(
    session: Session, kind: str, claims: Sequence[ClaimRow], **grounds: Unpack[Grounds]
) -> Decision:
    keys = _keys(claims)
    if kind != "mailmap" and len(keys) > MAX_ADDRESSES:
        raise ConflictError.of("addresses-too-many", most=MAX_ADDRESSES, found=len(keys))
    decision = PEOPLE.record(session, kind, **grounds)
    session.add_all(
        IdentityClaim(
            decision_id=decision.id, position=position, relation=relation, one=one, other=other
        )
        for position, (relation, one, other) in enumerate(claims)
    )
    session.flush()
    _join(session, keys)
    return decision


def _restore(session: Session, decision: Decision) -> None:
    query = select(IdentityClaim).where(IdentityClaim.decision_id == decision.id)
    claims = [(claim.relation, claim.one, claim.other) for claim in session.scalars(query)]
    keys = _keys(claims)
    if any(relation == "hidden" for relation, _, _ in claims):
        # Without a decision in force a person keeps the state it has.
        session.execute(
            update(Person)
            .where(Person.id.in_(select(Address.person_id).where(Address.key.in_(keys))))
            .values(hidden=False)
        )
    _join(session, keys)


def _join(session: Session, keys: Iterable[str]) -> None:
    join_people(session, keys)
    session.expire_all()


PEOPLE: Final = Subject("people", _restore)
