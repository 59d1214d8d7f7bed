"""Decisions of moderators about people, threads and topics: original data, never deleted.

A decision can be undone, but its row stays. It names addresses and Message-IDs, not row
ids: rows are derived and may be made anew, but a decision survives every import and
rereading.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Base, Identifier, Timestamp


class Decision(Base):
    """One decision of a moderator: who made it, why, when, and who undid it if anybody did."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    subject: Mapped[str] = mapped_column(String(8))
    """``people``, ``threads`` or ``topics``."""
    kind: Mapped[str] = mapped_column(String(16))
    """``merge``, ``split``, ``distinct``, ``hide``, ``unhide``, ``mailmap``, ``attach``,
    ``add``, ``rename``, ``pin``."""
    author: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    made: Mapped[datetime] = mapped_column(Timestamp)
    undone: Mapped[datetime | None] = mapped_column(Timestamp)
    undone_by: Mapped[str | None] = mapped_column(String(200))


class IdentityClaim(Base):
    """What a decision says about one address or about two.

    ``one`` and ``other`` are address keys (``Address.key``); mail need not have shown
    them yet.
    """

    __tablename__ = "identity_claim"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    relation: Mapped[str] = mapped_column(String(10))
    """``same``, ``different``, ``hidden``, ``shown`` or ``named``."""
    one: Mapped[str] = mapped_column(String(400), index=True)
    other: Mapped[str] = mapped_column(String(400), index=True)
    """The second address; for ``named`` the name; empty for ``hidden`` and ``shown``."""


class ThreadClaim(Base):
    """Where a decision puts a message and all its answers.

    ``parent`` is the Message-ID of the new parent; None makes the message the root of a
    thread of its own.
    """

    __tablename__ = "thread_claim"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(998), index=True)
    parent: Mapped[str | None] = mapped_column(String(998))


class MergeSuggestion(Base):
    """Two addresses that may belong to one person, for a moderator to judge. Derived.

    ``one`` is the lower row id of ``address``. A pair that is found again keeps its id.
    """

    __tablename__ = "merge_suggestion"
    __table_args__ = (UniqueConstraint("one", "other"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    one: Mapped[int] = mapped_column(ForeignKey("address.id"))
    other: Mapped[int] = mapped_column(ForeignKey("address.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    found: Mapped[datetime] = mapped_column(Timestamp)
