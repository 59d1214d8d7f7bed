"""Whole tables as plain values, in and out.

Reading a store is mostly making objects of its rows; scoring reads and writes
whole tables and wants numbers only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, delete, select
from sqlalchemy.orm import Session

from archive.database import insert_rows
from archive.tables import Base, table_of
from reputation.arrays import Integers


def plain_rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of a query as the driver gives them: instants are Unix seconds."""
    with session.connection().execute(query) as result:
        cursor = result.cursor
        assert cursor is not None
        return list(cursor.fetchall())


def integer_rows(session: Session, query: Select[*tuple[Any, ...]]) -> Integers:
    """The rows of a query for whole numbers and flags, none of them null."""
    columns = len(query.selected_columns)
    rows = plain_rows(session, query)
    numbers = np.fromiter(chain.from_iterable(rows), np.int64, len(rows) * columns)
    return numbers.reshape(-1, columns)


def replace_rows(
    session: Session,
    model: type[Base],
    columns: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    *,
    audience: str = "",
) -> None:
    """Make a table hold, for one audience, exactly ``rows``; only what differs is written.

    columns: of each row, every one that the table has but ``audience``, the name of the
        audience; values as ``plain_rows`` gives them.
    """
    table = table_of(model)
    wanted = set(rows)
    found = select(*(table.c[name] for name in columns)).where(table.c.audience == audience)
    stored = set(plain_rows(session, found))
    _delete(session, table, columns, stored - wanted, audience)
    fresh = [(audience, *row) for row in sorted(wanted - stored)]
    insert_rows(session.connection(), table, ("audience", *columns), fresh)


def _delete(
    session: Session,
    table: Table,
    columns: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    audience: str,
) -> None:
    keys = [column.name for column in table.primary_key if column.name != "audience"]
    places = [columns.index(name) for name in keys]
    values = [
        {f"key_{name}": row[at] for name, at in zip(keys, places, strict=True)} for row in rows
    ]
    if values:
        matches: list[ColumnElement[bool]] = [
            table.c[name] == bindparam(f"key_{name}") for name in keys
        ]
        here = table.c.audience == audience
        session.connection().execute(delete(table).where(here, and_(*matches)), values)
