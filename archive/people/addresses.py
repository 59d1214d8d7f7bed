"""Load what the store knows of addresses, and find the addresses that affect one another.

Two addresses affect each other when they share a name, a person or a decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import LargeBinary, Select, func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.audience import Audience, private_lists
from archive.lists.layers import PUBLIC, layer_of
from archive.mail.fingerprints import MARK_OCTETS
from archive.mail.repeated_blocks import known_mark
from archive.mail.trust.results import FORGED
from archive.people.habits import HABIT_MONTH_SECONDS, Habits, HabitUse, habits_of
from archive.people.hidden import split_remains
from archive.people.identity import Claim, NameUse, is_email, is_role
from archive.people.names import full_name
from archive.tables import (
    Address,
    AddressName,
    Authentication,
    Decision,
    IdentityClaim,
    Message,
    Posting,
    seconds,
)


def related_addresses(session: Session, keys: set[str]) -> set[int]:
    """Rows of the addresses ``keys`` and of every address that can affect whose they are."""
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
    for key in keys:
        # A decision may speak of a name alone, as hidden addresses were once kept.
        if not is_email(key) and not key.endswith((")", ">")):
            prefix = Address.key.startswith(f"{key} (", autoescape=True)
            found.update(session.scalars(select(Address.id).where(prefix)))
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
    """Rows of addresses that show a name of ``rows``. Names on role addresses do not count."""
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
    """Address keys that decisions link to ``rows``, directly or through other addresses."""
    keys: set[str] = set()
    for part in in_parts(sorted(rows)):
        keys.update(session.scalars(select(Address.key).where(Address.id.in_(part))))
    return claimed_with(session, keys) - keys


def claimed_with(session: Session, keys: Iterable[str]) -> set[str]:
    """``keys`` and all keys that decisions in force link to them, directly or indirectly."""
    seen: set[str] = set()
    fresh = set(keys)
    while fresh:
        fresh |= {split_remains(key)[0] for key in fresh}
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
    """Select the claims of decisions about people that are not undone."""
    return (
        select(IdentityClaim)
        .join(Decision, Decision.id == IdentityClaim.decision_id)
        .where(Decision.undone.is_(None))
    )


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A row of the table ``address`` as it is now.

    person: the person that the address belongs to now.
    own_person: the person that was created with the address.
    reason: why it was merged with other addresses; None if it was not.
    """

    id: int
    person: int
    own_person: int
    reason: str | None


class KnownAddresses:
    """Some addresses (``rows``; None means all) with their names, habits and decisions.

    rows: the row of each address, by key.
    uses: how often each address showed which name.
    shown: for each key, its names with number of uses, last use (Unix seconds) and list.
    named: for a key, the newest decision on its person's name: number and name.
    hidden: for a key, the newest decision on hiding: number and whether it is hidden.
    private: row ids of the private lists.
    """

    def __init__(self, session: Session, rows: set[int] | None) -> None:
        self._session = session
        self.rows: dict[str, AddressRow] = {}
        self.uses: list[NameUse] = []
        self.shown: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
        self.claims: list[Claim] = []
        self.named: dict[str, tuple[int, str]] = {}
        self.hidden: dict[str, tuple[int, bool]] = {}
        for part in [None] if rows is None else in_parts(sorted(rows)):
            self._load_addresses(part)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for key in self.rows:
            name, left = split_remains(key)
            if left:
                self._by_name[name].append(key)
        self.private = private_lists(session)
        self._layers = self._private_layers() if self.private else {}
        claimed = None if rows is None else claimed_with(session, self.rows)
        for keys in [None] if claimed is None else in_parts(sorted(claimed)):
            self._load_claims(keys)

    def _load_addresses(self, part: Sequence[int] | Sequence[str] | None) -> None:
        rows = select(
            Address.id,
            Address.key,
            Address.person_id,
            Address.own_person_id,
            Address.merge_reason,
        )
        names = select(
            AddressName.address_id,
            AddressName.list_id,
            AddressName.name,
            AddressName.name_key,
            AddressName.uses,
            seconds(AddressName.last),
        )
        if part is not None:
            rows = rows.where(Address.id.in_(part))
            names = names.where(AddressName.address_id.in_(part))
        keys: dict[int, str] = {}
        for row in self._session.execute(rows):
            keys[row.id] = row.key
            self.rows[row.key] = AddressRow(
                row.id, row.person_id, row.own_person_id, row.merge_reason
            )
        for address, mailing_list, name, name_key, uses, last in self._session.execute(names):
            in_order = full_name(name) if name_key else ""
            self.uses.append(NameUse(keys[address], mailing_list, name_key, uses, in_order))
            self.shown[keys[address]].append((name, uses, last, mailing_list))

    def _load_claims(self, part: Sequence[int] | Sequence[str] | None) -> None:
        claims = claims_in_force().order_by(IdentityClaim.decision_id, IdentityClaim.position)
        if part is not None:
            claims = claims.where(IdentityClaim.one.in_(part) | IdentityClaim.other.in_(part))
        for claim in self._session.scalars(claims):
            for one in self._keys_of(claim.one):
                match claim.relation:
                    case "same" | "different":
                        same = claim.relation == "same"
                        self.claims.extend(
                            Claim(claim.decision_id, same, one, other)
                            for other in self._keys_of(claim.other)
                        )
                    case "named":
                        self.named[one] = claim.decision_id, claim.other
                    case _:
                        self.hidden[one] = claim.decision_id, claim.relation == "hidden"

    def _keys_of(self, key: str) -> Sequence[str]:
        """The addresses that a decision means: of a name alone, all that are hidden behind it."""
        return [key, *self._by_name.get(key, ())]

    def layer(self, key: str) -> int:
        """The layer of an address (``archive.lists.layers``)."""
        return self._layers.get(key, PUBLIC)

    def names(self, key: str) -> Iterator[tuple[str, int, int]]:
        """The names that an address shows in its layer, with number of uses and last use."""
        layer = self.layer(key)
        for name, uses, last, mailing_list in self.shown.get(key, ()):
            if layer_of([mailing_list], self.private) == layer:
                yield name, uses, last

    def _private_layers(self) -> dict[str, int]:
        """The layers of the addresses that are not public."""
        lists: dict[str, set[int]] = {key: set() for key in self.rows}
        for use in self.uses:
            lists[use.address].add(use.mailing_list)
        unseen = [key for key, found in lists.items() if found <= self.private]
        # Forged posts show no name, but everybody who reads their list sees the address.
        for part in in_parts([self.rows[key].id for key in unseen]):
            forged = self._session.execute(
                select(Address.key, Posting.list_id)
                .join(Message, Message.address_id == Address.id)
                .join(Posting, Posting.message_id == Message.id)
                .join(Authentication, Authentication.message_id == Message.id)
                .where(Address.id.in_(part), Authentication.verdict == FORGED)
                .distinct()
            )
            for key, mailing_list in forged:
                lists[key].add(mailing_list)
        return {key: layer_of(lists[key], self.private) for key in unseen}

    def habits(
        self, groups: Mapping[tuple[int, str], Collection[str]], readers: Audience
    ) -> dict[str, Habits]:
        """The writing habits of addresses that share a name with another address on a list.

        groups: as of ``archive.people.identity.name_groups``. Only posts that ``readers``
        may read count.
        """
        keys = {
            self.rows[key].id: key for group in groups.values() if len(group) > 1 for key in group
        }
        uses: dict[str, list[HabitUse]] = defaultdict(list)
        month = seconds(Message.date) // HABIT_MONTH_SECONDS
        # A forged post was written by somebody else, so it says nothing about habits.
        forged = select(Authentication.message_id).where(Authentication.verdict == FORGED)
        for part in in_parts(sorted(keys)):
            rows = self._session.execute(
                select(
                    Message.address_id,
                    month.label("month"),
                    Message.time_zone,
                    Message.mail_program,
                    # Behind it stand candidates, which may be anything.
                    func.substr(Message.signature_mark, 1, MARK_OCTETS, type_=LargeBinary).label(
                        "signature"
                    ),
                    func.count(),
                    func.count(Message.parent_reference),
                )
                .where(
                    Message.address_id.in_(part),
                    Message.automation.is_(None),
                    Message.id.not_in(forged),
                    readers.message(),
                )
                .group_by(
                    Message.address_id,
                    "month",
                    Message.time_zone,
                    Message.mail_program,
                    "signature",
                )
            )
            for address, in_month, zone, program, signature, posts, replies in rows:
                use = HabitUse(in_month, zone, program, posts, replies, known_mark(signature))
                uses[keys[address]].append(use)
        return {key: habits_of(found) for key, found in uses.items()}
