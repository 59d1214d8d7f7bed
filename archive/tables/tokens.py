"""API tokens, and the private lists that they open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Base, Identifier, Timestamp


class AccessToken(Base):
    """A named API token. A revoked token keeps its row, because decisions bear its name."""

    __tablename__ = "access_token"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the token."""
    scope: Mapped[str] = mapped_column(String(8))
    created: Mapped[datetime] = mapped_column(Timestamp)
    last_used: Mapped[datetime | None] = mapped_column(Timestamp)
    """Precise to about a minute: see ``archive.tokens.note_use``."""
    revoked: Mapped[datetime | None] = mapped_column(Timestamp)
    expires: Mapped[datetime | None] = mapped_column(Timestamp)
    """When it stops to hold; None for never."""


class AccessTokenList(Base):
    """A private list that a token opens to its bearer."""

    __tablename__ = "access_token_list"

    token_id: Mapped[int] = mapped_column(ForeignKey("access_token.id"), primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), primary_key=True)
