"""``pakar token``: manage the tokens that let clients read more, or decide, by HTTP."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from api.answers.operator_only.tokens import NewToken, access_tokens
from api.commands.environment import Json, answers, archive, note, print_json, say
from archive import tokens
from archive.tokens import Scope

commands = typer.Typer(
    help="Tokens of the HTTP API.",
    no_args_is_help=True,
    epilog="Example: pakar token create sari --scope curate",
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose it is, or what it is for.")]


def register(application: typer.Typer) -> None:
    """Add the group to the command line."""
    application.add_typer(commands, name="token")


@commands.command(epilog="Example: pakar token create sari --scope curate")
def create(
    context: typer.Context,
    name: Name,
    scope: Annotated[
        Scope,
        typer.Option(
            "--scope",
            help="read: private lists, whole addresses; curate: decisions too; admin: everything.",
        ),
    ] = Scope.READ,
    as_json: Json = False,
) -> None:
    """Make a token and print it, this once: the store keeps only its hash."""
    with archive(context) as store, store.database.transaction() as session:
        text, row = tokens.create_token(session, name, scope)
        (facts,) = access_tokens([row])
    if as_json:
        print_json(NewToken(token=text, **dict(facts)))
    else:
        say(text)
    note(f"token {facts.name!r}, scope {scope}: keep it now, it is not shown again")


@commands.command("list", epilog="Example: pakar token list --json")
def list_tokens(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="The revoked ones too.")] = False,
    as_json: Json = False,
) -> None:
    """Tokens by name, with their scope and last use."""
    with archive(context) as store, store.database.session() as session:
        found = access_tokens(tokens.tokens(session, revoked=everything))
    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in found], "total": len(found)})
        return
    table = Table("name", "scope", "created", "last used", *(["revoked"] if everything else []))
    for one in found:
        used = f"{one.last_used:%Y-%m-%d %H:%M}" if one.last_used else "never"
        revoked = f"{one.revoked:%Y-%m-%d}" if one.revoked else ""
        ending = [revoked] if everything else []
        table.add_row(one.name, one.scope, f"{one.created:%Y-%m-%d}", used, *ending)
    answers.print(table)


@commands.command(epilog="Example: pakar token revoke sari")
def revoke(context: typer.Context, name: Name, as_json: Json = False) -> None:
    """Refuse a token from now on; its name is free again."""
    with archive(context) as store, store.database.transaction() as session:
        (facts,) = access_tokens([tokens.revoke_token(session, name)])
    if as_json:
        print_json(facts)
    else:
        say(f"token {facts.name!r} revoked")
