"""Packs of a git repository that are written to harm: git is stopped, and the rest is read."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

import pytest

from archive.importing.formats import git_objects
from archive.importing.formats.reader import SourceReader
from archive.importing.formats.source import FoundMessage, Refusal
from tests.archive.importing.test_public_inbox import LETTERS, repository

BLOB, OFFSET_DELTA, REFERENCE_DELTA = 3, 6, 7
LETTER = LETTERS[0]


def little_endian(number: int) -> bytes:
    """A size as deltas hold it: seven bits a byte, the lowest first."""
    parts = [number >> shift & 0x7F for shift in range(0, max(1, number.bit_length()), 7)]
    return bytes([*(part | 0x80 for part in parts[:-1]), parts[-1]])


def entry(kind: int, size: int, base: bytes, packed: bytes) -> bytes:
    """An object of a pack: its kind and size, what it is a delta of, and its content."""
    low, rest = size & 15, size >> 4
    head = bytes([kind << 4 | low | (0x80 if rest else 0)]) + (little_endian(rest) if rest else b"")
    return head + base + packed


def name_of(content: bytes) -> bytes:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).digest()


def add_pack(path: Path, entries: list[tuple[bytes, bytes]]) -> None:
    """Write a pack and its index (version 1), which git itself would refuse to make."""
    pack, offsets = bytearray(b"PACK" + struct.pack(">II", 2, len(entries))), {}
    for name, content in entries:
        offsets[name] = len(pack)
        pack += content
    pack += hashlib.sha1(pack).digest()
    names = sorted(offsets)
    fan = struct.pack(">256I", *(sum(name[0] <= first for name in names) for first in range(256)))
    index = fan + b"".join(struct.pack(">I", offsets[name]) + name for name in names) + pack[-20:]
    folder = path / "objects" / "pack"
    (folder / f"pack-{pack[-20:].hex()}.pack").write_bytes(pack)
    (folder / f"pack-{pack[-20:].hex()}.idx").write_bytes(index + hashlib.sha1(index).digest())


def without_letter(path: Path) -> Path:
    """A repository of one letter, whose object is gone."""
    made = repository(path, [[("m", LETTER)]])
    name = name_of(LETTER).hex()
    (made / "objects" / name[:2] / name[2:]).unlink()
    return made


def read(path: Path) -> tuple[list[bytes], list[str]]:
    found = list(SourceReader("auto", 1_000_000).read(path))
    raws = [one.raw for one in found if isinstance(one, FoundMessage)]
    return raws, [one.reason for one in found if isinstance(one, Refusal)]


def test_a_small_delta_of_something_huge_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_objects, "MEMORY_BYTES", 1 << 27)
    repository(tmp_path / "0.git", [[("m", LETTERS[1])]])
    hostile = without_letter(tmp_path / "1.git")
    size = 1 << 28
    huge = entry(BLOB, size, b"", zlib.compress(bytes(size), 1))
    delta = little_endian(size) + little_endian(len(LETTER))
    for start in range(0, len(LETTER), 127):
        piece = LETTER[start : start + 127]
        delta += bytes([len(piece)]) + piece
    distance = len(huge)
    parts = [distance & 0x7F]
    while distance := distance >> 7:
        distance -= 1
        parts.insert(0, 0x80 | distance & 0x7F)
    letter = entry(OFFSET_DELTA, len(delta), bytes(parts), zlib.compress(delta))
    add_pack(hostile, [(name_of(b"huge"), huge), (name_of(LETTER), letter)])

    raws, reasons = read(tmp_path)
    monkeypatch.setattr(git_objects, "MEMORY_BYTES", 1 << 30)

    assert raws == [LETTERS[1]]
    assert [reason.partition(": ")[0] for reason in reasons] == ["git cannot read it"]
    assert read(hostile)[0] == [LETTER]


def test_deltas_that_stand_on_each_other_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_objects, "MEMORY_BYTES", 1 << 27)
    hostile = without_letter(tmp_path / "0.git")
    size = little_endian(len(LETTER))
    delta = size + size + bytes([0x90, len(LETTER)])
    one, other = name_of(LETTER), name_of(b"other")
    packed = zlib.compress(delta)
    add_pack(
        hostile,
        [
            (one, entry(REFERENCE_DELTA, len(delta), other, packed)),
            (other, entry(REFERENCE_DELTA, len(delta), one, packed)),
        ],
    )

    raws, reasons = read(hostile)

    assert raws == []
    assert [reason.partition(": ")[0] for reason in reasons] == ["git cannot read it"]


def test_alternates_that_lead_in_a_circle_are_followed_no_further(tmp_path: Path) -> None:
    hostile = without_letter(tmp_path / "0.git")
    alternates = hostile / "objects" / "info" / "alternates"
    alternates.write_text(f"{hostile / 'objects'}\n../objects\n/proc/self/fd\n")

    assert read(hostile) == ([], ["missing, or larger than 1000000 bytes"])
