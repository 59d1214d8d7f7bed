"""``pakar threads``: moderators' word on which messages belong together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from api.answers.decisions import decide_on_thread, thread_decisions
from api.commands.deciding import NEXT_RANKING, By, Number, Reason, author
from api.commands.environment import Json, answers, archive, note, print_json, say
from archive.tables import Decision
from archive.threads import decisions as curation

commands = typer.Typer(
    help="Conversations put right by hand.",
    epilog="Example: pakar threads decisions",
    no_args_is_help=True,
)

MessageId = Annotated[str, typer.Argument(metavar="MESSAGE-ID", help="With or without <>.")]


def register(application: typer.Typer) -> None:
    """Add the group to the command line."""
    application.add_typer(commands, name="threads")


@commands.command(epilog="Example: pakar threads attach 12.34@example.org 56.78@example.org")
def attach(
    context: typer.Context,
    message_id: MessageId,
    parent: Annotated[str, typer.Argument(metavar="PARENT", help="Message-ID of what it answers.")],
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Hang a message, with all that answers it, under another one."""
    _decide(
        context,
        lambda session: curation.attach(
            session, message_id, parent, author=author(by), reason=reason
        ),
        as_json=as_json,
    )


@commands.command(epilog="Example: pakar threads split 12.34@example.org --reason 'a new question'")
def split(
    context: typer.Context,
    message_id: MessageId,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Make a message, with all that answers it, a thread of its own."""
    _decide(
        context,
        lambda session: curation.split(session, message_id, author=author(by), reason=reason),
        as_json=as_json,
    )


@commands.command(epilog="Example: pakar threads undo 3")
def undo(context: typer.Context, number: Number, by: By = "", as_json: Json = False) -> None:
    """Take a decision back: the messages stand where their headers put them."""
    _decide(
        context,
        lambda session: curation.undo(session, number, author=author(by)),
        as_json=as_json,
    )


@commands.command(epilog="Example: pakar threads decisions --json")
def decisions(context: typer.Context, as_json: Json = False) -> None:
    """What was decided about threads, the newest first."""
    with archive(context) as store, store.database.session() as session:
        found = thread_decisions(session, curation.decisions(session))
    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in found]})
        return
    table = Table("number", "decision", "message", "under", "made", "by", "reason", "undone")
    for one in found:
        undone = f"{one.undone:%Y-%m-%d} by {one.undone_by}" if one.undone else ""
        made = f"{one.made:%Y-%m-%d}"
        table.add_row(
            str(one.number),
            one.kind,
            one.message_id,
            one.parent or "",
            made,
            one.author,
            one.reason,
            undone,
        )
    answers.print(table)


def _decide(context: typer.Context, act: Callable[[Session], Decision], *, as_json: bool) -> None:
    """Make or undo a decision, and say so once it holds."""
    with archive(context) as store:
        found = decide_on_thread(store.database, act)
    if as_json:
        print_json(found)
    else:
        state = "undone" if found.undone else "made"
        say(f"decision {found.number} ({found.kind}) {state}; thread {found.thread}")
    note(NEXT_RANKING)
