"""Update the stored people: which row of ``person`` each address belongs to.

The rules are in ``archive.people.identity``. They use the names and habits that mail
shows, and the decisions of moderators. Each address remembers the person that was
created with it, so undoing a merge gives everybody their old id back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.layers import FreeIds, layer_of_id
from archive.people.addresses import KnownAddresses, related_addresses
from archive.people.identity import People
from archive.people.layers import people_in_layers
from archive.people.names import preferred_name
from archive.people.parting import part_addresses
from archive.people.shown_names import count_names_again, names_shown
from archive.tables import Address, AddressName, Person, table_of

ALL_FROM = 2_000
"""From this many new addresses on, examining all addresses is cheaper than following names."""


def join_people(session: Session, keys: Iterable[str] | None = None) -> People:
    """Bring people up to date; return the result for the addresses examined.

    keys: addresses (``Address.key``) that mail or a decision has touched; None examines
        all.
    """
    touched = None if keys is None else set(keys)
    if touched is not None and len(touched) >= ALL_FROM:
        touched = None
    parted = part_addresses(session, touched)
    if touched is not None:
        touched |= parted
    known = KnownAddresses(
        session, None if touched is None else related_addresses(session, touched)
    )
    found = people_in_layers(known)
    _Writer(session, known, found).write()
    return found


def recount_names(session: Session, messages: Sequence[int]) -> None:
    """Count the names of these messages again, and update the people who share them.

    Used when messages were found to be forged.
    """
    keys: set[str] = set()
    shown = names_shown(session, messages)
    for key in shown:
        entry = session.get(AddressName, key)
        if entry is not None:
            # Addresses may have been joined by this name, so examine all of them again.
            keys.add(entry.name_key)
    count_names_again(session, shown)
    if keys:
        join_people(session)


@dataclass(slots=True)
class _Group:
    """The addresses of one person, and the row they share.

    seen: those of the first layer among them. They alone give the name, and decide
    whether the person is hidden.
    """

    person: int
    layer: int
    addresses: list[str]
    seen: list[str]


@dataclass(frozen=True, slots=True)
class _PersonRow:
    merged_into: int | None
    hidden: bool
    name: str


class _Writer:
    """Updates the rows of ``address`` and ``person`` to the result."""

    def __init__(self, session: Session, known: KnownAddresses, found: People) -> None:
        self._session = session
        self._known = known
        self._found = found
        self._own: dict[str, int] = {}
        self._added: list[int] = []
        self._free = FreeIds(session, Person.id)

    def write(self) -> None:
        groups = self._groups()
        before = self._persons_before(groups)
        now: dict[int, _PersonRow] = {}
        moves: list[dict[str, object]] = []
        for group in groups:
            for address in group.addresses:
                row = self._known.rows[address]
                own = self._own[address]
                reason = self._found.reasons.get(address)
                if (row.person, row.own_person, row.reason) != (group.person, own, reason):
                    moves.append(
                        {"row": row.id, "person": group.person, "own": own, "reason": reason}
                    )
                led = before[own]
                now[own] = _PersonRow(group.person, led.hidden, led.name)
            now[group.person] = _PersonRow(
                None, self._is_hidden(group, before), self._name(group, before)
            )
        # A person that is no address's own any more leads to the address that it was the own
        # person of; in older stores to one that it held.
        for group in groups:
            for address in group.addresses:
                own = self._known.rows[address].own_person
                now.setdefault(own, replace(before[own], merged_into=group.person))
        for group in groups:
            for address in group.addresses:
                person = self._known.rows[address].person
                if before[person].merged_into is None:
                    now.setdefault(person, replace(before[person], merged_into=group.person))
        self._update_persons({person: row for person, row in now.items() if before[person] != row})
        self._update_addresses(moves)

    def _groups(self) -> list[_Group]:
        """Every group with the oldest of the persons that were created with its addresses.

        An address gets another own person if it came to another layer, or if its group
        would use the person of another group. That can be only in a store older than
        ``own_person_id``.
        """
        members: dict[str, list[str]] = defaultdict(list)
        for address, leader in self._found.leaders.items():
            members[leader].append(address)
        taken: set[int] = set()
        groups: list[_Group] = []
        for addresses in members.values():
            layer = min(self._known.layer(address) for address in addresses)
            person = min(self._own_person(address) for address in addresses)
            if person in taken:
                person = self._add_person(layer)
                self._own.update(dict.fromkeys(addresses, person))
            taken.add(person)
            seen = [address for address in addresses if self._known.layer(address) == layer]
            groups.append(_Group(person, layer, addresses, seen))
        if self._added:
            rows = [{"id": person, "name": "", "hidden": False} for person in self._added]
            self._session.execute(insert(Person), rows)
        return groups

    def _own_person(self, address: str) -> int:
        """The person created with an address; a new one if that is none of its layer."""
        person, layer = self._known.rows[address].own_person, self._known.layer(address)
        if layer_of_id(person) != layer:
            person = self._add_person(layer)
        self._own[address] = person
        return person

    def _add_person(self, layer: int) -> int:
        self._added.append(self._free.take(layer))
        return self._added[-1]

    def _persons_before(self, groups: Iterable[_Group]) -> dict[int, _PersonRow]:
        wanted = {group.person for group in groups} | set(self._own.values())
        for row in self._known.rows.values():
            wanted.update((row.person, row.own_person))
        found: dict[int, _PersonRow] = {}
        for part in in_parts(sorted(wanted)):
            rows = self._session.execute(
                select(Person.id, Person.merged_into, Person.hidden, Person.name).where(
                    Person.id.in_(part)
                )
            )
            found.update((row[0], _PersonRow(*row[1:])) for row in rows)
        return found

    def _is_hidden(self, group: _Group, before: dict[int, _PersonRow]) -> bool:
        """What the newest decision says. Without one, addresses of a hidden person stay hidden."""
        decided = [
            self._known.hidden[address] for address in group.seen if address in self._known.hidden
        ]
        if decided:
            return max(decided)[1]
        persons = (self._known.rows[address].person for address in group.seen)
        return any(before[one].hidden for one in persons if layer_of_id(one) <= group.layer)

    def _name(self, group: _Group, before: dict[int, _PersonRow]) -> str:
        """The name that a moderator chose, else the one that mail shows (``preferred_name``)."""
        decided = [
            self._known.named[address] for address in group.seen if address in self._known.named
        ]
        if decided:
            return max(decided)[1]
        name = preferred_name(use for address in group.seen for use in self._known.names(address))
        if name:
            return name
        firsts = (self._known.rows[address].own_person for address in group.seen)
        return before[group.person].name or max(before[first].name for first in firsts)

    def _update_persons(self, rows: dict[int, _PersonRow]) -> None:
        if not rows:
            return
        table = table_of(Person)
        self._session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("row"))
            .values(
                merged_into=bindparam("into"),
                hidden=bindparam("is_hidden"),
                name=bindparam("shown"),
            ),
            [
                {
                    "row": person,
                    "into": row.merged_into if row.merged_into != person else None,
                    "is_hidden": row.hidden,
                    "shown": row.name,
                }
                for person, row in rows.items()
            ],
        )

    def _update_addresses(self, rows: list[dict[str, object]]) -> None:
        if not rows:
            return
        table = table_of(Address)
        self._session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("row"))
            .values(
                person_id=bindparam("person"),
                own_person_id=bindparam("own"),
                merge_reason=bindparam("reason"),
            ),
            rows,
        )
