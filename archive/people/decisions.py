"""Moderators' decisions about people: merge, split, tell apart, hide.

Each function makes a decision (see ``archive.decisions``) and updates the people. A
decision applies to the addresses that a person has at that moment, whatever mail
arrives later.
"""

from __future__ import annotations

import re
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
from archive.people.sharing import named_key, shared_email
from archive.people.update import join_people
from archive.tables import Address, AddressName, Decision, IdentityClaim, Person

_NAMED_ADDRESS: Final = re.compile(r"(?!name:)(?P<name>[^<>]*[^<>\s])\s*<(?P<email>[^<>\s]+)>")
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
        key = _typed_key(wanted)
        query = query.where(or_(Address.key == key, Address.shared_email == key))
    else:
        matches = [func.lower(AddressName.name) == wanted.lower()]
        name_key = full_name_key(wanted)
        if name_key:
            matches.append(AddressName.name_key == name_key)
        query = query.join(AddressName, AddressName.address_id == Address.id).where(or_(*matches))
    return sorted(set(session.scalars(query)))


def _typed_key(typed: str) -> str:
    """The key of an address as somebody typed it; ``Name <address>`` means that name on it."""
    match = _NAMED_ADDRESS.fullmatch(typed.strip())
    if match is None:
        return typed.strip().strip("<>").lower()
    return named_key(match["email"].lower(), match["name"])


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

    leaving: addresses; ``Name <address>`` takes only what this name wrote from it.

    Raises ``ConflictError`` for an address the person does not have, or when
    none would be left.
    """
    keys = addresses_of(session, person)
    going = sorted(set(map(_typed_key, leaving)))
    foreign = [key for key in going if key not in keys and not _is_name_on(session, key, keys)]
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


def _is_name_on(session: Session, key: str, keys: Collection[str]) -> bool:
    """Whether a key stands for a name that was used on one of these addresses."""
    email = shared_email(key)
    if email is None or email not in keys:
        return False
    names = session.scalars(
        select(AddressName.name)
        .join(Address, Address.id == AddressName.address_id)
        .where(Address.key == email)
    )
    return any(named_key(email, name) == key for name in names)


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
) -> Decision | None:
    """Take a ``.mailmap`` over; addresses that no mail has shown yet count later.

    Returns the decision; None when the file tells nothing new.
    """
    known = {
        (claim.relation, claim.one, claim.other) for claim in session.scalars(claims_in_force())
    }
    claims: dict[ClaimRow, None] = {}
    for entry in entries:
        key = _sender(session, entry)
        if key != entry.proper_email:
            one, other = sorted((entry.proper_email, key))
            claims["same", one, other] = None
        if entry.proper_name:
            claims["named", entry.proper_email, entry.proper_name] = None
    fresh = [claim for claim in claims if claim not in known]
    if not fresh:
        return None
    return _decide(session, "mailmap", fresh, **grounds)


def _sender(session: Session, entry: MailmapEntry) -> str:
    """The key of the sender that an entry speaks of: an address, or one name on it."""
    if entry.name is None:
        return entry.email
    names = set(
        session.scalars(
            select(AddressName.name)
            .join(Address, Address.id == AddressName.address_id)
            .where(or_(Address.key == entry.email, Address.shared_email == entry.email))
        )
    )
    key = named_key(entry.email, entry.name)
    others = {named_key(entry.email, name) for name in names} - {key}
    return entry.email if names and not others else key


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
