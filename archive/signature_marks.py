"""Marks of signatures, by which it is told whether two addresses sign alike.

A mark is eight octets of a digest of the words under a post, without the
author's name, which says nothing when two of one name are compared.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from archive.footers import is_device_line
from archive.message import ParsedMessage
from archive.quotation import SpanKind

MARK_OCTETS = 8
LEAST_LETTERS = 10
"""Less than that is a greeting or initials."""
MAX_LINES = 8
_MAX_LINE = 200

_WORD = re.compile(r"[^\W_]+")


def signature_mark(parsed: ParsedMessage) -> bytes | None:
    """The mark of the first signature that says something; None without one."""
    name = frozenset(_WORD.findall(parsed.author.name.casefold()))
    for span in parsed.spans:
        if span.kind is not SpanKind.SIGNATURE:
            continue
        said = _said(parsed.text[span.start : span.end][: MAX_LINES * _MAX_LINE], name)
        if len(said) >= LEAST_LETTERS:
            return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=MARK_OCTETS).digest()
    return None


def _said(signature: str, name: frozenset[str]) -> str:
    if signature.lstrip().startswith("-----"):
        # A cryptographic one: another under every post.
        return ""
    lines = [line for line in signature.split("\n") if line.strip()][:MAX_LINES]
    words = (
        word
        for line in lines
        if not is_device_line(line, ends_part=True)
        for word in _WORD.findall(line.casefold())
    )
    return " ".join(word for word in words if word not in name)
