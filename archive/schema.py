"""Check whether a store has the newest schema, without loading the migration tools.

Every command checks this, and nearly always the answer is yes.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from archive.database import Database, unavailable_when_down

NEWEST_REVISION = "0012"
"""The newest revision in ``migrations/versions``."""


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
