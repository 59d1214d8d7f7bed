"""Write messages that were reread: update each row that differs from before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.audience import private_lists
from archive.lists.layers import layer_of
from archive.mail.automation.verdict import NOT_PERSONAL
from archive.mail.trust.results import RESULTS
from archive.people.shown_names import count_names_again, names_shown
from archive.people.update import join_people
from archive.store.preparation import PreparedMessage
from archive.store.rows import MESSAGE_COLUMNS, address_rows, message_row, write_details
from archive.tables import (
    Address,
    AddressName,
    Attachment,
    Authentication,
    Message,
    OwnText,
    Person,
    Posting,
    Reference,
    seconds,
    table_of,
)
from archive.threads.update import thread_new

Row = dict[str, Any]
Batch = Sequence[tuple[int, PreparedMessage]]
"""Reread messages, each with its row id."""

_KEPT = frozenset({"id", "digest", "size"})
_WHO = frozenset(
    {"address_id", "author_name", "date", "automation", "time_zone", "mail_program"}
    | {"parent_reference", "signature_mark"}
)
"""If one of these columns changes, people are updated."""
_WHERE = frozenset(
    {"message_id", "date", "subject", "base_subject", "is_reply", "parent_reference"}
    | {"address_id", "quote_marks"}
)
"""If one of these columns changes, threads are updated."""
_TEXT = frozenset({"subject", "base_subject"})
"""If one of these columns changes, word counts are updated."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What the rows of a message held before."""

    columns: Row
    own_text: str
    references: tuple[str, ...]
    attachments: tuple[tuple[object, ...], ...]
    address_key: str
    hidden: bool


def replace_rows(session: Session, batch: Batch) -> list[int]:
    """Update the rows of reread messages and everything derived from them.

    Returns the ids of messages whose text has changed. Does not commit.
    """
    if not batch:
        return []
    numbers = [number for number, _ in batch]
    before = _before(session, numbers)
    addresses = _addresses(session, batch, before)
    changes = {
        number: _changes(message_row(number, one, addresses), before[number])
        for number, one in batch
    }
    judged = _judge_again(session, batch) | _renamed(session, batch)
    people = [n for n in numbers if n in judged or changes[n].keys() & _WHO]
    shown = names_shown(session, people)
    _update_messages(session, changes)
    texts = _replace_texts(session, batch, before)
    details = _replace_details(session, batch, before)
    if people:
        count_names_again(session, shown | names_shown(session, people))
    moved = [n for n in numbers if n in texts or n in details or changes[n].keys() & _WHERE]
    if moved:
        thread_new(session, moved)
    if people:
        keys = {before[number].address_key for number in people}
        join_people(session, keys | {one.address_key for number, one in batch if number in people})
    return [n for n in numbers if n in texts or changes[n].keys() & _TEXT]


def _before(session: Session, numbers: Sequence[int]) -> dict[int, _Before]:
    table = table_of(Message)
    columns = [
        (seconds(Message.date) if name == "date" else table.c[name]).label(name)
        for name in MESSAGE_COLUMNS
    ]
    references: dict[int, list[str]] = {number: [] for number in numbers}
    attachments: dict[int, list[tuple[object, ...]]] = {number: [] for number in numbers}
    for message, target in session.execute(
        select(Reference.message_id, Reference.target)
        .where(Reference.message_id.in_(numbers))
        .order_by(Reference.message_id, Reference.position)
    ):
        references[message].append(target)
    for message, name, kind, size, digest in session.execute(
        select(
            Attachment.message_id,
            Attachment.filename,
            Attachment.content_type,
            Attachment.size,
            Attachment.digest,
        )
        .where(Attachment.message_id.in_(numbers))
        .order_by(Attachment.message_id, Attachment.position)
    ):
        attachments[message].append((name, kind, size, bytes(digest)))
    rows = session.execute(
        select(*columns, OwnText.text, Address.key, Person.hidden)
        .join(Address, Address.id == Message.address_id)
        .join(Person, Person.id == Address.person_id)
        .outerjoin(OwnText, OwnText.message_id == Message.id)
        .where(Message.id.in_(numbers))
    )
    found: dict[int, _Before] = {}
    for *values, text, key, hidden in rows:
        number = values[0]
        found[number] = _Before(
            dict(zip(MESSAGE_COLUMNS, values, strict=True)),
            text,
            tuple(references[number]),
            tuple(attachments[number]),
            key,
            hidden,
        )
    return found


def _addresses(session: Session, batch: Batch, before: Mapping[int, _Before]) -> dict[str, int]:
    """Row ids of the authors' addresses, by key; adds new addresses.

    A new address of a hidden person is hidden too: nobody becomes visible again because
    mail is read better.
    """
    keys = sorted({one.address_key for _, one in batch})
    known: set[str] = set()
    for part in in_parts(keys):
        known.update(session.scalars(select(Address.key).where(Address.key.in_(part))))
    layers = _layers(session, [number for number, _ in batch])
    rows = address_rows(session, [(one, layers[number]) for number, one in batch])
    unseen = {
        rows[one.address_key]
        for number, one in batch
        if before[number].hidden and one.address_key not in known
    }
    if unseen:
        own = select(Address.own_person_id).where(Address.id.in_(sorted(unseen)))
        session.execute(update(Person).where(Person.id.in_(own)).values(hidden=True))
    return rows


def _layers(session: Session, numbers: Sequence[int]) -> dict[int, int]:
    """The layers of messages, by row id."""
    lists: dict[int, list[int]] = {number: [] for number in numbers}
    for message, mailing_list in session.execute(
        select(Posting.message_id, Posting.list_id).where(Posting.message_id.in_(numbers))
    ):
        lists[message].append(mailing_list)
    private = private_lists(session)
    return {number: layer_of(found, private) for number, found in lists.items()}


def _changes(values: Sequence[object], before: _Before) -> Row:
    """The columns whose values differ from before, and the reader's version in any case."""
    return {
        name: value
        for name, value in zip(MESSAGE_COLUMNS, values, strict=True)
        if name == "reader_version" or (name not in _KEPT and value != before.columns[name])
    }


def _update_messages(session: Session, changes: Mapping[int, Row]) -> None:
    table = table_of(Message)
    readings: dict[int, list[int]] = {}
    for number, row in changes.items():
        readings.setdefault(row.pop("reader_version"), []).append(number)
    for reading, numbers in readings.items():
        for part in in_parts(numbers):
            session.execute(
                update(Message).where(Message.id.in_(part)).values(reader_version=reading)
            )
    for number, row in changes.items():
        if row:
            values = dict(row)
            if "date" in values:
                values["date"] = datetime.fromtimestamp(values["date"], UTC)
            session.connection().execute(update(table).where(table.c.id == number).values(values))


def _replace_texts(session: Session, batch: Batch, before: Mapping[int, _Before]) -> set[int]:
    """Update the own text of messages where it differs; return the ids of those messages."""
    rows = [
        {"message": number, "words": one.own_text}
        for number, one in batch
        if one.own_text != before[number].own_text
    ]
    if rows:
        table = table_of(OwnText)
        session.connection().execute(
            update(table)
            .where(table.c.message_id == bindparam("message"))
            .values(text=bindparam("words")),
            rows,
        )
    return {number for number, one in batch if one.own_text != before[number].own_text}


def _replace_details(session: Session, batch: Batch, before: Mapping[int, _Before]) -> set[int]:
    """Update references and attachments where they differ.

    Returns the ids of messages whose references changed.
    """
    named = {number for number, one in batch if one.references != before[number].references}
    differing = [
        (number, one)
        for number, one in batch
        if number in named
        or before[number].attachments
        != tuple((a.filename, a.content_type, a.size, a.digest) for a in one.attachments)
    ]
    numbers = [number for number, _ in differing]
    if numbers:
        for model in (Reference, Attachment):
            session.execute(delete(model).where(model.message_id.in_(numbers)))
        write_details(session.connection(), differing)
    return named


def _renamed(session: Session, batch: Batch) -> set[int]:
    """Messages whose author's name now has another key, or was not counted before."""
    counted = (
        (AddressName.address_id == Message.address_id)
        & (AddressName.list_id == Posting.list_id)
        & (AddressName.name == Message.author_name)
    )
    read = dict(batch)
    rows = session.execute(
        select(Message.id, AddressName.name_key)
        .join(Posting, Posting.message_id == Message.id)
        .outerjoin(AddressName, counted)
        .where(Message.id.in_(sorted(read)))
    )
    return {
        number
        for number, key in rows
        if read[number].automation not in NOT_PERSONAL and key != read[number].name_key
    }


def _judge_again(session: Session, batch: Batch) -> set[int]:
    """Update verdicts to what the list's own host says; return the ids of changed messages.

    The result of an earlier signature check stays, because the signer's key may be gone
    by now.
    """
    numbers = [number for number, _ in batch]
    rows = session.scalars(select(Authentication).where(Authentication.message_id.in_(numbers)))
    stored = {row.message_id: row for row in rows}
    changed: set[int] = set()
    for number, one in batch:
        row, trust = stored.get(number), one.trust
        if trust is None:
            if row is not None and row.method == RESULTS:
                session.delete(row)
                changed.add(number)
            continue
        values = {"verdict": trust.verdict, "domain": trust.domain, "method": trust.method}
        values["reason"] = trust.reason
        if row is None:
            session.add(Authentication(message_id=number, pending=trust.pending, **values))
            changed.add(number)
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.pending = trust.pending
            changed.add(number)
    session.flush()
    return changed
