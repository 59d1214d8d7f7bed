"""Database access: the engine, its sessions, and the differences of SQLite and PostgreSQL."""

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
"""Most values in one IN list, well below the limits of SQLite and PostgreSQL."""
BUSY_TIMEOUT_MS = 10_000
_CONNECTION_LIMITS = {"connect_timeout": 10, "tcp_user_timeout": 60_000}
"""How long libpq waits for a silent server: to connect, in seconds; later, in milliseconds."""
WRITER_LOCK = 0x70616B6172
"""Key of the PostgreSQL advisory lock that writers take ("pakar" in ASCII)."""


class Database:
    """One store: an engine and its sessions.

    A commit is on disk when it returns, because SQLite runs with ``synchronous=FULL``.
    Group commits and import batches spread that cost over many messages.
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
        """Open a read-only session: one snapshot of the store, rolled back at the end."""
        with unavailable_when_down(), Session(self.engine) as session:
            if not self.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits at the end of the block, or rolls back on an error."""
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
        # Turn off the driver's own transactions: the "begin" hook below sends BEGIN, so that
        # reads are one snapshot too and DDL is transactional.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        # Without a limit, the log would keep the size that a big import gave it.
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
    """Insert many rows without SQLAlchemy's type conversions.

    A bulk import would spend half of its time in those conversions. So the values must
    already have the driver's types, for example whole Unix seconds for instants.
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
"""SQLite's messages about an unusable file that do not come as an ``OperationalError``."""


@contextmanager
def unavailable_when_down() -> Iterator[None]:
    """Turn errors of a locked, full, read-only or unreachable database into one clear error.

    Raises ``StoreUnavailableError``.
    """
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
    """Split ``values`` into slices of ``size``; by default a slice fits one IN list."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
