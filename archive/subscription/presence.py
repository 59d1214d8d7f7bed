"""Find out whether some process answers list managers for a store.

A process shows its presence by a lock. Unlike a row in a table, the lock disappears
with its process, however that ends, and it costs no commit. On SQLite it is a lock on a
file beside the database; on PostgreSQL, an advisory lock of a connection.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from archive.database import Database, unavailable_when_down

_KEY = 0x70616B6174
"""Key of the PostgreSQL advisory lock. It differs from the key of the writers' lock."""


class Presence:
    """The lock of one process; every process that answers list managers holds one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._release: Callable[[], object] | None = None
        self._connection: Connection | None = None

    def announce(self) -> None:
        """Take the lock, or take it again if its connection was lost."""
        if self._database.is_sqlite:
            if self._release is None:
                file = _open(self._database)
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                self._release = file.close
            return
        if self._connection is not None and _is_alive(self._connection):
            return
        with unavailable_when_down():
            connection = self._database.engine.connect()
            connection.execute(text("SELECT pg_advisory_lock_shared(:key)"), {"key": _KEY})
            connection.commit()
        self._connection = connection
        # Close the connection instead of returning it to the pool, where it keeps the lock.
        self._release = connection.invalidate

    def withdraw(self) -> None:
        """Release the lock."""
        if self._release is not None:
            self._release()
        self._release = self._connection = None


def is_somebody_present(database: Database) -> bool:
    """Whether a process answers list managers for this store.

    Raises ``StoreUnavailableError`` when the store cannot be reached.
    """
    if database.is_sqlite:
        with _open(database) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False
    with unavailable_when_down(), database.engine.connect() as connection:
        free = connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _KEY})
        return not free.scalar_one()


def _open(database: Database) -> IO[bytes]:
    return Path(f"{database.url.database}.conversation").open("ab")


def _is_alive(connection: Connection) -> bool:
    try:
        connection.execute(text("SELECT 1"))
        connection.commit()
    except SQLAlchemyError:
        return False
    return True
