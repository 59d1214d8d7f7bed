"""What all tables share: the base, names of constraints, identifiers and instants."""

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


# SQLite only auto-increments a column typed exactly INTEGER.
Identifier = BigInteger().with_variant(Integer, "sqlite")


class Timestamp(TypeDecorator[datetime]):
    """An instant, stored as whole Unix seconds, read as an aware UTC datetime.

    One integer compares and sorts alike on both dialects and loads into
    arrays without a conversion per row.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(int(value), UTC)


def seconds(column: InstrumentedAttribute[datetime]) -> TypeCoerce[int]:
    """The same column read as whole Unix seconds, for loading many rows at once."""
    return type_coerce(column, BigInteger)


class Base(DeclarativeBase):
    """Declarative base shared by the archive's and the reputation's tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


def table_of(model: type[Base]) -> Table:
    """A model's table, typed for Core statements."""
    table = model.__table__
    assert isinstance(table, Table)
    return table
