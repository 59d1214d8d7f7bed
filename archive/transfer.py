"""Content without its transfer encoding (RFC 2045 section 6), also a broken one."""

from __future__ import annotations

import binascii
import re

from archive.headers import decode_base64

_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_UUENCODE = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
# Lines of nothing but base64; possessive, so that a long line that is none costs one look.
_BASE64_LINES = re.compile(rb"(?:[A-Za-z0-9+/]*+={0,3}+[ \t]*+(?:\r?\n|\Z))*+")
_LONG_BASE64 = re.compile(rb"^[A-Za-z0-9+/]{40,}={0,2}\s*$", re.MULTILINE)


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
    if end and rest.strip() and not _LONG_BASE64.search(rest):
        return decode_base64(data[:end])[0], True, rest
    return *decode_base64(data), b""


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
