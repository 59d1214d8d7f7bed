"""Where requests are counted: in memory, in Redis, or in the database.

``memory`` is of one process. Where several serve, they count together in Redis (by the
``limits`` library) or PostgreSQL (by ``DatabaseStorage``). While that store is away every
process counts for itself: its limits hold on, and it answers on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import structlog
from limits import RateLimitItemPerMinute
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import create_engine, delete, func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from archive.errors import UsageError
from archive.settings import Settings
from archive.tables import RateCount, table_of

Answer = TypeVar("Answer")

MEMORY: Final = "memory"
DATABASE: Final = "database"
PATIENCE_SECONDS: Final = 2
"""For an answer of the shared store."""
AWAY_SECONDS: Final = 10.0
"""How long a process counts for itself before it asks a store again that was away."""
_SWEEP_SECONDS: Final = 60.0

log = structlog.get_logger()


class Counter:
    """Counts requests, together with other processes where they share a store."""

    def __init__(self, store: Storage) -> None:
        self._shared = FixedWindowRateLimiter(store)
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._in_memory = isinstance(store, MemoryStorage)
        self._away_until = 0.0

    async def hit(self, item: RateLimitItemPerMinute, who: str) -> bool:
        """Count one; whether it is within the limit."""
        return await self._call(lambda limiter: limiter.hit(item, who))

    async def test(self, item: RateLimitItemPerMinute, who: str) -> bool:
        """Whether one more would be within the limit."""
        return await self._call(lambda limiter: limiter.test(item, who))

    async def left(self, item: RateLimitItemPerMinute, who: str) -> tuple[int, int]:
        """How many are left in this window, and in how many seconds it ends (1 to 60)."""
        window = await self._call(lambda limiter: limiter.get_window_stats(item, who))
        seconds = round(window.reset_time - time.time())
        return max(0, window.remaining), min(60, max(1, seconds))

    async def _call(self, count: Callable[[FixedWindowRateLimiter], Answer]) -> Answer:
        if self._in_memory:
            return count(self._shared)
        if time.monotonic() >= self._away_until:
            try:
                return await run_in_threadpool(count, self._shared)
            except StorageError as error:
                self._away_until = time.monotonic() + AWAY_SECONDS
                reason = str(error.storage_error).partition("\n")[0]
                log.warning("requests are counted by this process alone", reason=reason)
        return count(self._own)


def rate_store(settings: Settings) -> Storage:
    """The store that ``PAKAR_RATE_LIMIT_STORE`` names. Raises ``UsageError``."""
    named = settings.rate_limit_store
    if named == MEMORY:
        return MemoryStorage()
    url = settings.database_url if named == DATABASE else named
    if url.startswith("sqlite"):
        raise UsageError("PAKAR_RATE_LIMIT_STORE: database needs a PostgreSQL store")
    options: dict[str, Any] = {"wrap_exceptions": True}
    if not url.startswith("postgresql"):
        options |= {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
    try:
        storage = storage_from_string(url, **options)
    except (ConfigurationError, ValueError, SQLAlchemyError) as error:
        raise UsageError(f"PAKAR_RATE_LIMIT_STORE: {error}") from None
    assert isinstance(storage, Storage)
    return storage


class DatabaseStorage(Storage):
    """A store of the ``limits`` library in PostgreSQL.

    A count is one statement that inserts or raises a row, so processes cannot lose each
    other's. Windows end by the database's clock, which all of them share.
    """

    STORAGE_SCHEME = ["postgresql+psycopg"]  # noqa: RUF012 - as the library declares it

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._engine = create_engine(
            uri,
            isolation_level="AUTOCOMMIT",
            pool_size=4,
            max_overflow=8,
            pool_timeout=PATIENCE_SECONDS,
            connect_args={
                "connect_timeout": PATIENCE_SECONDS,
                "options": f"-c statement_timeout={PATIENCE_SECONDS * 1000}",
            },
        )
        self._table = table_of(RateCount)
        self._sweep_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What is raised while the database is away."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count ``amount`` more; the count of a window that begins now or goes on."""
        if time.monotonic() >= self._sweep_at:
            self._prepare()
        values = {"key": key, "amount": amount, "expiry": expiry}
        with self._engine.connect() as connection:
            return int(connection.execute(_COUNT, values).scalar_one())

    def get(self, key: str) -> int:
        """The count of the current window; 0 without one."""
        counted = select(self._table.c.hits).where(self._table.c.key == key, self._in_force)
        with self._engine.connect() as connection:
            return int(connection.scalar(counted) or 0)

    def get_expiry(self, key: str) -> float:
        """When the current window ends, in Unix seconds; now, without one."""
        ends = select(self._table.c.expires).where(self._table.c.key == key, self._in_force)
        with self._engine.connect() as connection:
            return float(connection.scalar(ends) or time.time())

    def check(self) -> bool:
        """Whether the database answers."""
        with self._engine.connect() as connection:
            return connection.scalar(select(1)) == 1

    def reset(self) -> int | None:
        """Forget all counts; how many there were."""
        with self._engine.connect() as connection:
            return connection.execute(delete(self._table)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._engine.connect() as connection:
            connection.execute(delete(self._table).where(self._table.c.key == key))

    @property
    def _in_force(self) -> Any:
        return self._table.c.expires > func.extract("epoch", func.clock_timestamp())

    def _prepare(self) -> None:
        """Once a minute: forget what has expired; in a database of its own, make the table."""
        with self._engine.connect() as connection:
            self._table.create(connection, checkfirst=True)
            connection.execute(delete(self._table).where(~self._in_force))
        self._sweep_at = time.monotonic() + _SWEEP_SECONDS


_COUNT: Final = sql(
    """
    INSERT INTO rate_count AS counted (key, hits, expires)
    VALUES (:key, :amount, extract(epoch FROM clock_timestamp()) + :expiry)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN counted.expires > extract(epoch FROM clock_timestamp())
                    THEN counted.hits ELSE 0 END + :amount,
        expires = CASE WHEN counted.expires > extract(epoch FROM clock_timestamp())
                       THEN counted.expires ELSE excluded.expires END
    RETURNING hits
    """
)
