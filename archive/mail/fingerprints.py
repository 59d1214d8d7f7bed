"""Marks of quoted lines and of signatures, eight octets of a digest each; and of a whole post.

A line's mark is taken without case, quote signs and the width of its white
space; by it a quote is recognised in the message it was taken from.
A signature's mark is taken of its words without the author's name, which says
nothing when two addresses of one name are compared.
The substance of a post is what its author sent, whichever way it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from archive.mail.message import ParsedMessage
from archive.mail.text.footers import is_device_line
from archive.mail.text.spans import SpanKind

MARK_OCTETS = 8
SUBSTANCE_OCTETS = 16
LEAST_SIGNATURE = 10
"""Letters of a signature: less than that is a greeting or initials."""
LEAST_LINE = 20
"""Letters of a line: shorter ones are greetings, brackets and the like."""
MAX_SIGNATURE_LINES = 8
MAX_QUOTE_MARKS = 6
MAX_OWN_LINES = 2_000
MAX_QUOTED_CHARACTERS = 20_000
_MAX_LINE = 200

_WORD = re.compile(r"[^\W_]+")
_RULE = "-_=#*~ "
"""The line that sets a list's footer off may be read as the end of what stands above it."""
_QUOTED_ONCE = re.compile(r"[ \t]?[>|] ?(?![ \t]*[>|])(.*)")


def substance(parsed: ParsedMessage) -> bytes:
    """A digest of what the author sent: 16 octets, equal for all copies of one post.

    It covers Message-ID, author, date, subject without tags, text without what a list put below it,
    and attachments. Trace fields, line ends and transfer encodings make no difference.
    """
    text = "".join(
        parsed.text[span.start : span.end]
        for span in parsed.spans
        if span.kind is not SpanKind.FOOTER
    )
    author = parsed.author
    said = (
        parsed.message_id or "",
        author.email or " ".join(f"{author.name} {author.written}".casefold().split()),
        "" if parsed.date is None else str(int(parsed.date.timestamp())),
        parsed.base_subject,
        " ".join(text.split()).rstrip(_RULE),
        *sorted(part.digest.hex() for part in parsed.attachments),
    )
    whole = "\0".join(said).encode("utf-8", "surrogatepass")
    return blake2b(whole, digest_size=SUBSTANCE_OCTETS).digest()


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
    return b"".join(_mark(line) for line in longest if len(line) >= LEAST_LINE) or None


def split_marks(marks: bytes | None) -> frozenset[bytes]:
    """The marks that ``quote_marks`` put together."""
    held = marks or b""
    return frozenset(
        held[start : start + MARK_OCTETS] for start in range(0, len(held), MARK_OCTETS)
    )


def own_marks(own_text: str) -> frozenset[bytes]:
    """Marks of the lines a message's author wrote."""
    lines = (_plain(line) for line in own_text.split("\n")[:MAX_OWN_LINES])
    return frozenset(_mark(line) for line in lines if len(line) >= LEAST_LINE)


def _quoted_lines(lines: Iterable[str]) -> Iterable[str]:
    """The lines quoted once, without their sign; all of them where a program set none."""
    held = list(lines)
    signed = [match[1] for line in held if (match := _QUOTED_ONCE.match(line))]
    return signed or [line for line in held if not line.lstrip().startswith((">", "|"))]


def _plain(line: str) -> str:
    return " ".join(line[:500].split()).casefold()


def _mark(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=MARK_OCTETS).digest()


def signature_mark(parsed: ParsedMessage) -> bytes | None:
    """The mark of the first signature that says something; None without one."""
    for span in parsed.spans:
        if span.kind is SpanKind.SIGNATURE:
            mark = mark_of_signature(parsed.text[span.start : span.end], parsed.author.name)
            if mark is not None:
                return mark
    return None


def mark_of_signature(signature: str, author: str) -> bytes | None:
    """The mark of what a signature says beside its author's name; None when that is little."""
    name = frozenset(_WORD.findall(author.casefold()))
    said = _said(signature[: MAX_SIGNATURE_LINES * _MAX_LINE], name)
    return _mark(said) if len(said) >= LEAST_SIGNATURE else None


def _said(signature: str, name: frozenset[str]) -> str:
    if signature.lstrip().startswith("-----"):
        # A cryptographic one: another under every post.
        return ""
    lines = [line for line in signature.split("\n") if line.strip()][:MAX_SIGNATURE_LINES]
    words = (
        word
        for line in lines
        if not is_device_line(line, ends_part=True)
        for word in _WORD.findall(line.casefold())
    )
    return " ".join(word for word in words if word not in name)
