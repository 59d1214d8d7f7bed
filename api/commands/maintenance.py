"""``pakar verify`` and ``pakar migrate``: check the store, and change its schema."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.environment import Json, archive, note, print_json, say, settings_of
from archive import migration
from archive.database import Database
from archive.search.audiences import AudienceIndexes
from archive.upkeep.verify import verify as verify_store


def register(application: typer.Typer) -> None:
    """Add the commands to the command line."""
    application.command(epilog="Example: pakar verify --json")(verify)
    application.command(epilog="Example: pakar migrate --to head")(migrate)


def verify(context: typer.Context, as_json: Json = False) -> None:
    """Check every message, thread and reference, and the search indexes."""
    with archive(context) as store:
        found = verify_store(store, AudienceIndexes(store.settings.index_folder, store.parsed))
    for fault in found.faults:
        note(f"fault: {fault.where}: {fault.what}")
    if as_json:
        print_json(
            {
                "messages": found.messages,
                "threads": found.threads,
                "indexed": found.indexed,
                "set_aside": found.set_aside,
                "faults": [{"where": one.where, "what": one.what} for one in found.faults],
                "digests": list(found.digests),
            }
        )
    else:
        say(
            f"{found.messages} messages, {found.threads} threads, {found.indexed} indexed, "
            f"{found.set_aside} set aside: {len(found.faults)} faults"
        )
    if found.faults:
        raise typer.Exit(1)


def migrate(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="REVISION", help="head, base or a revision.")
    ] = "head",
    as_json: Json = False,
) -> None:
    """Bring the store's schema up, or down, to a revision."""
    settings = settings_of(context)
    database = Database(settings.database_url)
    try:
        migration.migrate(database.engine, to)
        revision = migration.current(database.engine)
    finally:
        database.close()
    if as_json:
        print_json({"revision": revision})
    else:
        say(f"the store is at revision {revision or 'base'}")
