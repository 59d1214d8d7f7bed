"""What the store holds of addresses that bears on whose they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.habits import MONTH_SECONDS, Habits, HabitUse, habits_of
from archive.identity import Claim, NameUse, name_groups
from archive.mail.trust.results import FORGED
from archive.relations import claimed_with, claims_in_force
from archive.tables import Address, AddressName, Authentication, IdentityClaim, Message, seconds


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A row of ``address`` as it stands."""

    id: int
    person: int
    own_person: int
    reason: str | None


class KnownAddresses:
    """Some addresses by row, or all of them (None), with names, habits and decisions.

    shown: for each address the weight of every name, as ``max`` compares them.
    named, hidden: of an address the newest decision on its person's name, and
    on whether its person is hidden.
    """

    def __init__(self, session: Session, rows: set[int] | None) -> None:
        self._session = session
        self.rows: dict[str, AddressRow] = {}
        self.uses: list[NameUse] = []
        self.shown: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        self.claims: list[Claim] = []
        self.named: dict[str, tuple[int, str]] = {}
        self.hidden: dict[str, tuple[int, bool]] = {}
        for part in [None] if rows is None else in_parts(sorted(rows)):
            self._load_addresses(part)
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
            self.uses.append(NameUse(keys[address], mailing_list, name_key, uses))
            self.shown[keys[address]].append((name, uses, last))

    def _load_claims(self, part: Sequence[int] | Sequence[str] | None) -> None:
        claims = claims_in_force().order_by(IdentityClaim.decision_id, IdentityClaim.position)
        if part is not None:
            claims = claims.where(IdentityClaim.one.in_(part) | IdentityClaim.other.in_(part))
        for claim in self._session.scalars(claims):
            match claim.relation:
                case "same" | "different":
                    same = claim.relation == "same"
                    self.claims.append(Claim(claim.decision_id, same, claim.one, claim.other))
                case "named":
                    self.named[claim.one] = claim.decision_id, claim.other
                case _:
                    self.hidden[claim.one] = claim.decision_id, claim.relation == "hidden"

    def habits(self) -> dict[str, Habits]:
        """How those addresses write that share a name with another on a list."""
        groups = name_groups(self.uses).values()
        keys = {self.rows[key].id: key for group in groups if len(group) > 1 for key in group}
        uses: dict[str, list[HabitUse]] = defaultdict(list)
        month = seconds(Message.date) // MONTH_SECONDS
        # What somebody else wrote in its name is no habit of an address.
        forged = select(Authentication.message_id).where(Authentication.verdict == FORGED)
        for part in in_parts(sorted(keys)):
            rows = self._session.execute(
                select(
                    Message.address_id,
                    month.label("month"),
                    Message.time_zone,
                    Message.mail_program,
                    Message.signature_mark,
                    func.count(),
                    func.count(Message.parent_reference),
                )
                .where(
                    Message.address_id.in_(part),
                    Message.automation.is_(None),
                    Message.id.not_in(forged),
                )
                .group_by(
                    Message.address_id,
                    "month",
                    Message.time_zone,
                    Message.mail_program,
                    Message.signature_mark,
                )
            )
            for address, in_month, zone, program, signature, posts, replies in rows:
                use = HabitUse(in_month, zone, program, posts, replies, signature)
                uses[keys[address]].append(use)
        return {key: habits_of(found) for key, found in uses.items()}
