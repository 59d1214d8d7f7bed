"""Alembic's environment: which metadata, which connection.

``archive.migration`` hands over a connection inside its own transaction; the
``alembic`` command, used to write new revisions, opens the configured store.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import reputation.tables  # noqa: F401  (its tables join the metadata)
from archive.database import Database
from archive.settings import load_settings
from archive.tables import Base, Timestamp


def _render_type(kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Write plain types into revisions: they must not change when the models do."""
    if kind == "type" and isinstance(item, Timestamp):
        return "sa.BigInteger()"
    return False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite alters a table by making it anew; its DDL is transactional here
        # because archive.database begins every transaction itself.
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        render_item=_render_type,
    )
    with context.begin_transaction():
        context.run_migrations()


def _main() -> None:
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    database = Database(load_settings().database_url)
    try:
        with database.engine.connect() as connection:
            _migrate(connection)
    finally:
        database.close()


_main()
