"""The passages of a message: own words, quotes, signatures, each as paragraphs of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.pages.bodies.grids import grid_rows
from api.pages.bodies.markup import linked, one_line, shown
from api.pages.bodies.shaping import FIXED, Block, blocks
from api.pages.bodies.signs import Shape
from api.schemas import Span
from archive.mail.message import SpanKind

MAXIMUM_LENGTH = 200_000
"""Most characters of a message shown on a page; the raw message has the rest."""
FOLD_LINES = 4
"""Quotes with more lines than this are folded."""

_KINDS = {kind.value: kind for kind in SpanKind}
_SMALL_PRINT = (SpanKind.SIGNATURE, SpanKind.FOOTER, SpanKind.DISCLAIMER)
_RULE = re.compile(r"-- ?|_{5,}|-{5,}|={5,}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of text as HTML; of a grid, the rows of the table."""

    shape: Shape
    html: Markup

    @property
    def fixed(self) -> bool:
        """Whether its lines stay as they were sent, in type of fixed width."""
        return self.shape in FIXED


@dataclass(frozen=True, slots=True)
class Passage:
    """One span of a message, ready for the page.

    lines: number of lines.
    lead: the attribution line that introduces a quote (“… wrote:”), if any.
    folded: whether the lines are hidden until the reader opens them.
    """

    kind: str
    paragraphs: tuple[Paragraph, ...]
    lines: int = 0
    lead: str = ""
    folded: bool = False


def passages(text: str, spans: Sequence[Span]) -> list[Passage]:
    """Split a message's text by its spans, cut to ``MAXIMUM_LENGTH`` characters.

    Spans that overlap or exceed the text are cut to fit. Text outside of all spans is
    shown as authored, so no text disappears.
    """
    text = text[:MAXIMUM_LENGTH]
    found: list[Passage] = []
    lead = ""
    for kind, content in _pieces(text, spans):
        if not content.strip():
            continue
        if lead and kind is not SpanKind.QUOTED:
            found.append(_passage(SpanKind.ATTRIBUTION, lead))
            lead = ""
        if kind is SpanKind.ATTRIBUTION:
            # Keep it until we know whether it introduces a quote.
            lead = content.strip()
            continue
        found.append(_passage(kind, content, lead))
        lead = ""
    if lead:
        found.append(_passage(SpanKind.ATTRIBUTION, lead))
    return found


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Split plain text into paragraphs, without treating quotes specially."""
    return _paragraphs(shown(text[:MAXIMUM_LENGTH]).split("\n"))


def _pieces(text: str, spans: Iterable[Span]) -> Iterator[tuple[SpanKind, str]]:
    """The spans' texts in order; adjacent spans of one kind are joined, gaps are authored text."""
    pending: tuple[SpanKind, int, int] | None = None
    for kind, start, end in _covering(len(text), spans):
        if pending and pending[0] is kind:
            pending = (kind, pending[1], end)
            continue
        if pending:
            yield pending[0], text[pending[1] : pending[2]]
        pending = (kind, start, end)
    if pending:
        yield pending[0], text[pending[1] : pending[2]]


def _covering(length: int, spans: Iterable[Span]) -> Iterator[tuple[SpanKind, int, int]]:
    position = 0
    for span in spans:
        start, end = max(span.start, position), min(span.end, length)
        if end <= start:
            continue
        if start > position:
            yield SpanKind.AUTHORED, position, start
        yield _KINDS.get(span.kind, SpanKind.AUTHORED), start, end
        position = end
    if position < length:
        yield SpanKind.AUTHORED, position, length


def _passage(kind: SpanKind, content: str, lead: str = "") -> Passage:
    lines = shown(content).strip("\n").split("\n")
    if kind is SpanKind.QUOTED:
        lines = [_without_mark(line) for line in lines]
    if kind is SpanKind.CODE:
        return Passage(kind.value, (Paragraph(Shape.CODE, linked("\n".join(lines))),), len(lines))
    if kind in _SMALL_PRINT:
        # Drop a line of dashes: the page draws its own line above these passages.
        lines = lines[1:] if _RULE.fullmatch(lines[0].strip()) else lines
    if kind in _SMALL_PRINT or kind is SpanKind.ATTRIBUTION:
        body = linked("\n".join(lines))
        return Passage(kind.value, (Paragraph(Shape.VERSE, body),), len(lines))
    folded = kind is SpanKind.QUOTED and len(lines) > FOLD_LINES
    lead = one_line(lead.lstrip("-_ "), 100)
    return Passage(kind.value, _paragraphs(lines), len(lines), lead, folded)


def _without_mark(line: str) -> str:
    """A quoted line without its outermost quote mark; inner marks stay."""
    line = line.lstrip(" ")
    if not line.startswith(">"):
        return line
    return line[2:] if line.startswith("> ") else line[1:]


def _paragraphs(lines: Sequence[str]) -> tuple[Paragraph, ...]:
    return tuple(map(_paragraph, blocks(lines)))


def _paragraph(block: Block) -> Paragraph:
    if block.shape is Shape.GRID:
        return Paragraph(block.shape, grid_rows(block.lines))
    return Paragraph(block.shape, linked("\n".join(block.lines)))
