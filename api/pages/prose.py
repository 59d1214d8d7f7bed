"""Mail text as safe, readable HTML: escaped, linked, quotes folded, prose reflowed.

Input is hostile. Everything runs in one pass over the text; only ``http`` and
``https`` links come out, and never a tag of the mail's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from markupsafe import Markup, escape

from api.schemas import Span
from archive.mail.message import SpanKind

MAXIMUM_LENGTH = 200_000
"""Characters of one message shown on a page; the raw message has the rest."""
FOLD_LINES = 4
"""Quotes of more lines than this are folded."""

_LINK = re.compile(r"https?://[^\s<>\"'`\\^{}|]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?*)]"
_KINDS = {kind.value: kind for kind in SpanKind}
_SMALL_PRINT = (SpanKind.SIGNATURE, SpanKind.FOOTER, SpanKind.DISCLAIMER)
# Control characters, and direction overrides that let text pose as other text.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
_CODE_LINE = re.compile(
    r"^(?: {4}|[ +-]?\t|[+-]{3} |@@ |diff |index [0-9a-f]+\.|\+|[$%|{}] ?|/\w+[/ ])"
)
_RULE = re.compile(r"-- ?|_{5,}|-{5,}|={5,}")
_ITEM = re.compile(r"^\s{0,3}(?:[-*+•]|\d{1,2}[.)]|>)")
# Narrower blocks were never wrapped: mail programs break lines at 60 to 80 characters.
_MAIL_WIDTH = 55
_LONG_LINE = 40
_GREETING = 25


class Shape(StrEnum):
    """How a paragraph's line ends are to be read."""

    PROSE = "prose"
    """Wrapped by the writer's program: the reader's screen wraps it anew."""
    VERSE = "verse"
    """Line ends are meant: lists, greetings, addresses."""
    CODE = "code"
    """Columns are meant: code, tables, drawings."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of text, ready for the page."""

    shape: Shape
    html: Markup


@dataclass(frozen=True, slots=True)
class Passage:
    """One span of a message, ready for the page.

    ``lead`` is the attribution line that introduces a quote (“… wrote:”), if any;
    ``lines`` counts the lines, ``folded`` says whether they start closed.
    """

    kind: str
    paragraphs: tuple[Paragraph, ...]
    lines: int = 0
    lead: str = ""
    folded: bool = False


def passages(text: str, spans: Sequence[Span]) -> list[Passage]:
    """A message's text by its spans, cut to ``MAXIMUM_LENGTH`` characters.

    Spans out of order or outside the text are cut to fit; what no span covers is
    shown as authored, so that no text is ever lost from view.
    """
    text = text[:MAXIMUM_LENGTH]
    shown: list[Passage] = []
    lead = ""
    for kind, content in _pieces(text, spans):
        if not content.strip():
            continue
        if lead and kind is not SpanKind.QUOTED:
            shown.append(_passage(SpanKind.ATTRIBUTION, lead))
            lead = ""
        if kind is SpanKind.ATTRIBUTION:
            # Kept until we know whether it introduces a quote.
            lead = content.strip()
            continue
        shown.append(_passage(kind, content, lead))
        lead = ""
    if lead:
        shown.append(_passage(SpanKind.ATTRIBUTION, lead))
    return shown


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Plain text as paragraphs, without regard to quotes."""
    return tuple(_paragraphs(_shown(text[:MAXIMUM_LENGTH]).split("\n")))


def linked(text: str) -> Markup:
    """``text`` escaped, its web addresses made into links that vouch for nothing."""
    parts: list[Markup] = []
    end = 0
    for match in _LINK.finditer(text):
        address = _without_trailing(match.group())
        if len(address) <= len("https://"):
            continue
        parts.append(escape(text[end : match.start()]))
        parts.append(Markup('<a href="{0}" rel="nofollow noopener ugc">{0}</a>').format(address))
        end = match.start() + len(address)
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def one_line(text: str, limit: int = 300) -> str:
    """``text`` fit for a title or heading: shown characters only, on one line."""
    line = " ".join(_shown(text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def marked(snippet: str) -> Markup:
    """A search snippet: escaped text in which only ``<mark>`` is a tag.

    Escapes anew rather than trusting, so that a fault below cannot become a script here.
    """
    parts = re.split(r"(</?mark>)", snippet)
    result: list[Markup] = []
    depth = 0
    for part in parts:
        if part == "<mark>" and depth == 0:
            depth, part_html = 1, Markup("<mark>")
        elif part == "</mark>" and depth == 1:
            depth, part_html = 0, Markup("</mark>")
        elif part in ("<mark>", "</mark>"):
            continue
        else:
            part_html = escape(_shown(_unescape(part)))
        result.append(part_html)
    if depth:
        result.append(Markup("</mark>"))
    return Markup("").join(result)


_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#34;": '"', "&#39;": "'", "&#x27;": "'",
             "&amp;": "&"}  # fmt: skip
_ENTITY = re.compile("|".join(map(re.escape, _ENTITIES)))


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda match: _ENTITIES[match.group()], text)


def _pieces(text: str, spans: Iterable[Span]) -> Iterator[tuple[SpanKind, str]]:
    """The spans' texts in order, neighbours of one kind joined, gaps as authored."""
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
    lines = _shown(content).strip("\n").split("\n")
    if kind is SpanKind.QUOTED:
        lines = [_without_mark(line) for line in lines]
    if kind is SpanKind.CODE:
        return Passage(kind.value, (Paragraph(Shape.CODE, linked("\n".join(lines))),), len(lines))
    if kind in _SMALL_PRINT:
        # The page draws its own line above these.
        lines = lines[1:] if _RULE.fullmatch(lines[0].strip()) else lines
    if kind in _SMALL_PRINT or kind is SpanKind.ATTRIBUTION:
        body = linked("\n".join(lines))
        return Passage(kind.value, (Paragraph(Shape.VERSE, body),), len(lines))
    folded = kind is SpanKind.QUOTED and len(lines) > FOLD_LINES
    lead = one_line(lead.lstrip("-_ "), 100)
    return Passage(kind.value, tuple(_paragraphs(lines)), len(lines), lead, folded)


def _without_mark(line: str) -> str:
    """A quoted line without its outermost quote mark; deeper marks stay."""
    line = line.lstrip(" ")
    if not line.startswith(">"):
        return line
    return line[2:] if line.startswith("> ") else line[1:]


def _paragraphs(lines: Iterable[str]) -> Iterator[Paragraph]:
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line.rstrip())
        elif block:
            yield _paragraph(block)
            block = []
    if block:
        yield _paragraph(block)


def _paragraph(block: list[str]) -> Paragraph:
    columned = sum(1 for line in block if _CODE_LINE.match(line) or _COLUMNS.search(line))
    if 2 * columned >= len(block) and (len(block) > 1 or block[0].startswith(("    ", "\t"))):
        return Paragraph(Shape.CODE, linked("\n".join(block)))
    lines = _unwrapped(block)
    shape = Shape.PROSE if len(lines) == 1 and len(block) > 1 else Shape.VERSE
    return Paragraph(shape, linked("\n".join(lines)))


def _unwrapped(block: list[str]) -> list[str]:
    """The lines as their writer meant them, those that a mail program broke joined again.

    A break is the program's when the next word would not have fitted any more,
    or when a long line goes on in lower case; a greeting begins a line of its own.
    """
    width = max(map(len, block))
    lines = [[block[0].strip()]]
    for before, line in pairwise(block):
        word = line.split(maxsplit=1)[0]
        broken = len(before) + 1 + len(word) > width
        goes_on = len(before) > _LONG_LINE and word[0].islower()
        greets = len(line) <= _GREETING and line.endswith(",")
        meant = width < _MAIL_WIDTH or greets or _ITEM.match(line)
        if (broken or goes_on) and not meant:
            lines[-1].append(line.strip())
        else:
            lines.append([_with_depth(line)])
    return [" ".join(parts) for parts in lines]


def _with_depth(line: str) -> str:
    """The line without outer space, but for that which shows an item's depth in a list."""
    bare = line.strip()
    depth = (len(line) - len(line.lstrip(" "))) // 2 if _ITEM.match(line) else 0
    return "\N{EM SPACE}" * depth + bare


def _without_trailing(address: str) -> str:
    """The address without the sentence's punctuation, keeping a balanced last bracket."""
    bare = address.rstrip(_TRAILING)
    if address.startswith(")", len(bare)) and bare.count("(") > bare.count(")"):
        bare += ")"
    return bare


def _shown(text: str) -> str:
    return _UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
