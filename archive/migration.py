"""Check the schema of a store, and migrate it up to the newest revision or back down.

Alembic runs the scripts of ``migrations/`` (``archive/_migrations`` in an installed
wheel). On both databases each migration is one transaction. Every command checks the
schema and nearly always it is the newest, so Alembic is imported only by what migrates.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from archive.database import Database, unavailable_when_down
from archive.errors import StoreUnavailableError, UsageError

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST_REVISION = "0017"
"""The newest revision in ``migrations/versions``."""

Target = str | URL | Engine
"""A store: its database URL, or an engine made by ``archive.database.Database``."""

# Alembic keeps the running migration in module state, so only one thread may migrate.
_ONE_AT_A_TIME = threading.Lock()

# "pakar" in ASCII: other programs on the same server are unlikely to lock this key.
_ADVISORY_KEY = 0x70616B6172


def is_current(database: Database) -> bool:
    """Whether the store is at ``NEWEST_REVISION``; False for an empty or outdated store.

    Raises ``StoreUnavailableError`` when the store cannot be reached.
    """
    with unavailable_when_down(), database.engine.connect() as connection:
        try:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
            return list(found) == [NEWEST_REVISION]
        except DBAPIError as error:
            if "alembic_version" in str(error.orig):
                # An empty store has no such table.
                return False
            raise


def head() -> str:
    """The newest revision that this code knows."""
    return _order()[-1]


def current(target: Target) -> str | None:
    """The revision of a store; None for an empty store.

    Raises ``StoreUnavailableError`` when the store cannot be reached.
    """
    with _engine(target) as engine, unavailable_when_down(), engine.connect() as connection:
        return _revision(connection)


def upgrade(target: Target, revision: str = "head") -> None:
    """Migrate a store up to ``revision``. Several processes may do so at once.

    Raises ``StoreUnavailableError`` when the store cannot be reached or was made by a
    newer Pakar, ``UsageError`` for an unknown revision.
    """
    with _engine(target) as engine:
        # A service usually starts with nothing to migrate; then it takes no lock.
        if current(engine) != _resolve(revision):
            _run(engine, revision, up=True)


def downgrade(target: Target, revision: str) -> None:
    """Migrate a store back down to ``revision`` (``base``: no tables).

    Data that the older schema cannot hold is lost. Raises the same errors as
    ``upgrade``.
    """
    with _engine(target) as engine:
        _run(engine, revision, up=False)


def migrate(target: Target, revision: str = "head") -> None:
    """Migrate a store to ``revision``, up or down. Raises the same errors as ``upgrade``."""
    wanted = _resolve(revision)
    with _engine(target) as engine:
        found = current(engine)
        _known(found)
        order: list[str | None] = [None, *_order()]
        if order.index(wanted) < order.index(found):
            downgrade(engine, revision)
        else:
            upgrade(engine, revision)


def scripts_folder() -> Path:
    """The folder with the revisions: in an installed wheel, else in the checkout."""
    installed = Path(__file__).with_name("_migrations")
    return installed if installed.is_dir() else Path(__file__).parents[1] / "migrations"


def _run(engine: Engine, revision: str, *, up: bool) -> None:
    from alembic import command

    wanted = _resolve(revision) or "base"
    with _ONE_AT_A_TIME, unavailable_when_down(), _exclusive(engine) as connection:
        _known(_revision(connection))
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        if up:
            command.upgrade(configuration, wanted)
        else:
            command.downgrade(configuration, wanted)


@contextmanager
def _exclusive(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that no other migration of the same store overlaps."""
    with engine.connect().execution_options(pakar_write=True) as connection:
        if engine.dialect.name == "sqlite":
            with _unchecked_references(connection), connection.begin():
                yield connection
        else:
            with connection.begin():
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY}
                )
                yield connection


@contextmanager
def _unchecked_references(connection: Connection) -> Iterator[None]:
    """Turn off foreign keys: to alter a table, SQLite copies it and drops the old one.

    The pragma has no effect inside a transaction, so it is sent to the driver directly.
    """
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


@contextmanager
def _engine(target: Target) -> Iterator[Engine]:
    if isinstance(target, Engine):
        yield target
        return
    url = target if isinstance(target, str) else target.render_as_string(hide_password=False)
    database = Database(url)
    try:
        yield database.engine
    finally:
        database.close()


def _configuration() -> Config:
    from alembic.config import Config

    # At INFO, Alembic's lines would mix with the output of the command that migrates.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    configuration = Config()
    # Alembic interpolates this value, so a percent sign in the path must be doubled.
    configuration.set_main_option("script_location", str(scripts_folder()).replace("%", "%%"))
    return configuration


def _order() -> list[str]:
    """Every known revision, oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_configuration())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def _resolve(revision: str) -> str | None:
    """The full identifier of a revision; None for ``base``."""
    if revision == "base":
        return None
    order = _order()
    if revision == "head":
        return order[-1]
    if revision not in order:
        raise UsageError(f"unknown schema revision {revision!r}; known: {', '.join(order)}")
    return revision


def _revision(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _known(revision: str | None) -> None:
    if revision is not None and revision not in _order():
        raise StoreUnavailableError(
            f"the store has schema revision {revision}, which this Pakar does not know: "
            "a newer one made it; install that version"
        )
