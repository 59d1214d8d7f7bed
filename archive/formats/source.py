"""What every import format yields, and opening of plain and compressed files."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import cast

import zstandard

from archive.errors import RefusedError

_GZIP, _BZIP2, _XZ, _ZSTD = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"

DECOMPRESSION_ERRORS = (EOFError, OSError, lzma.LZMAError, zstandard.ZstdError, ValueError)


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


@contextmanager
def open_source(path: Path) -> Iterator[BufferedIOBase]:
    """``path`` open for reading, decompressed by what its first bytes say.

    Raises ``RefusedError`` when it is no regular file or cannot be read.
    """
    if not path.is_file():
        # A FIFO or a device could block for ever or never end.
        raise RefusedError("no such file" if not path.exists() else "not a regular file")
    try:
        plain = path.open("rb")
    except OSError as error:
        raise RefusedError(f"cannot be read: {error.strerror}") from None
    with plain:
        magic = plain.read(6)
        plain.seek(0)
        if magic.startswith(_GZIP):
            stream: BufferedIOBase = gzip.GzipFile(fileobj=plain)
        elif magic.startswith(_BZIP2):
            stream = bz2.BZ2File(plain)
        elif magic.startswith(_XZ):
            stream = lzma.LZMAFile(plain)  # noqa: SIM115 - ends with the file
        elif magic.startswith(_ZSTD):
            frames = zstandard.ZstdDecompressor().stream_reader(plain, read_across_frames=True)
            stream = cast(BufferedIOBase, frames)
        else:
            stream = plain
        yield stream
