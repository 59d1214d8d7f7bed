"""The calendar month of an instant, computed by the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, String, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Month(FunctionElement[str]):
    """``2019-03`` of a column of Unix seconds, in UTC."""

    type = String()
    inherit_cache = True
    name = "month"


def month(instant: Any) -> ColumnElement[str]:
    """The month of a ``Timestamp`` column as ``2019-03``, in UTC."""
    return _Month(type_coerce(instant, Integer))


@compiles(_Month, "sqlite")
def _on_sqlite(element: _Month, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y-%m', {compiler.process(element.clauses, **options)}, 'unixepoch')"


@compiles(_Month, "postgresql")
def _on_postgresql(element: _Month, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"to_char(to_timestamp({seconds}) AT TIME ZONE 'UTC', 'YYYY-MM')"
