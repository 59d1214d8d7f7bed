"""How often clients have asked lately, where several processes count together."""

from __future__ import annotations

from sqlalchemy import Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables.base import Base


class RateCount(Base):
    """Requests of one client within one window; worth nothing after ``expires``.

    On PostgreSQL the table is unlogged: a crash of the server empties it, which forgives
    everybody a minute.
    """

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Kind, client and length of the window, as the ``limits`` library writes them."""
    hits: Mapped[int] = mapped_column(Integer)
    expires: Mapped[float] = mapped_column(Float, index=True)
    """Unix seconds by the clock of the database."""
