"""MH folders: a numbered file a message (RFC 822 as nmh keeps it)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.importing.formats.folders import entries
from archive.importing.formats.single import read_message_file
from archive.importing.formats.source import Found, PassedOver, Place

_MARKS = (".mh_sequences", ".xmhcache", ".mew_cache", ".mew-cache", ".mew-summary")
_LOOKED_AT = 2_000


def is_mh(folder: Path) -> bool:
    """It has MH's own file, or nothing but numbered files."""
    if any((folder / mark).is_file() for mark in _MARKS):
        return True
    numbered = 0
    for position, entry in enumerate(folder.iterdir()):
        if position >= _LOOKED_AT:
            break
        if entry.name.startswith((".", ",", "#")) or entry.is_dir():
            continue
        if not _is_number(entry.name):
            return False
        numbered += 1
    return numbered > 0


def read_mh(folder: Place, max_bytes: int) -> Iterator[Found | Place]:
    """Its messages by number, then the folders inside it; what MH marked as removed is none."""
    inner: list[Place] = []
    for one in entries(folder):
        if not isinstance(one, Place):
            yield one
        elif one.path.is_dir():
            inner.append(one)
        elif _is_number(one.path.name):
            yield read_message_file(one, max_bytes)
        else:
            yield PassedOver(one.name)
    yield from inner


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit()
