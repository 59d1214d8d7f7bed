"""What a message's text is made of: the author's words, code and patches, others' words, the rest.

One pass over the lines finds the few that may mean something; all else is the
author's. Linear in the text for any input.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from archive.mail.text.attribution import MAX_LINES, attribution_start
from archive.mail.text.line_kinds import AUTHORED, LineMarks
from archive.mail.text.lines import LineReader
from archive.mail.text.quoted_author import quoted_author

MAX_LOOKED_AT = 2_000
"""Characters of an attribution in which a name is looked for."""

MAX_WITHIN = 1_000
"""Characters of a quote in which its own attribution is looked for."""
_MAX_LINES_WITHIN = 12


class SpanKind(StrEnum):
    """What a stretch of a message's text is."""

    AUTHORED = "authored"
    QUOTED = "quoted"
    ATTRIBUTION = "attribution"
    SIGNATURE = "signature"
    FOOTER = "footer"
    FORWARDED = "forwarded"
    CODE = "code"
    """A patch, or code between fences: the author's too, but not prose."""
    DISCLAIMER = "disclaimer"


OWN_KINDS = frozenset({SpanKind.AUTHORED, SpanKind.CODE})


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of the text; spans cover it without gaps."""

    kind: SpanKind
    start: int
    end: int
    author: str = ""
    """Of a quoted or forwarded span: whose words they are, as its attribution has it."""


# In the order of the kinds in ``archive.mail.text.line_kinds``.
_KINDS = (
    SpanKind.AUTHORED,
    SpanKind.QUOTED,
    SpanKind.ATTRIBUTION,
    SpanKind.SIGNATURE,
    SpanKind.FOOTER,
    SpanKind.FORWARDED,
    SpanKind.CODE,
    SpanKind.DISCLAIMER,
)
_OTHERS = (SpanKind.QUOTED, SpanKind.FORWARDED)
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
    return _with_authors(text, _to_spans(text, reader))


def own_text(text: str, spans: Sequence[Span]) -> str:
    """The author's own spans joined by a newline, outer white space trimmed."""
    stretches: list[tuple[int, int]] = []
    for span in spans:
        if span.kind not in OWN_KINDS:
            continue
        if stretches and stretches[-1][1] == span.start:
            # Code between the author's words: nothing was taken out here.
            stretches[-1] = (stretches[-1][0], span.end)
        else:
            stretches.append((span.start, span.end))
    parts = (text[start:end].strip("\n") for start, end in stretches)
    return "\n".join(part for part in parts if part.strip()).strip()


def _with_authors(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """The spans, quotes with the name from the attribution before them.

    Answers between the pieces of one quote leave its author as he is.
    """
    author, is_first = "", True
    for number, span in enumerate(spans):
        if span.kind is SpanKind.ATTRIBUTION:
            is_first = False
            author = quoted_author(text[span.start : min(span.end, span.start + MAX_LOOKED_AT)])
        elif span.kind in _OTHERS:
            if is_first:
                author = _author_within(text[span.start : min(span.end, span.start + MAX_WITHIN)])
                is_first = False
            if author:
                spans[number] = span._replace(author=author)
    return tuple(spans)


def _author_within(quote: str) -> str:
    """The name in an attribution that the quote itself begins with, as Apple Mail writes it."""
    lines = [line.lstrip() for line in quote.split("\n")[:_MAX_LINES_WITHIN]]
    bare = [line[1:].strip() if line[:1] == ">" else line.strip() for line in lines]
    first = next((at for at, line in enumerate(bare) if line), len(bare))
    for last in range(first, min(first + MAX_LINES, len(bare))):
        if not bare[last] or bare[last][0] == ">":
            break
        if attribution_start(bare, last) == first:
            after = next((line for line in bare[last + 1 :] if line), "")
            # A deeper quote below it is what the author quoted, who is not named then.
            return "" if after[:1] == ">" else quoted_author("\n".join(bare[first : last + 1]))
    return ""


def _to_spans(text: str, marks: LineMarks) -> list[Span]:
    lengths, joined = [0, *accumulate(map(len, marks.lines))], marks.joined
    last = marks.count
    spans: list[Span] = []
    kind, start, end = AUTHORED, 0, 0
    for match in _RUN.finditer(marks.kinds):
        first, after = match.span()
        # Each whole line before has one line end; the last line of all has none.
        begin = lengths[first] + first
        close = len(text) if after == last else lengths[after] + after
        if joined:
            begin -= bisect_left(joined, first)
            close -= bisect_left(joined, after) if after < last else 0
        following = marks.kinds[first]
        if end and (
            following == kind
            or (
                following == AUTHORED
                and text[begin : begin + 1].isspace()
                and text[begin:close].isspace()
            )
        ):
            end = close
        elif begin < close:
            if end:
                spans.append(Span(_KINDS[kind], start, end))
            kind, start, end = following, begin, close
    if end:
        spans.append(Span(_KINDS[kind], start, end))
    return spans
