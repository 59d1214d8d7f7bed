"""People, their addresses, and the names they used with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Base, Identifier, Timestamp


class Person(Base):
    """Somebody who wrote, known by one or more addresses.

    A person merged into another keeps its row so that old links still lead on.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    name: Mapped[str] = mapped_column(Text, index=True)
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Address(Base):
    """One sender identity as mail shows it.

    ``key`` is the canonical lower-case e-mail address, or, where the archive
    obscured the address so that it carries no identity, ``name:`` and the
    normalised full name.
    """

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    key: Mapped[str] = mapped_column(String(400), unique=True)
    email: Mapped[str | None] = mapped_column(String(400))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    own_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """The person it began with and returns to when a merge is undone; links to it lead on."""
    merge_reason: Mapped[str | None] = mapped_column(String(200))
    """Why this address stands with its person's other addresses, if it does."""


class AddressName(Base):
    """A display name used with an address on a list."""

    __tablename__ = "address_name"
    __table_args__ = (Index("ix_address_name_key", "name_key"),)

    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"), primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    name_key: Mapped[str] = mapped_column(String(200))
    """The normalised full name, its words sorted (``archive.people.names.full_name_key``)."""
    uses: Mapped[int] = mapped_column(Integer)
    first: Mapped[datetime] = mapped_column(Timestamp)
    last: Mapped[datetime] = mapped_column(Timestamp)
