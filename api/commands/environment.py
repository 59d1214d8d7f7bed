"""What all commands use: settings, the open archive, and printing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console

from api.context import Context
from api.service.composition import open_context, open_store
from archive.settings import Settings, load_settings
from archive.store.store import Store

Json = Annotated[
    bool, typer.Option("--json", help="Print JSON, the same as the matching HTTP resource.")
]
ListOption = Annotated[
    str | None, typer.Option("--list", metavar="LIST-ADDRESS", help="Only this list.")
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="As known on this date (RFC 3339).")
]

messages = Console(stderr=True, highlight=False)
"""For the person at the terminal: progress, notes and refusals. Standard output is for answers."""

answers = Console(highlight=False, soft_wrap=True)


class GlobalFlags:
    """The flags of the root command, kept until the settings are needed."""

    def __init__(self, flags: dict[str, Any]) -> None:
        self._flags = flags

    def settings(self, **more: Any) -> Settings:
        """Load the settings with the flags and ``more`` on top. Raises ``UsageError``."""
        return load_settings(**{**self._flags, **more})


def settings_of(context: typer.Context, **more: Any) -> Settings:
    """The settings for this call of a command."""
    flags = context.find_object(GlobalFlags) or GlobalFlags({})
    return flags.settings(**more)


@contextmanager
def archive(context: typer.Context) -> Iterator[Store]:
    """Open only the store, with an up-to-date schema; for commands that rank nobody."""
    store = open_store(settings_of(context))
    try:
        yield store
    finally:
        store.database.close()


@contextmanager
def everything(context: typer.Context) -> Iterator[Context]:
    """Open store, search and current rankings, as HTTP answers use them."""
    opened = open_context(settings_of(context))
    try:
        yield opened
    finally:
        opened.database.close()


def print_json(value: BaseModel | dict[str, Any] | list[Any]) -> None:
    """Print one JSON document to standard output."""
    if isinstance(value, BaseModel):
        text = value.model_dump_json(by_alias=True, indent=2)
    else:
        text = json.dumps(value, ensure_ascii=False, indent=2)
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Print a line to standard error, for the person at the terminal."""
    messages.print(text, markup=False, soft_wrap=True)


def say(text: str = "") -> None:
    """Print a line of the answer to standard output."""
    answers.print(text, markup=False)
