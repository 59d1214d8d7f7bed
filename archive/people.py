"""People in the store: which rows of ``person`` the addresses belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from archive.conversations import parts
from archive.identity import NameUse, is_role, people
from archive.models import Address, AddressName, Person


def join_people(session: Session, name_keys: Iterable[str] | None = None) -> None:
    """Bring people up to date.

    name_keys: normalised names that mail has newly shown; None looks at everybody.
    """
    addresses = None if name_keys is None else _touched(session, {key for key in name_keys if key})
    if addresses is not None and len(addresses) < 2:
        return
    known, emails, uses = _load(session, addresses)
    roles = {address for address, email in emails.items() if email and is_role(email)}
    leaders = people(known, uses, roles)
    groups: dict[int, list[int]] = defaultdict(list)
    for address, leader in leaders.items():
        groups[leader].append(address)
    _write(session, groups, known)


def _touched(session: Session, name_keys: set[str]) -> set[int]:
    """Addresses that show one of the names, and all other addresses of their people."""
    addresses: set[int] = set()
    frontier = name_keys
    seen: set[str] = set()
    while frontier:
        seen |= frontier
        found: set[int] = set()
        for part in parts(sorted(frontier)):
            found.update(
                session.scalars(
                    select(AddressName.address_id).where(AddressName.name_key.in_(part))
                )
            )
        found -= addresses
        addresses |= found
        frontier = set()
        for part in parts(sorted(found)):
            frontier.update(
                session.scalars(
                    select(AddressName.name_key).where(AddressName.address_id.in_(part))
                )
            )
        frontier -= seen | {""}
    return addresses


def _load(
    session: Session, addresses: set[int] | None
) -> tuple[dict[int, int], dict[int, str | None], list[NameUse]]:
    """Address → person, address → e-mail, and the names shown."""
    known: dict[int, int] = {}
    emails: dict[int, str | None] = {}
    uses: list[NameUse] = []
    for part in [None] if addresses is None else parts(sorted(addresses)):
        rows = select(Address.id, Address.person_id, Address.email)
        names = select(AddressName.address_id, AddressName.list_id, AddressName.name_key)
        if part is not None:
            rows = rows.where(Address.id.in_(part))
            names = names.where(AddressName.address_id.in_(part))
        for address, person, email in session.execute(rows):
            known[address] = person
            emails[address] = email
        uses.extend(NameUse(*row) for row in session.execute(names))
    return known, emails, uses


def _write(session: Session, groups: dict[int, list[int]], known: dict[int, int]) -> None:
    """Give every group one person: the oldest of those its addresses had."""
    taken: set[int] = set()
    moves: list[dict[str, object]] = []
    merged: list[dict[str, object]] = []
    revived: list[int] = []
    next_free = (session.scalar(select(func.max(Person.id))) or 0) + 1
    for group in sorted(groups.values(), key=lambda group: min(known[one] for one in group)):
        before = sorted({known[address] for address in group})
        person = next((one for one in before if one not in taken), None)
        if person is None:
            person = next_free
            next_free += 1
            session.add(Person(id=person, name=""))
            session.flush()
        taken.add(person)
        revived.append(person)
        reason = "same full name on the same list" if len(group) > 1 else None
        moves.extend(
            {"row": address, "person": person, "reason": reason}
            for address in group
            if known[address] != person
        )
        merged.extend({"row": other, "into": person} for other in before if other != person)
    connection = session.connection()
    if moves:
        connection.execute(
            update(Address)
            .where(Address.id == bindparam("row"))
            .values(person_id=bindparam("person"), merge_reason=bindparam("reason")),
            moves,
        )
    merged = [row for row in merged if row["row"] not in taken]
    if merged:
        connection.execute(
            update(Person)
            .where(Person.id == bindparam("row"))
            .values(merged_into=bindparam("into")),
            merged,
        )
    for part in parts(sorted(revived)):
        session.execute(update(Person).where(Person.id.in_(part)).values(merged_into=None))
    _name(session, sorted(taken))


def _name(session: Session, persons: list[int]) -> None:
    """Each person's name: the one shown most often, the latest deciding ties."""
    best: dict[int, tuple[int, int, str]] = {}
    for part in parts(persons):
        rows = session.execute(
            select(
                Address.person_id,
                AddressName.name,
                func.sum(AddressName.uses),
                func.max(AddressName.last),
            )
            .join(AddressName, AddressName.address_id == Address.id)
            .where(Address.person_id.in_(part))
            .group_by(Address.person_id, AddressName.name)
        )
        for person, name, uses, last in rows:
            # A name of several words says more than a nickname used more often.
            candidate = (int(" " in name.strip()) * 10**9 + uses, int(last.timestamp()), name)
            best[person] = max(best.get(person, candidate), candidate)
    if best:
        session.connection().execute(
            update(Person).where(Person.id == bindparam("row")).values(name=bindparam("best")),
            [{"row": person, "best": name} for person, (_, _, name) in best.items()],
        )
