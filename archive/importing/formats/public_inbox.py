"""public-inbox archives (public-inbox-v1-format, public-inbox-v2-format) in git.

v1: the tree of HEAD holds each message under the SHA-1 of its Message-ID;
one that was removed is not there any more. v2: every commit of an epoch
brings one message as ``m``, or takes one back as ``d``, in that epoch or an
earlier one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from archive.errors import RefusedError
from archive.importing.formats.folders import natural_order
from archive.importing.formats.git_objects import GitObjects, is_git
from archive.importing.formats.source import Found, FoundMessage, Place, Refusal, envelope_stamp

MAX_MESSAGES = 20_000_000
_EPOCH = re.compile(r"\d{1,6}\.git")
_V1_FOLDER = re.compile(r"[0-9a-f]{2}")
_V1_PATH = re.compile(r"[0-9a-f]{2}/[0-9a-f]{38}(?:/[0-9a-f]{40,64})?")
# ``:100644 100644 OLD NEW M<TAB>m`` of ``git log --raw``.
_CHANGE = re.compile(r":\d{6} \d{6} [0-9a-f]+ ([0-9a-f]+) ([AMDT])\t(.*)")
_STRANGER = "a git repository that is no public-inbox"


@dataclass(slots=True)
class _Epoch:
    """One repository: its messages oldest first, each with the second of its commit."""

    place: Place
    messages: list[tuple[bytes, int]] = field(default_factory=list)


def is_public_inbox(folder: Path) -> bool:
    """It is a bare git repository, or a folder of v2's epochs."""
    return is_git(folder) or bool(_epoch_names(folder / "git") or _epoch_names(folder))


def read_public_inbox(folder: Place, max_bytes: int) -> Iterator[Found]:
    """The messages of an inbox that were not removed from it."""
    epochs = _epochs(folder)
    removed: set[bytes] = set()
    readable: list[_Epoch] = []
    # What a later epoch takes back may lie in an earlier one.
    for epoch in reversed(epochs):
        try:
            _list_messages(epoch, removed)
            readable.append(epoch)
        except RefusedError as error:
            yield Refusal(epoch.place.name, str(error))
    for epoch in reversed(readable):
        yield from _read_epoch(epoch, max_bytes)


def _epoch_names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    named = (entry.name for entry in islice(folder.iterdir(), 100_000))
    return [name for name in named if _EPOCH.fullmatch(name) and is_git(folder / name)]


def _epochs(folder: Place) -> list[_Epoch]:
    """The repositories of an inbox, oldest first."""
    if is_git(folder.path):
        return [_Epoch(folder)]
    parent = folder.child("git") if _epoch_names(folder.path / "git") else folder
    names = sorted(_epoch_names(parent.path), key=natural_order)
    return [_Epoch(parent.child(name)) for name in names]


def _list_messages(epoch: _Epoch, removed: set[bytes]) -> None:
    with GitObjects(epoch.place.path) as git:
        with closing(git.lines("ls-tree", git.head)) as lines:
            top = [line.partition("\t") for line in islice(lines, 300)]
        if not top or all(name in ("m", "d") for _, _, name in top):
            _list_v2(epoch, git, removed)
        elif all(" tree " in kind and _V1_FOLDER.fullmatch(name) for kind, _, name in top):
            _list_v1(epoch, git)
        else:
            raise RefusedError(_STRANGER)


def _list_v1(epoch: _Epoch, git: GitObjects) -> None:
    for line in git.lines("ls-tree", "-r", git.head):
        kind, _, path = line.partition("\t")
        if not _V1_PATH.fullmatch(path) or len(epoch.messages) >= MAX_MESSAGES:
            raise RefusedError(_STRANGER)
        epoch.messages.append((bytes.fromhex(kind.split()[2]), 0))


def _list_v2(epoch: _Epoch, git: GitObjects, removed: set[bytes]) -> None:
    """Newest first, so that a removal is seen before what it removes."""
    moment = 0
    history = ("log", "--raw", "--root", "--no-abbrev", "--no-renames", "--format=@%at")
    for line in git.lines(*history, git.head, "--"):
        if line.startswith("@") and line[1:].isdigit():
            moment = int(line[1:])
            continue
        change = _CHANGE.fullmatch(line)
        if change is None or change[3] not in ("m", "d"):
            if line.strip():
                raise RefusedError(_STRANGER)
            continue
        blob = bytes.fromhex(change[1])
        if change[2] == "D":
            continue
        if change[3] == "d":
            removed.add(blob)
        elif blob not in removed:
            epoch.messages.append((blob, moment))
    epoch.messages.reverse()


def _read_epoch(epoch: _Epoch, max_bytes: int) -> Iterator[Found]:
    moments = iter(epoch.messages)
    try:
        with GitObjects(epoch.place.path) as git:
            names = (blob.hex() for blob, _ in epoch.messages)
            for name, raw in git.blobs(names, max_bytes):
                _, moment = next(moments)
                where = f"{epoch.place.name}: {name}"
                if raw is None:
                    yield Refusal(where, f"missing, or larger than {max_bytes} bytes")
                elif not raw.strip():
                    yield Refusal(where, "an empty message")
                else:
                    stamp = envelope_stamp(moment) if moment else None
                    yield FoundMessage(where, raw, stamp)
    except RefusedError as error:
        yield Refusal(epoch.place.name, str(error))
