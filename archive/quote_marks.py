"""Marks of lines, by which a quote is recognised in the message it was taken from.

A mark is eight octets of a digest of a line, without case, quote signs and
the width of its white space. Short lines say too little and have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from archive.message import ParsedMessage
from archive.quotation import SpanKind

MARK_OCTETS = 8
LEAST_LETTERS = 20
"""Shorter lines are greetings, brackets and the like."""
MAX_QUOTE_MARKS = 6
MAX_OWN_LINES = 2_000
MAX_QUOTED_CHARACTERS = 20_000

_QUOTED_ONCE = re.compile(r"[ \t]?[>|] ?(?![ \t]*[>|])(.*)")


def quote_marks(parsed: ParsedMessage) -> bytes | None:
    """Marks of the longest lines quoted once, one after the other; None where nothing is quoted."""
    lines: set[str] = set()
    left = MAX_QUOTED_CHARACTERS
    for span in parsed.spans:
        if span.kind is SpanKind.QUOTED and left > 0:
            text = parsed.text[span.start : min(span.end, span.start + left)]
            left -= len(text)
            lines.update(_plain(line) for line in _quoted_lines(text.split("\n")))
    longest = sorted(lines, key=lambda line: (-len(line), line))[:MAX_QUOTE_MARKS]
    return b"".join(_mark(line) for line in longest if len(line) >= LEAST_LETTERS) or None


def split_marks(marks: bytes | None) -> frozenset[bytes]:
    """The marks that ``quote_marks`` put together."""
    held = marks or b""
    return frozenset(
        held[start : start + MARK_OCTETS] for start in range(0, len(held), MARK_OCTETS)
    )


def own_marks(own_text: str) -> frozenset[bytes]:
    """Marks of the lines a message's author wrote."""
    lines = (_plain(line) for line in own_text.split("\n")[:MAX_OWN_LINES])
    return frozenset(_mark(line) for line in lines if len(line) >= LEAST_LETTERS)


def _quoted_lines(lines: Iterable[str]) -> Iterable[str]:
    """The lines quoted once, without their sign; all of them where a program set none."""
    held = list(lines)
    signed = [match[1] for line in held if (match := _QUOTED_ONCE.match(line))]
    return signed or [line for line in held if not line.lstrip().startswith((">", "|"))]


def _plain(line: str) -> str:
    return " ".join(line[:500].split()).casefold()


def _mark(line: str) -> bytes:
    return blake2b(line.encode("utf-8", "surrogatepass"), digest_size=MARK_OCTETS).digest()
