"""What moderators' commands share: their options, one transaction, what is said of a decision."""

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
"""What is to be decided: a function of a session, and of ``Grounds`` where it keeps them itself."""
Answer = TypeVar("Answer", bound=BaseModel)
Facts = TypeVar("Facts", bound=DecisionFacts)
Wanted = TypeVar("Wanted", bound=Callable[..., Act])
Told = tuple[str, str]
"""What is said of a decision on standard output, and what on standard error."""


def decision_command(
    group: typer.Typer, example: str, decide: Callable[..., Answer], tell: Callable[[Answer], Told]
) -> Callable[[Wanted], Wanted]:
    """Make a command of a function that gives what is to be decided.

    The command has the function's name, sentence and parameters, and --reason,
    --by and --json after them. decide: makes the decision, of a ``Database``,
    an ``Act`` and ``Grounds``.
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
    """Add ``undo`` and ``decisions``: one decision about a subject taken back, and all of them.

    columns: of the table, with what the subject adds. undoing: the help of
    ``undo``. made: the form of that time.
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
    """Say what was decided, once it holds."""
    text, more = tell(found)
    if as_json:
        print_json(found)
    else:
        say(text)
    note(more)


def told(found: DecisionFacts, concerned: str) -> Told:
    """A decision made or undone, and what it concerns."""
    state = "undone" if found.undone else "made"
    return f"decision {found.number} ({found.kind}) {state}{concerned}", NEXT_RANKING


def numbered(decision: int | None, more: str) -> str:
    """The number of a decision and what follows, or that there was none to make."""
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
