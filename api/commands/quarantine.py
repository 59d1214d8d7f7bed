"""``pakar quarantine``: mail that came for a list but is not a post, or may not be one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.answers.operator_only.set_aside import set_aside_mail, set_aside_mails
from api.commands.environment import (
    Json,
    ListOption,
    archive,
    note,
    print_json,
    say,
)
from archive.store import quarantine

commands = typer.Typer(
    help="Show mail set aside; make posts of it, or drop it.",
    epilog="Example: pakar quarantine show",
    no_args_is_help=True,
)

Numbers = Annotated[
    list[int], typer.Argument(metavar="NUMBER…", help="As `quarantine show` lists them.")
]


def register(application: typer.Typer) -> None:
    """Add the group to the command line."""
    application.add_typer(commands, name="quarantine")


@commands.command(epilog="Example: pakar quarantine show --list talk@lists.example.org --all")
def show(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(metavar="NUMBER", help="Only this mail, with its text.")
    ] = None,
    list_address: ListOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what needs no decision, or has one.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    raw: Annotated[
        bool, typer.Option("--raw", help="The stored bytes of NUMBER, exactly.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List what waits to be decided, or show one mail set aside."""
    with archive(context) as store:
        if number is not None and raw:
            sys.stdout.buffer.write(store.raw_set_aside(number))
            sys.stdout.buffer.flush()
            return
        if number is not None:
            one = set_aside_mail(store, number)
            if as_json:
                print_json(one)
                return
            for field, value in one.model_dump(exclude={"text"}).items():
                say(f"{field:18} {value}")
            say()
            say(one.text or "")
            return
        page = set_aside_mails(store, list_address=list_address, everything=everything, limit=limit)
    if as_json:
        print_json(page)
        return
    for one in page.items:
        say(f"{one.id}  {one.received:%Y-%m-%d %H:%M}  {one.list}  {one.kind}, {one.status}")
        say(f"    {one.sender}: {one.subject}")
        say(f"    {one.reason}")
    note(f"{page.total} in all")


@commands.command(epilog="Example: pakar quarantine accept 12 --learn")
def accept(
    context: typer.Context,
    numbers: Numbers,
    learn: Annotated[
        bool,
        typer.Option("--learn", help="From now on its List-Id is the list's, and what waits too."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Make posts of mail set aside."""
    accepted: list[int] = []
    with archive(context) as store:
        for number in numbers:
            accepted.extend(quarantine.accept(store, number, learn=learn))
    _answer("accepted", accepted, as_json=as_json)


@commands.command(epilog="Example: pakar quarantine drop 12 13")
def drop(context: typer.Context, numbers: Numbers, as_json: Json = False) -> None:
    """Say that mail set aside is no post; its bytes are kept all the same."""
    with archive(context) as store:
        for number in numbers:
            quarantine.drop(store, number)
    _answer("dropped", numbers, as_json=as_json)


def _answer(what: str, numbers: list[int], *, as_json: bool) -> None:
    if as_json:
        print_json({what: numbers})
    else:
        say(f"{what}: {', '.join(map(str, numbers)) or 'none'}")
