"""Mailing lists and their other names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Base, Identifier, Timestamp


class MailingList(Base):
    """A list that the archive keeps. ``address`` is lower-case."""

    __tablename__ = "mailing_list"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)
    slug: Mapped[str] = mapped_column(String(320), unique=True)
    secret: Mapped[str] = mapped_column(String(64))
    """Last part of the receiving address: at least 80 bits, base32, lower-case."""
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="auto")
    private: Mapped[bool] = mapped_column(Boolean, default=False)
    obfuscate: Mapped[bool] = mapped_column(Boolean, default=True)
    identifier: Mapped[str | None] = mapped_column(String(255))
    """The List-Id (RFC 2919) of its posts, lower-case; None until declared or learned."""
    no_archive: Mapped[str] = mapped_column(String(8), default="honour")
    no_archive_by: Mapped[str] = mapped_column(
        String(20), default="default", server_default="default"
    )
    """Who set ``no_archive``: ``default``, ``operator``, or the manager that marks all mail."""
    topic_tags: Mapped[str] = mapped_column(Text, default="")
    """Subject tags that the operator declared as topics, comma-separated."""
    created: Mapped[datetime] = mapped_column(Timestamp)


class ListAlias(Base):
    """Another address or List-Id by which a list is or was known."""

    __tablename__ = "list_alias"

    alias: Mapped[str] = mapped_column(String(320), primary_key=True)
    """Lower-case. If it contains ``@`` it is an address, else a List-Id."""
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), index=True)
    created: Mapped[datetime] = mapped_column(Timestamp)
