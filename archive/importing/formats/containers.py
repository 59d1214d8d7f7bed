"""Unpack zip and tar files beside the store, so that they are read as a folder and removed.

Only regular files are unpacked, only under names that stay inside the folder, and only up
to a ratio of bytes that compressed mail cannot exceed. The filter ``data`` of ``tarfile``
is not used: Python 3.11.2 lacks it, and it renames members that are refused here.
"""

from __future__ import annotations

import io
import math
import os
import re
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Self, cast

from archive.errors import RefusedError
from archive.importing.formats import stream as streams
from archive.importing.formats.source import Refusal
from archive.importing.formats.stream import SourceStream

MAX_FILES = 300_000
MAX_DIRECTORY_BYTES = 128 << 20
LEAST_FREE_BYTES = 256 << 20
"""What unpacking leaves free on the disk, where the store lies too."""
_PIECE = 1 << 20
_LONGEST_HEADER = 1 << 20
_TOO_MANY = "more than {} files; unpack it and name the folder"

_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)

Member = tuple[str, IO[bytes] | None]
"""A name, and its bytes if it is a regular file that can be read."""


def is_zip(head: bytes) -> bool:
    """Whether the file begins with a local file header, or with the end of an empty zip."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_tar(head: bytes) -> bool:
    """Whether the file begins with a POSIX or GNU header block."""
    return head[257:262] == b"ustar"


@contextmanager
def unpacked(
    stream: SourceStream, path: Path | None, name: str, scratch: Path | None
) -> Iterator[tuple[Path, list[Refusal]]]:
    """Unpack a container into a folder that lasts as long as the context.

    path: the plain file that ``stream`` reads, if it is one.
    scratch: where the folder is made.

    The context gives the folder and the members that were refused.
    """
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
        _remove_left_over(scratch)
    with tempfile.TemporaryDirectory(prefix=f"unpacked-{os.getpid()}-", dir=scratch) as made:
        folder = Path(made)
        refusals: list[Refusal] = []
        # A stream limits the bytes that it gives by itself.
        members, room = _tar_members(stream), math.inf
        if not is_tar(stream.head()):
            if path is None:
                raise RefusedError("a zip is read from a file only; unpack it")
            members = _zip_members(path)
            room = max(streams.FREE_BYTES, streams.LARGEST_RATIO * path.stat().st_size)
        try:
            for member, reason in _unpack(members, folder, room):
                shown = "".join(one if one.isprintable() else "\ufffd" for one in member[:500])
                refusals.append(Refusal(f"{name}/{shown}", reason))
        except (*streams.DECOMPRESSION_ERRORS, *_DAMAGE) as error:
            refusals.append(Refusal(name, f"cannot read on: {error}"))
        yield folder, refusals


def _unpack(members: Iterable[Member], folder: Path, room: float) -> Iterator[tuple[str, str]]:
    """Write regular files, at most ``room`` bytes; yield the other members, each with a reason."""
    for number, (name, content) in enumerate(members):
        if number >= MAX_FILES:
            raise RefusedError(_TOO_MANY.format(MAX_FILES))
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or parts[0] == "/" or ".." in parts or re.match(r"[A-Za-z]:", parts[0]):
            yield name, "its name leads out of the folder"
        elif content is None:
            yield name, "not a regular file, or encrypted"
        else:
            try:
                room -= _copy(content, folder.joinpath(*parts), room)
            except OSError as error:
                yield name, f"cannot be unpacked: {error.strerror or error}"


def _copy(content: IO[bytes], target: Path, room: float) -> int:
    """Write a file of at most ``room`` bytes, and return its size."""
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with target.open("xb") as out:
        try:
            while piece := content.read(_PIECE):
                written += len(piece)
                _check_room(room - written, target.parent)
                out.write(piece)
        except BaseException:
            # Half a file is not mail.
            target.unlink()
            raise
    return written


def _check_room(room: float, folder: Path) -> None:
    """Raise ``RefusedError`` when no room is left for the container, or little on the disk."""
    if room < 0:
        raise RefusedError(f"it swells to more than {streams.LARGEST_RATIO} times its size")
    if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
        raise RefusedError("no room to unpack it: the disk is nearly full")


class _BoundedReader(io.BufferedReader):
    """The file of a zip. ``zipfile`` reads its directory at once, so that read is limited."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise RefusedError(_TOO_MANY.format(MAX_FILES))
        return super().read(size)


def _zip_members(path: Path) -> Iterator[Member]:
    if not zipfile.is_zipfile(path):
        raise RefusedError("a zip that is cut short")
    with _BoundedReader(io.FileIO(path)) as plain, zipfile.ZipFile(plain) as opened:
        for member in opened.infolist():
            if member.is_dir():
                continue
            if member.external_attr >> 28 not in (0, 0o10) or member.flag_bits & 1:
                yield member.filename, None
                continue
            with opened.open(member) as content:
                yield member.filename, content


class _Member(tarfile.TarInfo):
    """A header of a tar. ``tarfile`` reads long names and extended headers into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        plain = header.type in (*tarfile.REGULAR_TYPES, tarfile.DIRTYPE)
        if not plain and header.size > _LONGEST_HEADER:
            raise tarfile.ReadError("an extended header of absurd size")
        return header


def _tar_members(stream: SourceStream) -> Iterator[Member]:
    with tarfile.open(
        fileobj=cast(IO[bytes], stream), mode="r|", tarinfo=_Member, errorlevel=1
    ) as opened:
        for member in opened:
            # tarfile keeps all members to go back to them, which is not needed here.
            vars(opened)["members"].clear()
            if not member.isdir():
                readable = member.isreg() and not member.issparse()
                yield member.name, opened.extractfile(member) if readable else None


def _remove_left_over(scratch: Path) -> None:
    """Remove the folders of imports that were killed."""
    for left in scratch.glob("unpacked-*-*"):
        number = left.name.split("-")[1]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            shutil.rmtree(left, ignore_errors=True)
