"""Posts with the digests that Apache Pony Mail's tests hold of their bodies and attachments.

Only mboxes whose file stands beside the expectations are compared. The white
space around a body is not the same in both programs, so a body is right when
it has the digest with any of a few ends.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

from archive.errors import RefusedError
from archive.mail.charset import decode_bytes
from archive.mail.headers import split_message
from archive.mail.message import parse_message
from archive.mail.parts.body import read_body
from tests.archive.mail.cases.outcome import Comparison, Outcome, mbox_messages

_FILE = re.compile(r"  (corpus/\S+\.mbox):")
_INDEX = re.compile(r"  - index: (\d+)")
_DIGEST = re.compile(r"    (?:body_sha3_256|v0\.10|foal): ([0-9a-f]{64})")
_HASH = re.compile(r"      hash: ([0-9a-f]{64})")
_ENDS = ("", "\n", "\n\n", "\n\n\n")
_STARTS = ("", "\n", "\n\n")


def _sha3(data: bytes) -> str:
    return hashlib.sha3_256(data).hexdigest()


def _expected(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """File, index and accepted digest of each expectation; files in a row share one list."""
    files: list[str] = []
    index = -1
    for line in lines:
        if file := _FILE.match(line):
            if index >= 0:
                files, index = [], -1
            files.append(file[1])
        elif number := _INDEX.match(line):
            index = int(number[1])
        elif digest := _DIGEST.match(line):
            for name in files:
                yield name, index, digest[1]


def _messages(path: Path) -> list[bytes]:
    try:
        return mbox_messages(path)
    except RefusedError:
        # One message without its From_ line.
        return [path.read_bytes()]


def _bodies(raw: bytes) -> Iterator[str]:
    """The body as Pakar reads it, and with the flowed lines as sent: Pony Mail rewraps them."""
    yield parse_message(raw).text
    headers, data, _ = split_message(raw.replace(b"format=flowed", b"x-was=flowed"))
    yield read_body(headers, data).text


def _first_parts(raw: bytes, text: str) -> Iterator[str]:
    """The body without the texts of later parts: Pony Mail keeps the first part alone."""
    parts = [part for part in message_from_bytes(raw).walk() if not part.is_multipart()]
    for part in reversed(parts[1:]):
        content: Any = part.get_payload(decode=True)
        later = decode_bytes(content, part.get_content_charset())[0].strip()
        if not later or not text.rstrip().endswith(later):
            return
        text = text.rstrip()[: -len(later)]
        yield text.rstrip("\n")


def _digests(raw: bytes) -> set[str]:
    return {
        _sha3((start + text + end).encode())
        for whole in _bodies(raw)
        for text in (whole, *_first_parts(raw, whole))
        for start in _STARTS
        for end in _ENDS
    }


def unit_tests(cases: Path) -> list[Outcome]:
    """Every body of which the unit tests hold a digest."""
    folder = cases / "ponymail-unit-tests"
    expected: dict[tuple[str, int], set[str]] = {}
    for path in sorted(folder.glob("yaml/pars*.yaml")):
        for name, index, digest in _expected(path.read_text(encoding="utf-8").splitlines()):
            expected.setdefault((name, index), set()).add(digest)
    messages = {
        name: _messages(folder / name)
        for name in {name for name, _ in expected}
        if (folder / name).is_file()
    }
    found = []
    for (name, index), digests in sorted(expected.items()):
        if name in messages:
            case = Comparison(f"{Path(name).stem} {index}")
            case.equal("body", bool(digests & _digests(messages[name][index])), True)
            found.append(case.outcome())
    return found
