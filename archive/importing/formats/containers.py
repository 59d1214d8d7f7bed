"""Zip and tar files: unpacked beside the store, read as a folder, and removed again.

Only regular files come out, under names that stay inside, and no more bytes
than mail could have become by compression.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from archive.errors import RefusedError
from archive.importing.formats import stream as streams
from archive.importing.formats.source import Refusal
from archive.importing.formats.stream import SourceStream

MAX_FILES = 300_000
MAX_DIRECTORY_BYTES = 128 << 20
LEAST_FREE_BYTES = 256 << 20
"""What unpacking leaves free on the disk, where the store lies too."""
_END_RECORD, _END_RECORD_64 = b"PK\x05\x06", b"PK\x06\x06"
_PIECE = 1 << 20
_LONGEST_HEADER = 1 << 20

Member = tuple[str, Callable[[], IO[bytes] | None] | None]
"""A name, and what opens its bytes if it is a regular file that can be read."""


def is_zip(head: bytes) -> bool:
    """It begins with a local file header, or with the end of an empty zip."""
    return head.startswith((b"PK\x03\x04", _END_RECORD))


def is_tar(head: bytes) -> bool:
    """It begins with a POSIX or GNU header block."""
    return head[257:262] == b"ustar"


@contextmanager
def unpacked(
    stream: SourceStream, path: Path | None, name: str, scratch: Path | None
) -> Iterator[tuple[Path, list[Refusal]]]:
    """The folder that a container holds, for as long as the context lasts, and what it lacks.

    path: the plain file that ``stream`` reads, if it is one. scratch: where
    the folder is made.
    """
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
        _remove_left_over(scratch)
    prefix = f"unpacked-{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=scratch) as made:
        folder = Path(made)
        refusals: list[Refusal] = []
        unpacking = _Unpacking(folder, name, refusals)
        try:
            if is_tar(stream.head()):
                unpacking.write(_tar_members(stream))
            elif path is None:
                raise RefusedError("a zip is read from a file only; unpack it")
            else:
                unpacking.room = max(
                    streams.FREE_BYTES, streams.LARGEST_RATIO * path.stat().st_size
                )
                _check_directory(path)
                with zipfile.ZipFile(path) as opened:
                    unpacking.write(_zip_members(opened))
        except (*streams.DECOMPRESSION_ERRORS, *_DAMAGE) as error:
            refusals.append(Refusal(name, f"cannot read on: {error}"))
        yield folder, refusals


_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)


class _Unpacking:
    """Writes members below a folder."""

    def __init__(self, folder: Path, name: str, refusals: list[Refusal]) -> None:
        self.folder = folder
        self.name = name
        self.refusals = refusals
        self.room: int | None = None
        """Bytes that may still come out; None where the stream itself is bounded."""

    def write(self, members: Iterable[Member]) -> None:
        """Write what is a regular file of a sound name; refuse the rest by name."""
        for number, (name, opener) in enumerate(members):
            if number >= MAX_FILES:
                raise RefusedError(f"more than {MAX_FILES} files; unpack it and name the folder")
            target = self._target(name)
            if target is None:
                self._refuse(name, "its name leads out of the folder")
                continue
            content = None if opener is None else opener()
            if content is None:
                self._refuse(name, "not a regular file, or encrypted")
                continue
            try:
                self._copy(content, target)
            except OSError as error:
                self._refuse(name, f"cannot be unpacked: {error.strerror or error}")

    def _target(self, name: str) -> Path | None:
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or parts[0] == "/" or ".." in parts or re.match(r"[A-Za-z]:", parts[0]):
            return None
        return self.folder.joinpath(*parts)

    def _copy(self, content: IO[bytes], target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        out = target.open("xb")
        try:
            with content, out:
                while piece := content.read(_PIECE):
                    self._take_room(len(piece))
                    out.write(piece)
        except BaseException:
            # Half a file is not mail.
            target.unlink()
            raise

    def _take_room(self, size: int) -> None:
        if shutil.disk_usage(self.folder).free < LEAST_FREE_BYTES:
            raise RefusedError("no room to unpack it: the disk is nearly full")
        if self.room is not None:
            self.room -= size
            if self.room < 0:
                raise RefusedError(f"it swells to more than {streams.LARGEST_RATIO} times its size")

    def _refuse(self, name: str, reason: str) -> None:
        shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:500])
        self.refusals.append(Refusal(f"{self.name}/{shown}", reason))


def _zip_members(opened: zipfile.ZipFile) -> Iterator[Member]:
    for member in opened.infolist():
        kind = member.external_attr >> 28
        if member.is_dir():
            continue
        readable = kind in (0, 0o10) and not member.flag_bits & 1
        yield member.filename, partial(opened.open, member) if readable else None


class _Member(tarfile.TarInfo):
    """A member whose long name or extended header cannot fill the memory."""

    def _proc_member(self, tar: Any) -> Any:
        plain = self.type in (*tarfile.REGULAR_TYPES, tarfile.DIRTYPE)
        if not plain and self.size > _LONGEST_HEADER:
            raise tarfile.ReadError("an extended header of absurd size")
        return super()._proc_member(tar)  # type: ignore[misc]


def _tar_members(stream: SourceStream) -> Iterator[Member]:
    with tarfile.open(
        fileobj=cast(IO[bytes], stream), mode="r|", tarinfo=_Member, errorlevel=1
    ) as opened:
        for member in opened:
            # The list of members is for going back, which nobody does here.
            opened.members = []  # type: ignore[attr-defined]
            if member.isdir():
                continue
            readable = member.isreg() and not member.issparse()
            yield member.name, partial(opened.extractfile, member) if readable else None


def _check_directory(path: Path) -> None:
    """Refuse a zip whose directory would fill the memory, before it is read."""
    with path.open("rb") as plain:
        plain.seek(max(0, path.stat().st_size - (1 << 16) - 200))
        tail = plain.read()
    at, at_64 = tail.rfind(_END_RECORD), tail.rfind(_END_RECORD_64)
    if at < 0 or len(tail) < at + 22:
        raise RefusedError("a zip that is cut short")
    files, size = struct.unpack_from("<HI", tail, at + 10)
    if at_64 >= 0 and len(tail) >= at_64 + 48:
        files, size = struct.unpack_from("<QQ", tail, at_64 + 32)
    if files > MAX_FILES or size > MAX_DIRECTORY_BYTES:
        raise RefusedError(f"more than {MAX_FILES} files; unpack it and name the folder")


def _remove_left_over(scratch: Path) -> None:
    """Remove what an import that was killed had unpacked."""
    for left in scratch.glob("unpacked-*-*"):
        number = left.name.split("-")[1]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            shutil.rmtree(left, ignore_errors=True)
