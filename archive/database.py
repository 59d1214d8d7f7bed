"""The engine, its sessions, and what differs between SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from archive.errors import StoreUnavailableError, UsageError

_Value = TypeVar("_Value")

_IN_LIST = 500
"""Values in one IN list: well under the limits of SQLite and PostgreSQL."""
BUSY_TIMEOUT_MS = 10_000
_CONNECTION_LIMITS = {"connect_timeout": 10, "tcp_user_timeout": 60_000}
"""How long libpq waits for a server that says nothing, in seconds and in milliseconds."""
WRITER_LOCK = 0x70616B6172
"""Key of the PostgreSQL advisory lock that writers take ("pakar" in ASCII)."""


class Database:
    """One store: an engine and its sessions.

    A commit is on disk when it returns: SQLite runs with ``synchronous=FULL``,
    and group commit and import batches spread its cost over many messages.
    """

    def __init__(self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError:
            raise UsageError("PAKAR_DATABASE_URL: not a database URL") from None
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = _sqlite_engine(url, busy_timeout_ms)
        else:
            self.engine = create_engine(
                url,
                pool_pre_ping=True,
                pool_size=10,
                max_overflow=10,
                connect_args={
                    name: value
                    for name, value in _CONNECTION_LIMITS.items()
                    if name not in self.url.query
                },
            )

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for reading, one snapshot of the store; rolled back at the end."""
        with unavailable_when_down(), Session(self.engine) as session:
            if not self.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back on an error."""
        with unavailable_when_down(), Session(self.engine) as session, session.begin():
            connection = session.connection(execution_options={"pakar_write": True})
            if not self.is_sqlite:
                connection.execute(text(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}"))
                # One writer at a time, as on SQLite: ids then grow in the order
                # of commits, which every follower of the store relies on.
                connection.execute(select(func.pg_advisory_xact_lock(WRITER_LOCK)))
            yield session

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()


def _sqlite_engine(url: str, busy_timeout_ms: int) -> Engine:
    database = make_url(url).database
    if database and database != ":memory:":
        try:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailableError(f"cannot make the folder of {database}: {error}") from None
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # Autocommit at the driver: the "begin" hook below issues BEGIN itself,
        # so that reads are one snapshot too and DDL is transactional.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        # A big import leaves a big log behind, which is of no use to anybody.
        cursor.execute("PRAGMA journal_size_limit=67108864")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("pakar_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert many rows of plain values past SQLAlchemy's type conversions.

    A bulk import spends half of its time in those. Values must already be what
    the driver takes: instants as whole Unix seconds.
    """
    if not rows:
        return
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    names = ", ".join(f'"{table.c[column].name}"' for column in columns)
    marks = ", ".join([mark] * len(columns))
    # Table and column names come from the models, never from mail.
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608
    connection.exec_driver_sql(statement, list(rows))


_BROKEN = ("disk is full", "not a database", "malformed")
"""What SQLite says, outside of its operational errors, of a file that it cannot use."""


@contextmanager
def unavailable_when_down() -> Iterator[None]:
    """Turn a database that is locked, full, read-only or away into one clear error."""
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailableError(f"the store is unavailable: {_reason(error)}") from error
    except DBAPIError as error:
        if error.connection_invalidated or any(sign in str(error.orig) for sign in _BROKEN):
            raise StoreUnavailableError(f"the store is unavailable: {_reason(error)}") from error
        raise


def _reason(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]


def in_parts(values: Sequence[_Value], size: int = _IN_LIST) -> Iterator[Sequence[_Value]]:
    """``values`` in slices of ``size``: as many as fit one IN list, unless told otherwise."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
