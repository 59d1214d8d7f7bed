"""A source's bytes: decompressed, looked at before they are read, never swelling without end."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from typing import IO, Protocol, cast

import zstandard

HEAD_BYTES = 1 << 16
"""What a form is recognised by."""
FREE_BYTES = 1 << 28
"""So much may come out of any compressed source, however small it is."""
LARGEST_RATIO = 250
"""Bytes that one compressed byte may become beyond that; archived mail gives 3 to 20."""

_GZIP, _BZIP2, _XZ, _ZSTD = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
_PIECE = 1 << 16


class OverexpandedError(ValueError):
    """A compressed source holds far more than mail could."""


DECOMPRESSION_ERRORS = (EOFError, OSError, lzma.LZMAError, zstandard.ZstdError, ValueError)
"""What reading a damaged or hostile source may raise."""


class Readable(Protocol):
    """Bytes that come once, from the beginning to the end."""

    def read1(self, size: int = ..., /) -> bytes:
        """At most ``size`` bytes, at least one unless the end is reached."""


class SourceStream:
    """Bytes of a source whose head can be looked at first.

    packed: how many compressed bytes were read so far; None for what is not
    compressed. What swells beyond ``LARGEST_RATIO`` raises ``OverexpandedError``.
    """

    def __init__(self, stream: Readable, packed: Callable[[], int] | None = None) -> None:
        self._stream = stream
        self._packed = packed
        self._head = b""
        self._broken: Exception | None = None
        self.taken = 0
        """Bytes read from the source so far, the head included."""

    @property
    def is_compressed(self) -> bool:
        """What comes out is not what lies in the file."""
        return self._packed is not None

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """The next ``size`` bytes, which stay to be read; fewer only at the end.

        What a damaged source raises after its first bytes is raised when those are read.
        """
        try:
            while len(self._head) < size and (piece := self._take(size - len(self._head))):
                self._head += piece
        except DECOMPRESSION_ERRORS as error:
            if not self._head:
                raise
            self._broken = error
        return self._head[:size]

    def read1(self, size: int = -1, /) -> bytes:
        """Some bytes, at most ``size``; none only at the end."""
        if self._head:
            size = len(self._head) if size < 0 else size
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        return self._take(size if size > 0 else _PIECE)

    def read(self, size: int = -1, /) -> bytes:
        """``size`` bytes, fewer only at the end; everything when negative."""
        pieces: list[bytes] = []
        missing = size
        while missing:
            piece = self.read1(min(missing, 1 << 20) if missing > 0 else _PIECE)
            if not piece:
                break
            pieces.append(piece)
            missing -= len(piece) if size > 0 else 0
        return b"".join(pieces)

    def _take(self, size: int) -> bytes:
        if self._broken is not None:
            raise self._broken
        piece = self._stream.read1(size)
        self.taken += len(piece)
        if (
            self._packed is not None
            and self.taken > FREE_BYTES
            and self.taken > LARGEST_RATIO * self._packed()
        ):
            raise OverexpandedError(f"it swells to more than {LARGEST_RATIO} times its size")
        return piece


def decompressed(plain: SourceStream) -> SourceStream:
    """``plain`` decompressed by what its first bytes say; itself where they say nothing.

    Raises what ``DECOMPRESSION_ERRORS`` holds when ``plain`` does.
    """
    magic = plain.head(6)
    # Decompressors read by ``read(size)`` alone, whatever their types ask for.
    packed = cast(IO[bytes], plain)
    if magic.startswith(_GZIP):
        opened: Readable = gzip.GzipFile(fileobj=packed)
    elif magic.startswith(_BZIP2):
        opened = bz2.BZ2File(packed)
    elif magic.startswith(_XZ):
        opened = lzma.LZMAFile(packed)  # noqa: SIM115 - ends with the file below
    elif magic.startswith(_ZSTD):
        window = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        opened = cast(Readable, window.stream_reader(packed, read_across_frames=True))
    else:
        return plain
    return SourceStream(opened, lambda: plain.taken)
