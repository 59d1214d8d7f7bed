"""The parts of a multipart (RFC 2046 section 5.1.1), and content without its transfer encoding.

Both read what breaks the rules, too: missing boundaries, broken base64 (RFC 2045 section 6).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.mail.headers import decode_base64

MAX_PARTS = 1_000
MAX_ENCODED_FILES = 200
_UU_BEGIN = re.compile(rb"^begin[ \t]+[0-7]{3,6}[ \t]+([^\r\n]{1,300})\r?\n", re.MULTILINE)
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_UUENCODE = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
# Lines of nothing but base64; possessive, so that a long line that is none costs one look.
_BASE64_LINES = re.compile(rb"(?:[A-Za-z0-9+/]*+={0,3}+[ \t]*+(?:\r?\n|\Z))*+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_UNREADABLE = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LONG_BASE64 = re.compile(rb"^[A-Za-z0-9+/]{40,}={0,2}\s*$", re.MULTILINE)


def split_at(data: bytes, mark: bytes, defects: list[str]) -> list[bytes]:
    """The pieces between boundary lines (RFC 2046 section 5.1.1), preamble and epilogue dropped.

    Whole lines are boundaries, so that a nested multipart's longer boundary is none; only
    where no line is, those that begin with the boundary count, as the RFC has it.
    """
    for exact in (True, False):
        pieces: list[bytes] = []
        start = -1
        for position, after, is_last in _boundaries(data, mark, exact):
            if start >= 0:
                pieces.append(_without_line_end(data[start:position]))
            start = after
            if is_last:
                return pieces
            if len(pieces) >= MAX_PARTS:
                defects.append("parts-too-many")
                return pieces
        if start >= 0:
            defects.append("boundary-open")
            rest = data[start:].rstrip()
            if rest.endswith(mark + b"--"):
                # The last line has no end of its own, and the closing boundary stands on it.
                pieces.append(rest[: -len(mark) - 2])
            elif rest:
                pieces.append(data[start:])
            return pieces
    defects.append("boundary-missing")
    return []


def _boundaries(data: bytes, mark: bytes, exact: bool) -> Iterator[tuple[int, int, bool]]:
    """Start of each boundary line, start of the line after it, and whether it closes."""
    position = data.find(mark)
    while position >= 0:
        after = position + len(mark)
        if not position or data[position - 1 : position] == b"\n":
            line_end = data.find(b"\n", after)
            line_end = len(data) if line_end < 0 else line_end
            rest = data[after : min(line_end, after + 200)].strip()
            if rest in (b"", b"--") or not exact:
                yield position, line_end + 1, rest == b"--"
        position = data.find(mark, after)


def _without_line_end(piece: bytes) -> bytes:
    # The line end before a boundary belongs to the boundary.
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece.endswith(b"\n") else piece


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, bool, bytes]:
    """The content, whether its encoding was broken, and plain text found after it.

    encoding: the field Content-Transfer-Encoding as written.
    """
    encoding = encoding.partition(";")[0].strip().lower()
    if encoding in _IDENTITY:
        return data, False, b""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), False, b""
    if encoding == "base64":
        return _decode_base64(data)
    if encoding in _UUENCODE:
        return *_decode_uu(data), b""
    return data, True, b""


def _decode_base64(data: bytes) -> tuple[bytes, bool, bytes]:
    """List software appends its footer in plain text, which decoders take for more letters."""
    match = _BASE64_LINES.match(data)
    end = match.end() if match else 0
    rest = data[end:]
    if rest.strip() and not _LONG_BASE64.search(rest):
        if end and data[:end].strip():
            return decode_base64(data[:end])[0], True, rest
        if _is_plain_text(data):
            return data, True, b""
    return *decode_base64(data), b""


def _is_plain_text(data: bytes) -> bool:
    """Words, though base64 was declared: lines with spaces in them, of letters that can be read."""
    sample = data[:10_000]
    lines = [line for line in sample.split(b"\n") if line.strip()]
    spaced = sum(b" " in line.strip() for line in lines)
    if spaced * 2 < len(lines) or _UNREADABLE.search(sample):
        return False
    return bool(_NOT_BASE64.search(sample) or _UNREADABLE.search(decode_base64(sample)[0]))


def _decode_uu(data: bytes) -> tuple[bytes, bool]:
    start = data.find(b"begin ")
    if start < 0:
        return data, True
    decoded, broken = [], False
    for line in data[start:].splitlines()[1:]:
        if line.strip() in (b"end", b"`", b""):
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            broken = True
    return b"".join(decoded), broken


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """A file in uuencode within a text."""

    filename: bytes
    content: bytes


def cut_uuencoded(data: bytes) -> tuple[bytes, list[EncodedFile]]:
    """A text without the uuencoded files in it, and those files (POSIX.1-2017, uuencode).

    Only whole files count: each line of the length that its first octet tells, then ``end``.
    """
    files: list[EncodedFile] = []
    kept: list[bytes] = []
    at = 0
    for begin in _UU_BEGIN.finditer(data):
        if begin.start() < at:
            continue
        found = _read_uuencoded(data, begin.end())
        if found is None:
            continue
        content, end = found
        kept.append(data[at : begin.start()])
        files.append(EncodedFile(begin[1].strip(), content))
        at = end
        if len(files) >= MAX_ENCODED_FILES:
            break
    return (b"".join([*kept, data[at:]]), files) if files else (data, files)


def _read_uuencoded(data: bytes, at: int) -> tuple[bytes, int] | None:
    """The file whose lines begin at ``at``, and where they end; None for no whole file."""
    decoded: list[bytes] = []
    while (line_end := data.find(b"\n", at)) >= 0 or at < len(data):
        line_end = len(data) if line_end < 0 else line_end
        line = data[at:line_end].rstrip(b"\r")
        at = line_end + 1
        plain = line.rstrip()
        if plain == b"end":
            return (b"".join(decoded), min(at, len(data))) if decoded else None
        if plain in (b"`", b""):
            # The line of no octets: a grave accent, or a space that got lost.
            continue
        octets = (line[0] - 0x20) & 0x3F
        # Some programs add a check sum, and relays take spaces off the end.
        letters = (octets + 2) // 3 * 4
        if not 0x20 <= line[0] <= 0x60 or len(line) - 1 > letters + 2:
            return None
        try:
            decoded.append(binascii.a2b_uu(line[: letters + 1]))
        except binascii.Error:
            return None
    return None
