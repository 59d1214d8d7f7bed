"""``pakar threads``: moderators' word on which messages belong together."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from api.answers.decisions import THREADS
from api.commands.moderation import Act, Told, decision_command, record_commands, told
from api.schemas import ThreadDecision
from archive.threads import decisions as thread_decisions

commands = typer.Typer(
    help="Conversations put right by hand.",
    epilog="Example: pakar threads decisions",
    no_args_is_help=True,
)

MessageId = Annotated[str, typer.Argument(metavar="MESSAGE-ID", help="With or without <>.")]


def register(application: typer.Typer) -> None:
    """Add the group to the command line."""
    application.add_typer(commands, name="threads")


def _told(found: ThreadDecision) -> Told:
    return told(found, f"; thread {found.thread}")


_decision = partial(decision_command, commands, decide=THREADS.make, tell=_told)


@_decision("pakar threads attach 12.34@example.org 56.78@example.org")
def attach(
    message_id: MessageId,
    parent: Annotated[str, typer.Argument(metavar="PARENT", help="Message-ID of what it answers.")],
) -> Act:
    """Hang a message, with all that answers it, under another one."""
    return partial(thread_decisions.attach, message_id=message_id, parent=parent)


@_decision("pakar threads split 12.34@example.org --reason 'a new question'")
def split(message_id: MessageId) -> Act:
    """Make a message, with all that answers it, a thread of its own."""
    return partial(thread_decisions.split, message_id=message_id)


record_commands(
    commands,
    THREADS,
    _told,
    {"message": lambda one: one.message_id, "under": lambda one: one.parent or ""},
    undoing="Take a decision back: the messages stand where their headers put them.",
)
