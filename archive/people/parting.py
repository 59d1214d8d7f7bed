"""Part addresses that several people share: give each name on them a sender of its own.

The rule is in ``archive.people.sharing``; decisions that speak of a name on an address
(``people split``, ``.mailmap``) part that name too. A message names the sender of its
display name, so what is parted, or joined again, are messages. The result depends only on
the names that mail shows and on the decisions in force.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.audience import private_lists
from archive.lists.layers import FreeIds, layer_of
from archive.people.addresses import claims_in_force
from archive.people.forgetting import forget_addresses
from archive.people.identity import is_email
from archive.people.sharing import is_shared, named_key, shared_email
from archive.people.shown_names import ShownName, count_names_again
from archive.tables import Address, AddressName, IdentityClaim, Message, Person, Thread

_Shown = tuple[str, int]
"""A name, and the row id of the list on which it was shown."""


class _Sender(NamedTuple):
    row: int
    key: str
    hidden: bool


def part_addresses(session: Session, keys: set[str] | None) -> set[str]:
    """Part the addresses behind these keys (None: all) where their names differ, or join them.

    Returns the keys of the senders concerned. Does not commit.
    """
    changed: set[str] = set()
    senders = _senders(session, None if keys is None else {shared_email(k) or k for k in keys})
    private = private_lists(session)
    names = _names(session, [one.row for group in senders.values() for one in group])
    spoken_of, whole = _claimed(session, senders, names)
    for email, group in sorted(senders.items()):
        uses = _uses(
            [use for sender in group for use in names.get(sender.row, {}).items()], private
        )
        shared = email not in whole and is_shared(email, uses)
        moves: dict[str, list[tuple[_Sender, str]]] = defaultdict(list)
        for sender in group:
            for name in sorted({name for name, _ in names.get(sender.row, {})}):
                key = named_key(email, name)
                wanted = key if shared or key in spoken_of else email
                if wanted != sender.key:
                    moves[wanted].append((sender, name))
        if moves:
            _move(session, email, group, moves)
            changed.update((email, *moves, *(sender.key for sender in group)))
    return changed


def _uses(shown: Iterable[tuple[_Shown, int]], private: frozenset[int]) -> dict[str, int]:
    """How often an address showed each name, to those for whom its layer is derived."""
    held = list(shown)
    layer = layer_of({mailing_list for (_, mailing_list), _ in held}, private)
    uses: dict[str, int] = defaultdict(int)
    for (name, mailing_list), count in held:
        if layer_of([mailing_list], private) == layer:
            uses[name] += count
    return uses


def _senders(session: Session, emails: set[str] | None) -> dict[str, list[_Sender]]:
    """The senders behind each address: itself, and the names parted from it."""
    query = select(Address.id, Address.key, Address.shared_email, Person.hidden).join(
        Person, Person.id == Address.person_id
    )
    found: dict[str, list[_Sender]] = defaultdict(list)
    if emails is None:
        several = (
            select(AddressName.address_id)
            .group_by(AddressName.address_id)
            .having(func.count(AddressName.name.distinct()) > 1)
        )
        parted = select(Address.shared_email).where(Address.shared_email.is_not(None))
        some = [
            Address.email.is_not(None) & Address.id.in_(several),
            Address.shared_email.is_not(None),
            Address.key.in_(parted),
        ]
        queries = [query.where(or_(*some))]
        emails = _emails_of_claims(session)
    else:
        queries = []
    queries += [
        query.where(or_(Address.key.in_(part), Address.shared_email.in_(part)))
        for part in in_parts(sorted(emails))
    ]
    seen: set[int] = set()
    for one in queries:
        for row, key, email, hidden in session.execute(one.order_by(Address.id)):
            if row not in seen and (email is not None or is_email(key)):
                seen.add(row)
                found[email or key].append(_Sender(row, key, hidden))
    return found


def _emails_of_claims(session: Session) -> set[str]:
    """The addresses of which decisions in force name one name."""
    found: set[str] = set()
    for column in (IdentityClaim.one, IdentityClaim.other):
        claims = claims_in_force().with_only_columns(column).where(column.startswith("name:"))
        found.update(email for key in session.scalars(claims) if (email := shared_email(key)))
    return found


def _claimed(
    session: Session,
    senders: Mapping[str, Sequence[_Sender]],
    names: Mapping[int, Mapping[_Shown, int]],
) -> tuple[set[str], set[str]]:
    """Which of the keys that are at stake decisions speak of, and which they call somebody's.

    Whom a decision calls one person stays one, whatever names they use.
    """
    stake = set(senders)
    for email, group in senders.items():
        for sender in group:
            stake.update(named_key(email, name) for name, _ in names.get(sender.row, ()))
    spoken_of: set[str] = set()
    whole: set[str] = set()
    claims = claims_in_force().with_only_columns(
        IdentityClaim.relation, IdentityClaim.one, IdentityClaim.other
    )
    for part in in_parts(sorted(stake)):
        at_stake = or_(IdentityClaim.one.in_(part), IdentityClaim.other.in_(part))
        for relation, *pair in session.execute(claims.where(at_stake)):
            if relation in {"same", "different"}:
                spoken_of.update(pair)
                whole.update(pair if relation == "same" else ())
    return spoken_of, whole


def _names(session: Session, rows: Sequence[int]) -> dict[int, dict[_Shown, int]]:
    """How often each address (row) showed each name on each list."""
    found: dict[int, dict[_Shown, int]] = defaultdict(dict)
    for part in in_parts(rows):
        uses = session.execute(
            select(
                AddressName.address_id, AddressName.name, AddressName.list_id, AddressName.uses
            ).where(AddressName.address_id.in_(part))
        )
        for row, name, mailing_list, count in uses:
            found[row][name, mailing_list] = count
    return found


def _move(
    session: Session,
    email: str,
    group: Sequence[_Sender],
    moves: Mapping[str, Sequence[tuple[_Sender, str]]],
) -> None:
    """Give messages to other senders: ``moves`` maps a key to senders and names taken from them."""
    private = private_lists(session)
    rows = {sender.key: sender.row for sender in group}
    recounted: set[ShownName] = set()
    for key, taken in sorted(moves.items()):
        shown_on = {
            (sender.row, name): session.scalars(
                select(AddressName.list_id).where(
                    AddressName.address_id == sender.row, AddressName.name == name
                )
            ).all()
            for sender, name in taken
        }
        if key not in rows:
            layer = layer_of({one for lists in shown_on.values() for one in lists}, private)
            rows[key] = _add(session, email, key, taken, layer)
        for sender, name in taken:
            lists = shown_on[sender.row, name]
            for row in (sender.row, rows[key]):
                recounted.update((row, list_id, name) for list_id in lists)
            session.execute(
                update(Message)
                .where(Message.address_id == sender.row, Message.author_name == name)
                .values(address_id=rows[key])
            )
    count_names_again(session, recounted)
    _count_people_of_threads(session, sorted(rows[key] for key in moves))
    forget_addresses(session, {sender.row for taken in moves.values() for sender, _ in taken})


def _add(
    session: Session, email: str, key: str, taken: Sequence[tuple[_Sender, str]], layer: int
) -> int:
    """Add a sender; whoever comes from a hidden person is hidden too."""
    row = (session.scalar(select(func.max(Address.id))) or 0) + 1
    person = FreeIds(session, Person.id).take(layer)
    hidden = any(sender.hidden for sender, _ in taken)
    session.add(Person(id=person, name=taken[0][1], hidden=hidden))
    session.flush()
    own = key == email
    session.add(
        Address(
            id=row,
            key=key,
            email=email if own else None,
            shared_email=None if own else email,
            person_id=person,
            own_person_id=person,
        )
    )
    session.flush()
    return row


def _count_people_of_threads(session: Session, rows: Sequence[int]) -> None:
    wrote = (
        select(func.count(Message.address_id.distinct()))
        .where(Message.thread_id == Thread.id)
        .scalar_subquery()
    )
    for part in in_parts(rows):
        touched = select(Message.thread_id).where(Message.address_id.in_(part))
        session.execute(
            update(Thread)
            .where(Thread.id.in_(touched))
            .values(people=wrote)
            .execution_options(synchronize_session=False)
        )
