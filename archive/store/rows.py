"""Write a batch of prepared messages, within a transaction of the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.orm import Session

from archive.database import in_parts, insert_rows
from archive.lists.audience import private_lists
from archive.lists.layers import FreeIds, layer_of, layer_of_id
from archive.mail.message import READER_VERSION
from archive.mail.repeated_blocks import choice
from archive.people.sharing import named_key
from archive.store.arrivals import Arrival, Kept
from archive.store.copies import KnownPosts, insert_copies
from archive.store.preparation import PreparedMessage
from archive.tables import (
    CHOICE_STEP,
    Address,
    AddressName,
    Attachment,
    Authentication,
    Message,
    OwnText,
    Person,
    Posting,
    RawMessage,
    Reference,
    Removal,
    table_of,
)

Row = dict[str, Any]


def write(session: Session, arrivals: Sequence[Arrival]) -> list[Kept]:
    """Store the new messages of ``arrivals``; return one result for each, in order.

    Message ids are given in ascending order, so whoever follows the store can continue
    from the last id seen.
    """
    known = KnownPosts(session, arrivals)
    next_message = _next_message(session)
    fresh: list[tuple[int, PreparedMessage]] = []
    copies: list[tuple[int, Arrival]] = []
    numbered: list[tuple[int, bool]] = []
    for arrival in arrivals:
        found = known.with_bytes(arrival)
        is_new = False
        if found is None:
            found = known.of_substance(arrival)
            if found is not None:
                copies.append((found, arrival))
        if found is None:
            found, is_new = next_message, True
            next_message += 1
            fresh.append((found, arrival.prepared))
        known.add(found, arrival)
        numbered.append((found, is_new))
    new_messages = {number for number, _ in fresh}
    private = private_lists(session)
    addresses = address_rows(
        session,
        [(arrival.prepared, layer_of([arrival.list_id], private)) for arrival in arrivals],
    )
    _insert_messages(session, fresh, addresses)
    _insert_trust(session, fresh)
    insert_copies(session, copies)
    new_postings = _insert_postings(session, arrivals, numbered, new_messages)
    _count_names(
        session,
        [
            arrival
            for arrival, is_new in zip(arrivals, new_postings, strict=True)
            if is_new and not arrival.is_forged
        ],
        addresses,
    )
    return [
        Kept(number, is_new, posted)
        for (number, is_new), posted in zip(numbered, new_postings, strict=True)
    ]


def _next_message(session: Session) -> int:
    """The lowest message id that was never used."""
    highest = session.scalar(select(func.max(Message.id))) or 0
    removed = session.scalar(select(func.max(Removal.last_message_id))) or 0
    return max(highest, removed) + 1


def address_rows(
    session: Session, messages: Sequence[tuple[PreparedMessage, int]]
) -> dict[str, int]:
    """Row ids of the authors' addresses, by key. A new address gets a new person.

    messages: each with the layer that it came to (``archive.lists.layers``). An address
    of a later layer gets a new person too, as if no other layer had known it. A message
    by a known name on an address that several people share gets that name's key.
    """
    _name_senders(session, [one for one, _ in messages])
    first_of: dict[str, tuple[int, PreparedMessage]] = {}
    for one, layer in messages:
        if one.address_key not in first_of or layer < first_of[one.address_key][0]:
            first_of[one.address_key] = layer, one
    keys = sorted(first_of)
    found: dict[str, int] = {}
    replaced: dict[str, int] = {}
    for part in in_parts(keys):
        for key, number, person in session.execute(
            select(Address.key, Address.id, Address.own_person_id).where(Address.key.in_(part))
        ):
            found[key] = number
            if layer_of_id(person) > first_of[key][0]:
                replaced[key] = person
    new_keys = [key for key in keys if key not in found or key in replaced]
    if new_keys:
        free = FreeIds(session, Person.id)
        persons = {key: free.take(first_of[key][0]) for key in new_keys}
        session.execute(
            insert(Person),
            [
                {"id": person, "name": first_of[key][1].author_name, "hidden": False}
                for key, person in persons.items()
            ],
        )
        missing = [key for key in new_keys if key not in found]
        next_address = (session.scalar(select(func.max(Address.id))) or 0) + 1
        rows_added: list[Row] = [
            {
                "id": next_address + offset,
                "key": key,
                "email": first_of[key][1].email,
                "person_id": persons[key],
                "own_person_id": persons[key],
            }
            for offset, key in enumerate(missing)
        ]
        if rows_added:
            session.execute(insert(Address), rows_added)
        found.update((row["key"], row["id"]) for row in rows_added)
        for key, person in replaced.items():
            _replace_person(session, found[key], person, persons[key])
    return found


def _name_senders(session: Session, messages: Sequence[PreparedMessage]) -> None:
    parted: set[str] = set()
    emails = sorted({one.email for one in messages if one.email})
    for part in in_parts(emails):
        parted.update(session.scalars(select(Address.key).where(Address.shared_email.in_(part))))
    for one in messages if parted else ():
        if one.email and (key := named_key(one.email, one.author_name)) in parted:
            one.address_key = key


def _replace_person(session: Session, address: int, person: int, successor: int) -> None:
    """Give an address another own person, which the former one leads to.

    ``join_people`` decides later which person it belongs to.
    """
    session.execute(update(Address).where(Address.id == address).values(own_person_id=successor))
    session.execute(update(Person).where(Person.id == person).values(merged_into=successor))


def _insert_messages(
    session: Session,
    fresh: Sequence[tuple[int, PreparedMessage]],
    addresses: Mapping[str, int],
) -> None:
    if not fresh:
        return
    connection = session.connection()
    rows = [message_row(number, one, addresses) for number, one in fresh]
    insert_rows(connection, table_of(Message), MESSAGE_COLUMNS, rows)
    insert_rows(
        connection,
        table_of(RawMessage),
        ("message_id", "dictionary_id", "data"),
        [(number, one.dictionary_id, one.data) for number, one in fresh],
    )
    insert_rows(
        connection,
        table_of(OwnText),
        ("message_id", "text"),
        [(number, one.own_text) for number, one in fresh],
    )
    write_details(connection, fresh)


def write_details(connection: Connection, messages: Sequence[tuple[int, PreparedMessage]]) -> None:
    """Insert the references and attachments of messages, given by row id."""
    insert_rows(
        connection,
        table_of(Reference),
        ("message_id", "position", "target"),
        [
            (number, position, target)
            for number, one in messages
            for position, target in enumerate(one.references)
        ],
    )
    insert_rows(
        connection,
        table_of(Attachment),
        ("message_id", "position", "filename", "content_type", "size", "digest"),
        [
            (number, position, part.filename, part.content_type, part.size, part.digest)
            for number, one in messages
            for position, part in enumerate(one.attachments)
        ],
    )


def _insert_trust(session: Session, fresh: Sequence[tuple[int, PreparedMessage]]) -> None:
    insert_rows(
        session.connection(),
        table_of(Authentication),
        ("message_id", "verdict", "domain", "method", "reason", "pending"),
        [
            (number, trust.verdict, trust.domain, trust.method, trust.reason, trust.pending)
            for number, one in fresh
            if (trust := one.trust) is not None
        ],
    )


MESSAGE_COLUMNS = (
    "id",
    "digest",
    "size",
    "message_id",
    "message_id_derived",
    "date",
    "date_source",
    "subject",
    "base_subject",
    "is_reply",
    "parent_reference",
    "address_id",
    "author_name",
    "automation",
    "time_zone",
    "mail_program",
    "quote_marks",
    "signature_mark",
    "substance",
    "attachments",
    "defects",
    "reader_version",
)


def message_row(
    number: int, one: PreparedMessage, addresses: Mapping[str, int]
) -> tuple[object, ...]:
    """The values of ``MESSAGE_COLUMNS`` for a message."""
    return (
        number,
        one.digest,
        one.size,
        one.message_id,
        one.message_id_derived,
        one.date,
        one.date_source,
        one.subject,
        one.base_subject,
        one.is_reply,
        one.parent_reference,
        addresses[one.address_key],
        one.author_name,
        one.automation,
        one.time_zone,
        one.mail_program,
        one.quote_marks,
        one.signature_mark,
        one.substance,
        len(one.attachments),
        "\n".join(one.defects) or None,
        READER_VERSION + CHOICE_STEP * choice(one.signature_mark),
    )


def _insert_postings(
    session: Session,
    arrivals: Sequence[Arrival],
    numbered: Sequence[tuple[int, bool]],
    new_messages: set[int],
) -> list[bool]:
    """Add a posting for every message; return, for each arrival, whether it is new."""
    posted: set[tuple[int, int]] = set()
    old = sorted({number for number, _ in numbered if number not in new_messages})
    for part in in_parts(old):
        rows = session.execute(
            select(Posting.list_id, Posting.message_id).where(Posting.message_id.in_(part))
        )
        posted.update((mailing_list, message) for mailing_list, message in rows)
    results: list[bool] = []
    rows_added: list[tuple[object, ...]] = []
    for arrival, (number, _) in zip(arrivals, numbered, strict=True):
        pair = (arrival.list_id, number)
        results.append(pair not in posted)
        if pair not in posted:
            posted.add(pair)
            received = int(arrival.received.timestamp())
            rows_added.append(
                (arrival.list_id, number, received, arrival.door, arrival.envelope_sender)
            )
    insert_rows(
        session.connection(),
        table_of(Posting),
        ("list_id", "message_id", "received", "door", "envelope_sender"),
        rows_added,
    )
    return results


def _count_names(
    session: Session, arrivals: Sequence[Arrival], addresses: Mapping[str, int]
) -> None:
    """Count which names were shown with which address on which list."""
    shown: dict[tuple[int, int, str], Row] = {}
    for arrival in arrivals:
        prepared = arrival.prepared
        key = (addresses[prepared.address_key], arrival.list_id, prepared.author_name)
        row = shown.get(key)
        if row is None:
            shown[key] = {"key": prepared.name_key, "uses": 1, "first": prepared.date} | {
                "last": prepared.date
            }
        else:
            row["key"] = row["key"] or prepared.name_key
            row["uses"] += 1
            row["first"] = min(row["first"], prepared.date)
            row["last"] = max(row["last"], prepared.date)
    if not shown:
        return
    stored: dict[tuple[int, int, str], AddressName] = {}
    for part in in_parts(sorted({address for address, _, _ in shown})):
        for entry in session.scalars(select(AddressName).where(AddressName.address_id.in_(part))):
            stored[entry.address_id, entry.list_id, entry.name] = entry
    for (address, mailing_list, name), row in shown.items():
        first = datetime.fromtimestamp(row["first"], UTC)
        last = datetime.fromtimestamp(row["last"], UTC)
        entry_or_none = stored.get((address, mailing_list, name))
        if entry_or_none is None:
            session.add(
                AddressName(
                    address_id=address,
                    list_id=mailing_list,
                    name=name,
                    name_key=row["key"],
                    uses=row["uses"],
                    first=first,
                    last=last,
                )
            )
        else:
            # Automatic mail gives the name no key. One human post is enough to give it one.
            entry_or_none.name_key = entry_or_none.name_key or row["key"]
            entry_or_none.uses += row["uses"]
            entry_or_none.first = min(entry_or_none.first, first)
            entry_or_none.last = max(entry_or_none.last, last)
    session.flush()
