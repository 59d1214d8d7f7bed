"""Shared by moderators' commands: their options, their transaction, their output."""

from __future__ import annotations

import getpass
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from rich.table import Table

from api.answers.decisions import Decisions
from api.commands.environment import Json, answers, archive, note, print_json, say
from api.schemas import DecisionFacts

NEXT_RANKING = "the next ranking takes this up: `pakar rank`, or a running server by itself"

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1)]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept for good.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides; by default the user.")]

Act = Callable[..., Any]
"""Makes a decision; the first argument is a session, and some take ``Grounds`` as keywords."""
Answer = TypeVar("Answer", bound=BaseModel)
Facts = TypeVar("Facts", bound=DecisionFacts)
Wanted = TypeVar("Wanted", bound=Callable[..., Act])
Told = tuple[str, str]
"""The texts about a decision for standard output and for standard error."""


def decision_command(
    group: typer.Typer, example: str, decide: Callable[..., Answer], tell: Callable[[Answer], Told]
) -> Callable[[Wanted], Wanted]:
    """Turn a function that returns an ``Act`` into a command that makes the decision.

    The command has the function's name, docstring and parameters, followed by --reason,
    --by and --json. decide: makes the decision; it takes a ``Database`` and the
    ``Act``, and ``Grounds`` as keywords.
    """

    def register(wanted: Wanted) -> Wanted:
        def command(
            context: typer.Context,
            reason: Reason = "",
            by: By = "",
            as_json: Json = False,
            **parameters: Any,
        ) -> None:
            act = wanted(**parameters)
            with archive(context) as store:
                found = decide(store.database, act, author=author(by), reason=reason)
            announce(found, tell, as_json=as_json)

        first, *shared, _ = inspect.signature(command, eval_str=True).parameters.values()
        own = inspect.signature(wanted, eval_str=True).parameters.values()
        # typer reads the parameters of a command from here.
        command.__signature__ = inspect.Signature([first, *own, *shared])  # type: ignore[attr-defined]
        described = group.command(
            wanted.__name__, help=wanted.__doc__, epilog=f"Example: {example}"
        )
        described(command)
        return wanted

    return register


def record_commands(
    group: typer.Typer,
    about: Decisions[Facts],
    tell: Callable[[Facts], Told],
    columns: Mapping[str, Callable[[Facts], str]],
    *,
    undoing: str,
    made: str = "%Y-%m-%d",
) -> None:
    """Add the commands ``undo`` and ``decisions``: undo one decision, list all of them.

    columns: what this subject adds to the table, each column with the text of its cells.
    undoing: the help of ``undo``. made: the format of the time of a decision.
    """
    name = about.subject.name

    @group.command(help=undoing, epilog=f"Example: pakar {name} undo 3")
    def undo(context: typer.Context, number: Number, by: By = "", as_json: Json = False) -> None:
        with archive(context) as store:
            found = about.undo(store.database, number, author=author(by))
        announce(found, tell, as_json=as_json)

    @group.command(
        help=f"What was decided about {name}, the newest first.",
        epilog=f"Example: pakar {name} decisions --json",
    )
    def decisions(context: typer.Context, as_json: Json = False) -> None:
        with archive(context) as store:
            found = about.all(store.database)
        if as_json:
            print_json({"items": [one.model_dump(mode="json") for one in found]})
            return
        table = Table("number", "decision", *columns, "made", "by", "reason", "undone")
        for one in found:
            own = [cell(one) for cell in columns.values()]
            undone = f"{one.undone:%Y-%m-%d} by {one.undone_by}" if one.undone else ""
            when = one.made.strftime(made)
            table.add_row(str(one.number), one.kind, *own, when, one.author, one.reason, undone)
        answers.print(table)


def announce(found: Answer, tell: Callable[[Answer], Told], *, as_json: bool) -> None:
    """Print a decision after its transaction ended."""
    text, more = tell(found)
    if as_json:
        print_json(found)
    else:
        say(text)
    note(more)


def told(found: DecisionFacts, concerned: str) -> Told:
    """The texts about a decision that was made or undone; ``concerned`` ends the first one."""
    state = "undone" if found.undone else "made"
    return f"decision {found.number} ({found.kind}) {state}{concerned}", NEXT_RANKING


def numbered(decision: int | None, more: str) -> str:
    """The number of a decision and ``more``, or a note that nothing had to change."""
    if decision is None:
        return "nothing to change: it is so already"
    return f"decision {decision}; {more}"


def author(by: str) -> str:
    """Who decides: the one named, or else the user of the system."""
    if by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"
