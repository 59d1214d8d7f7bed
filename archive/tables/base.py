"""What all tables share: the base class, constraint names, identifiers and timestamps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData, Table, TypeCoerce, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.types import TypeDecorator

# Deterministic constraint names let Alembic drop and recreate them on both dialects.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# SQLite auto-increments a column only if its type is exactly INTEGER.
Identifier = BigInteger().with_variant(Integer, "sqlite")


class Timestamp(TypeDecorator[datetime]):
    """An instant, stored as whole Unix seconds and read as an aware UTC datetime.

    An integer compares and sorts in the same way on both databases, and loads into
    arrays without converting each row.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(int(value), UTC)


def seconds(column: InstrumentedAttribute[datetime]) -> TypeCoerce[int]:
    """Read a ``Timestamp`` column as whole Unix seconds, to load many rows at once."""
    return type_coerce(column, BigInteger)


class Base(DeclarativeBase):
    """Declarative base shared by the archive's and the reputation's tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


def table_of(model: type[Base]) -> Table:
    """The table of a model, with the type that Core statements need."""
    table = model.__table__
    assert isinstance(table, Table)
    return table
