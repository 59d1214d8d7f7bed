"""``pakar evaluate``: how good the rankings are, on the user's own archive."""

from __future__ import annotations

import typer


def register(application: typer.Typer) -> None:
    """Add the command to the command line."""
