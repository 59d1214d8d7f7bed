"""Maildir as qmail defined it, and Maildir++ as Courier extended it: a file a message."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from archive.importing.formats.folders import entries
from archive.importing.formats.single import read_message_file
from archive.importing.formats.source import Found, Place, envelope_stamp

_DELIVERED = re.compile(r"(\d{9,11})\.")


def is_maildir(folder: Path) -> bool:
    """It has the two folders in which delivered mail lies, or the one that is not empty.

    What comes by git, zip or rsync has lost its empty folders. A folder of another name may
    lie in one of the two names by chance, so that its files must be named as deliveries are.
    """
    halves = [folder / half for half in ("cur", "new")]
    if all(half.is_dir() for half in halves):
        return True
    return any(half.is_dir() and _holds_deliveries(half) for half in halves)


def _holds_deliveries(half: Path) -> bool:
    with os.scandir(half) as found:
        return any(_DELIVERED.match(one.name) or ":2," in one.name for one in islice(found, 100))


def read_maildir(folder: Place, max_bytes: int) -> Iterator[Found | Place]:
    """What was delivered, oldest first, then the folders inside it; ``tmp`` is not delivered yet.

    The name of a file begins with the second of its delivery.
    """
    messages: list[Place] = []
    for half in ("cur", "new"):
        if not (folder.path / half).is_dir():
            continue
        for one in entries(folder.child(half)):
            if isinstance(one, Place) and not one.path.is_dir():
                messages.append(one)
            elif not isinstance(one, Place):
                yield one
    messages.sort(key=lambda place: place.path.name)
    for place in messages:
        delivered = _DELIVERED.match(place.path.name)
        stamp = envelope_stamp(int(delivered[1])) if delivered else None
        yield read_message_file(place, max_bytes, stamp)
    for one in entries(folder, hidden=True):
        if not isinstance(one, Place) or (one.path.is_dir() and _is_mailbox(one.path)):
            yield one


def _is_mailbox(folder: Path) -> bool:
    """A folder inside a Maildir that holds mail; a hidden one may also be a server's own."""
    if folder.name.startswith("."):
        return is_maildir(folder)
    return folder.name not in ("cur", "new", "tmp")
