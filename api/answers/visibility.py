"""What a reader may see: private lists with a token, hidden people as a curator."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import QueryableAttribute, Session

from api.readers import Reader
from api.redaction import Redaction, names_pattern
from archive.errors import NotFoundError
from archive.lists.audience import Audience, audience
from archive.lists.registry import find_list
from archive.mail.obfuscation import obfuscate_text
from archive.tables import Address, AddressName, MailingList, Message, Person, Posting
from reputation.tables import Evidence, Score, ThreadTopic, Work, WorkCitation, seen_by

OfEpoch = Score | ThreadTopic | Evidence | Work | WorkCitation
"""A table that an epoch writes, once for each audience."""


@dataclass(frozen=True)
class Visibility:
    """The limits of one reader, read once an answer.

    audience: the lists this reader may read.
    hidden: ids of the people this reader may not see by name.
    plain: ids of the lists whose owners let addresses in texts stand.
    names: names and addresses of the hidden people.
    hidden_names: the same, one by one.
    addresses: of the lists this reader may see.
    """

    reader: Reader
    audience: Audience
    hidden: frozenset[int]
    plain: frozenset[int]
    names: re.Pattern[str] | None
    hidden_names: frozenset[str]
    addresses: frozenset[str]

    @property
    def private(self) -> frozenset[int]:
        """Ids of the lists this reader may not see."""
        return self.audience.closed

    def posting(self) -> ColumnElement[bool]:
        """As ``Audience.posting``."""
        return self.audience.posting()

    def message(self, *, on_list: int | None = None) -> ColumnElement[bool]:
        """As ``Audience.message``."""
        return self.audience.message(on_list=on_list)

    def thread(
        self, thread: ColumnElement[int] | QueryableAttribute[int], *, on_list: int | None = None
    ) -> ColumnElement[bool]:
        """As ``Audience.thread``."""
        return self.audience.thread(thread, on_list=on_list)

    def computed(self, table: type[OfEpoch]) -> ColumnElement[bool]:
        """The condition on a table of epochs that a row was computed for this reader."""
        return table.audience == self.audience.name

    def topic(self) -> ColumnElement[bool]:
        """The condition on ``Topic`` that it is the public's, or the reader's own."""
        return seen_by(self.audience)

    def wrote(self) -> ColumnElement[bool]:
        """The condition on ``Address`` that a message written with it may be seen."""
        if not self.private:
            return true()
        return exists().where(Message.address_id == Address.id, self.message())

    def person(self) -> ColumnElement[bool]:
        """The condition on ``Person`` that it may be seen: present, named, not merged away."""
        wrote = exists().where(Address.person_id == Person.id, self.wrote())
        shown = true() if self.reader.curator else Person.hidden.is_(False)
        return shown & Person.merged_into.is_(None) & wrote

    def name(self, name: str) -> str:
        """A person's name as the reader may see it: some hold an address."""
        return name if self.reader.trusted else obfuscate_text(name)

    def redaction(self, lists: frozenset[int]) -> Redaction:
        """What must go from texts of a message that came to ``lists``."""
        open_lists = bool(lists) and lists <= self.plain
        return Redaction(
            addresses=not (self.reader.trusted or open_lists),
            names=self.names,
            keep=self.addresses,
        )


_LISTS = select(MailingList.id, MailingList.address, MailingList.obfuscate)
_HIDDEN = select(Person.id).where(Person.hidden)


def visibility(session: Session, reader: Reader) -> Visibility:
    """What ``reader`` may see now."""
    lists = session.execute(_LISTS).all()
    readable = audience(session, reader.opened)
    hidden: frozenset[int] = frozenset()
    if not reader.curator:
        hidden = frozenset(session.scalars(_HIDDEN))
    names = _names(session) if hidden else frozenset()
    return Visibility(
        reader=reader,
        audience=readable,
        hidden=hidden,
        plain=frozenset(row.id for row in lists if not row.obfuscate),
        names=names_pattern(names),
        hidden_names=names,
        addresses=frozenset(row.address for row in lists if row.id not in readable.closed),
    )


def visible_list(session: Session, limits: Visibility, address: str) -> MailingList:
    """The list of that address. Raises ``NotFoundError``, for private ones too."""
    found = find_list(session, address)
    if found.id in limits.private:
        raise NotFoundError.of("list-unknown", address=address[:320])
    return found


def visible_list_id(session: Session, limits: Visibility, address: str | None) -> int | None:
    """The id of the list of that address, None for no address. Raises ``NotFoundError``."""
    return None if address is None else visible_list(session, limits, address).id


def visible_people(session: Session, limits: Visibility, ids: Collection[int]) -> frozenset[int]:
    """Those of ``ids`` who may be seen."""
    shown = frozenset(ids) - limits.hidden
    if not limits.private:
        return shown
    # Who wrote to private lists, less those who wrote elsewhere too.
    wrote = select(Address.person_id).join(Message, Message.address_id == Address.id)
    privately = wrote.where(
        Message.id.in_(select(Posting.message_id).where(Posting.list_id.in_(limits.private)))
    ).distinct()
    openly = wrote.where(Address.person_id.in_(privately), limits.message()).distinct()
    unseen = frozenset(session.scalars(privately)) - frozenset(session.scalars(openly))
    return shown - unseen


def _names(session: Session) -> frozenset[str]:
    """Names and addresses of the hidden people."""
    names: set[str] = set(session.scalars(select(Person.name).where(Person.hidden)))
    names.update(
        session.scalars(
            select(AddressName.name)
            .join(Address, Address.id == AddressName.address_id)
            .join(Person, Person.id == Address.person_id)
            .where(Person.hidden)
        )
    )
    names.update(
        email
        for email in session.scalars(
            select(Address.email)
            .join(Person, Person.id == Address.person_id)
            .where(Person.hidden, Address.email.is_not(None))
        )
        if email
    )
    return frozenset(names)
