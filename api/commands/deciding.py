"""What commands share by which moderators decide about people and threads."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from api.answers import decisions
from api.commands.environment import archive

NEXT_RANKING = "the next ranking takes this up: `pakar rank`, or a running server by itself"

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1)]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept for good.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides; by default the user.")]


@contextmanager
def curating(context: typer.Context) -> Iterator[Session]:
    """A transaction after which the rankings are due anew."""
    with archive(context) as store, decisions.curating(store.database) as session:
        yield session


def author(by: str) -> str:
    """Who decides: the one named, or else the user of the system."""
    if by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"
