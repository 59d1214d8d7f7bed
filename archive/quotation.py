"""What a message's text is made of: authored, quoted, attribution, signature, footer, forwarded.

One pass over the lines finds the few that may mean something; all else is the
author's. Linear in the text for any input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from archive.line_reader import LineReader


class SpanKind(StrEnum):
    """What a stretch of a message's text is."""

    AUTHORED = "authored"
    QUOTED = "quoted"
    ATTRIBUTION = "attribution"
    SIGNATURE = "signature"
    FOOTER = "footer"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of the text; spans cover it without gaps."""

    kind: SpanKind
    start: int
    end: int


# In the order of the kinds in ``archive.line_marks``.
_KINDS = (
    SpanKind.AUTHORED,
    SpanKind.QUOTED,
    SpanKind.ATTRIBUTION,
    SpanKind.SIGNATURE,
    SpanKind.FOOTER,
    SpanKind.FORWARDED,
)
_RUN = re.compile(rb"(.)\1*+", re.DOTALL)


def find_spans(text: str, is_reply: bool = True) -> tuple[Span, ...]:
    """The spans of ``text``, in order, without gaps; none for an empty text.

    ``is_reply`` False tells that the message answers none: then ``>`` lines
    that look like a console's prompt, without an attribution, are the author's.
    """
    if not text:
        return ()
    reader = LineReader(text, is_reply)
    if not reader.read():
        return (Span(SpanKind.AUTHORED, 0, len(text)),)
    return _to_spans(text, reader.lines, reader.kinds)


def _to_spans(text: str, lines: list[str], kinds: bytearray) -> tuple[Span, ...]:
    lengths = [0, *accumulate(map(len, lines))]
    last = len(lines)
    spans: list[Span] = []
    for match in _RUN.finditer(kinds):
        kind = _KINDS[match[0][0]]
        first, after = match.span()
        # Each line before has one line end; the last line of all has none.
        start = lengths[first] + first
        end = len(text) if after == last else lengths[after] + after
        if spans and (
            kind is spans[-1].kind or (kind is SpanKind.AUTHORED and text[start:end].isspace())
        ):
            spans[-1] = Span(spans[-1].kind, spans[-1].start, end)
        elif start < end:
            spans.append(Span(kind, start, end))
    return tuple(spans)
