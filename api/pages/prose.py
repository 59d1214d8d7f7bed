"""Show the text of mail as safe, readable HTML: escape, link, fold quotes, rewrap prose.

The input is hostile. Everything runs in one pass over the text. The output contains
only ``http`` and ``https`` links and no tag from the mail.
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
"""Most characters of a message shown on a page; the raw message has the rest."""
FOLD_LINES = 4
"""Quotes with more lines than this are folded."""

_LINK = re.compile(r"https?://[^\s<>\"'`\\^{}|]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?*)]"
_KINDS = {kind.value: kind for kind in SpanKind}
_SMALL_PRINT = (SpanKind.SIGNATURE, SpanKind.FOOTER, SpanKind.DISCLAIMER)
# Control characters, and direction overrides that can make text look like other text.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
_CODE_LINE = re.compile(
    r"^(?: {4}|[ +-]?\t|[+-]{3} |@@ |diff |index [0-9a-f]+\.|\+|[$%|{}] ?|/\w+[/ ])"
)
_RULE = re.compile(r"-- ?|_{5,}|-{5,}|={5,}")
_ITEM = re.compile(r"^\s{0,3}(?:[-*+•]|\d{1,2}[.)]|>)")
# No mail program wrapped a narrower block, because they break lines at 60 to 80 characters.
_MAIL_WIDTH = 55
_LONG_LINE = 40
_GREETING = 25


class Shape(StrEnum):
    """The meaning of the line breaks in a paragraph."""

    PROSE = "prose"
    """The writer's mail program broke the lines; the page may break them elsewhere."""
    VERSE = "verse"
    """The writer chose the line breaks: lists, greetings, addresses."""
    CODE = "code"
    """The writer aligned columns: code, tables, drawings."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of text as HTML."""

    shape: Shape
    html: Markup


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
    shown: list[Passage] = []
    lead = ""
    for kind, content in _pieces(text, spans):
        if not content.strip():
            continue
        if lead and kind is not SpanKind.QUOTED:
            shown.append(_passage(SpanKind.ATTRIBUTION, lead))
            lead = ""
        if kind is SpanKind.ATTRIBUTION:
            # Keep it until we know whether it introduces a quote.
            lead = content.strip()
            continue
        shown.append(_passage(kind, content, lead))
        lead = ""
    if lead:
        shown.append(_passage(SpanKind.ATTRIBUTION, lead))
    return shown


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Split plain text into paragraphs, without treating quotes specially."""
    return tuple(_paragraphs(_shown(text[:MAXIMUM_LENGTH]).split("\n")))


def linked(text: str) -> Markup:
    """Escape ``text`` and turn its web addresses into links that do not endorse their targets."""
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
    """``text`` for a title or heading: visible characters only, on one line."""
    line = " ".join(_shown(text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def marked(snippet: str) -> Markup:
    """A search snippet as HTML: escaped text in which ``<mark>`` is the only tag.

    Escapes the text again instead of trusting it, so a fault elsewhere cannot become a
    script here.
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
    lines = _shown(content).strip("\n").split("\n")
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
    return Passage(kind.value, tuple(_paragraphs(lines)), len(lines), lead, folded)


def _without_mark(line: str) -> str:
    """A quoted line without its outermost quote mark; inner marks stay."""
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
    """The lines as the writer intended, with lines joined that a mail program broke.

    A break comes from the program if the next word would not have fit, or if a long
    line continues in lower case. A greeting begins a new line.
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
    """The line without outer spaces, except those that show the depth of a list item."""
    bare = line.strip()
    depth = (len(line) - len(line.lstrip(" "))) // 2 if _ITEM.match(line) else 0
    return "\N{EM SPACE}" * depth + bare


def _without_trailing(address: str) -> str:
    """The address without the sentence's punctuation; a balanced closing bracket stays."""
    bare = address.rstrip(_TRAILING)
    if address.startswith(")", len(bare)) and bare.count("(") > bare.count(")"):
        bare += ")"
    return bare


def _shown(text: str) -> str:
    return _UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
