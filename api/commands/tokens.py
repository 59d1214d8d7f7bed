"""``pakar token``: manage the tokens that let clients read more, or decide, by HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from api.answers.operator_only.tokens import NewToken, access_tokens
from api.commands.environment import Json, answers, archive, note, print_json, say
from api.instants import instant
from archive import tokens
from archive.errors import UsageError
from archive.lists.registry import find_list
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


@commands.command(epilog="Example: pakar token create sari --list board@lists.example.org")
def create(
    context: typer.Context,
    name: Name,
    scope: Annotated[
        Scope,
        typer.Option(
            "--scope",
            help="read: whole addresses, and the lists of --list; curate: every list, and "
            "decisions; admin: everything.",
        ),
    ] = Scope.READ,
    opened: Annotated[
        list[str] | None,
        typer.Option("--list", metavar="LIST", help="A private list to open; may be repeated."),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option("--expires", metavar="DATE|DAYS", help="When, or after how many days."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a token and print it, this once: the store keeps only its hash."""
    until = None if expires is None else _end(expires)
    with archive(context) as store, store.database.transaction() as session:
        lists = [find_list(session, address).id for address in opened or ()]
        text, row = tokens.create_token(session, name, scope, lists=lists, expires=until)
        (facts,) = access_tokens(session, [row])
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
        found = access_tokens(session, tokens.tokens(session, revoked=everything))
    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in found], "total": len(found)})
        return
    ending = ["revoked"] if everything else []
    table = Table("name", "scope", "lists", "created", "expires", "last used", *ending)
    for one in found:
        used = f"{one.last_used:%Y-%m-%d %H:%M}" if one.last_used else "never"
        revoked = f"{one.revoked:%Y-%m-%d}" if one.revoked else ""
        expires = f"{one.expires:%Y-%m-%d}" if one.expires else "never"
        lists = ", ".join(one.lists) if one.scope == Scope.READ else "all"
        cells = (one.name, one.scope, lists, f"{one.created:%Y-%m-%d}", expires, used)
        table.add_row(*cells, *([revoked] if everything else []))
    answers.print(table)


@commands.command(epilog="Example: pakar token revoke sari")
def revoke(context: typer.Context, name: Name, as_json: Json = False) -> None:
    """Refuse a token from now on; its name is free again."""
    with archive(context) as store, store.database.transaction() as session:
        (facts,) = access_tokens(session, [tokens.revoke_token(session, name)])
    if as_json:
        print_json(facts)
    else:
        say(f"token {facts.name!r} revoked")


def _end(expires: str) -> datetime:
    """The instant that ``--expires`` means: a date, or a number of days from now."""
    text = expires.strip()
    if not (text.isdecimal() and text.isascii()):
        return instant(text, "--expires")
    try:
        return datetime.now(UTC).replace(microsecond=0) + timedelta(days=int(text[:10]))
    except OverflowError:
        raise UsageError(f"--expires: {text[:20]} days are too many") from None
