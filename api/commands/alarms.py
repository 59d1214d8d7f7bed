"""``pakar alarms``: for moderators, signs of standings that may have been made up."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from api.answers.alarms import alarms as alarm_items
from api.commands.environment import Json, answers, everything, print_json, say


def register(application: typer.Typer) -> None:
    """Add the command to the command line."""
    application.command(epilog="Example: pakar alarms jaringan-mikrotik --json")(alarms)


def alarms(
    context: typer.Context,
    topic: Annotated[
        str | None, typer.Argument(metavar="TOPIC", help="A topic's slug; without it, all topics.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Signs that somebody's place on a topic may have been made up; nothing is done about them."""
    with everything(context) as opened:
        found = alarm_items(opened, topic)
    if as_json:
        print_json(found)
        return
    if not found.items:
        say("no alarms")
        return
    table = Table("topic", "person", "sign", "share of weight", "askers")
    for one in found.items:
        share = f"{one.share:.0%}"
        table.add_row(one.topic.slug, one.person.name, one.sign, share, str(one.askers))
    answers.print(table)
