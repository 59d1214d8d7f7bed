"""What lies in a folder, in the order a person would read it, and never outside of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from archive.errors import RefusedError
from archive.importing.formats.source import PassedOver, Place, Refusal

MAX_DEPTH = 40
_DIGITS = re.compile(r"(\d+)")


def natural_order(name: str) -> list[tuple[int, int, str]]:
    """A key by which ``msg9`` stands before ``msg10``."""
    return [
        (0, int(part), "") if part.isascii() and part.isdigit() and len(part) < 30 else (1, 0, part)
        for part in _DIGITS.split(name)
    ]


def entries(folder: Place, *, hidden: bool = False) -> Iterator[Place | Refusal | PassedOver]:
    """The files and folders of ``folder`` in natural order; other things are refused by name.

    Links are not followed: they may lead in a circle, or to what nobody meant
    to import. hidden: names with a dot before them are taken too.
    Raises ``RefusedError`` or ``OSError`` when the folder cannot be read.
    """
    if folder.depth >= MAX_DEPTH:
        raise RefusedError(f"folders lie more than {MAX_DEPTH} deep in each other")
    with os.scandir(folder.path) as found:
        listed = sorted(found, key=lambda entry: natural_order(entry.name))
    for entry in listed:
        place = folder.child(entry.name)
        if entry.name.startswith(".") and not hidden:
            yield PassedOver(place.name)
        elif entry.is_symlink():
            yield Refusal(place.name, "a symbolic link; name what it leads to")
        elif entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False):
            yield place
        else:
            yield Refusal(place.name, "not a regular file")
