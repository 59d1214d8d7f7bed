"""People, their addresses, and the names shown with the addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Base, Identifier, Timestamp


class Person(Base):
    """An author, known by one or more addresses.

    A person that was merged into another keeps its row, so that old links still work.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    name: Mapped[str] = mapped_column(Text, index=True)
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Address(Base):
    """One sender identity as mail shows it.

    ``key`` is the canonical lower-case e-mail address. If an archive obscured the
    address so that it identifies nobody, ``key`` is ``name:`` and the normalised full
    name. If several people share it, each name on it has a row: ``key`` is ``name:``, the
    name and the address in angle brackets, and ``email`` is None.
    """

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    key: Mapped[str] = mapped_column(String(400), unique=True)
    email: Mapped[str | None] = mapped_column(String(400))
    shared_email: Mapped[str | None] = mapped_column(String(400), index=True)
    """The address, if this row stands for one name on an address that others use too."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    own_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """The person created with this address. The address returns to it when a merge is undone."""
    merge_reason: Mapped[str | None] = mapped_column(String(200))
    """Why this address was merged with other addresses, if it was."""


class AddressName(Base):
    """A display name used with an address on a list."""

    __tablename__ = "address_name"
    __table_args__ = (Index("ix_address_name_key", "name_key"),)

    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"), primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    name_key: Mapped[str] = mapped_column(String(200))
    """The result of ``archive.people.names.full_name_key``; may be empty."""
    uses: Mapped[int] = mapped_column(Integer)
    first: Mapped[datetime] = mapped_column(Timestamp)
    last: Mapped[datetime] = mapped_column(Timestamp)
