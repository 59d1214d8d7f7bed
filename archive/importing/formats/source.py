"""What every form of past mail yields, and the opening of its files."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import RefusedError
from archive.importing.formats.stream import SourceStream, decompressed


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message in a source.

    where: its place for a person, file and byte. envelope_date: what the
    source itself says of its date, unread: it is seldom needed.
    """

    where: str
    raw: bytes
    envelope_date: bytes | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in a source that was not taken, and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something in a source that is no mail and is not meant to be: an index, a page, a picture."""

    where: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in a source that was taken one way and may have been meant another."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder of a source, with the name by which a person knows it.

    depth: folders it lies in below what was named.
    """

    path: Path
    name: str
    depth: int = 0

    def child(self, entry: str) -> Place:
        """What lies in this folder under that name."""
        shown = os.fsencode(entry).decode("utf-8", "replace")
        shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in shown)
        return Place(self.path / entry, f"{self.name}/{shown}", self.depth + 1)


Found = FoundMessage | Refusal | PassedOver | Doubt


def envelope_stamp(seconds: float) -> bytes | None:
    """An instant in the form of a From_ line; None where it is out of all bounds."""
    try:
        return time.strftime("%a %b %d %H:%M:%S %Y", time.gmtime(seconds)).encode("ascii")
    except (ValueError, OverflowError, OSError):
        return None


@contextmanager
def open_source(path: Path) -> Iterator[SourceStream]:
    """``path`` open for reading, decompressed by what its first bytes say.

    Raises ``RefusedError`` when it is no regular file or cannot be read.
    """
    try:
        # Opening a FIFO would wait for a writer; it is told apart before anything is read.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        dangling = path.is_symlink()
        raise RefusedError("a link that leads nowhere" if dangling else "no such file") from None
    except OSError as error:
        raise RefusedError(f"cannot be read: {error.strerror}") from None
    with open(handle, "rb") as plain:  # noqa: PTH123 - a descriptor, not a path
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise RefusedError("not a regular file")
        try:
            stream = decompressed(SourceStream(plain))
        except OSError as error:
            raise RefusedError(f"cannot be read: {error.strerror}") from None
        yield stream
