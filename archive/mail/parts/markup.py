"""HTML and text/enriched bodies as text for reading."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.mail.parts.html_tables import table_lines
from archive.mail.parts.unseen_markup import hidden_classes, is_hidden

MAX_HTML = 2_000_000
"""Characters of HTML that are looked at."""
MAX_NODES = 200_000
MAX_QUOTE_DEPTH = 20

_DROPPED = frozenset(
    "script style head title noscript template iframe object embed svg math select textarea "
    "audio video canvas map meta link base".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section "
    "table tbody tfoot thead tr ul".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl table pre".split())
_SPACE = re.compile(r"[ \t\n\r\f]+")
_PICTURE_NAME = re.compile(r"\.(?:png|jpe?g|gif|bmp|svg|webp)\s*\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}\Z")
_WEB_ADDRESS = re.compile(r"https?://[!-;=?-~\u00a1-\uffff]{1,1000}\Z", re.IGNORECASE)
_SCHEME = re.compile(r"\Ahttps?://(?:www\.)?", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
# Trees so deep or tangled take parsers and serialisers quadratic time; no human's mail has them.
MAX_TAGS = 20_000
MAX_DEPTH = 400
MAX_OPEN_FORMATTING = 64
_UNCHECKED_TAGS = 400
# Elements that need no end tag: their openings say nothing about depth.
_SELF_ENDING = frozenset(
    "area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot "
    "th thead tr wbr".split()
)
# A parser opens these again in every block that follows (HTML Standard, 13.2.4.3).
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())


class _TextWriter:
    """Collects text with the line breaks and quote marks its blocks ask for."""

    __slots__ = ("_item", "_lines", "_lists", "_parts", "quote_depth")

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._parts: list[str] = []
        self.quote_depth = 0
        self._item = ""
        self._lists: list[int | None] = []
        """The open lists: the number of an ordered one's last item, None of others."""

    def open_list(self, start: int | None) -> None:
        """``start``: the number before the first item's, or None without numbers."""
        self._lists.append(start)

    def close_list(self) -> None:
        if self._lists:
            self._lists.pop()

    @property
    def in_list(self) -> bool:
        return bool(self._lists)

    def begin_item(self) -> None:
        depth = min(len(self._lists), MAX_QUOTE_DEPTH)
        number = self._lists[-1] if self._lists else None
        if number is None:
            mark = "* "
        else:
            self._lists[-1] = number + 1
            mark = f"{number + 1}. "
        if self._parts == [self._item]:
            # The item before had nothing in it.
            self._parts = []
        self._item = "  " * (depth - 1) + mark
        self._parts.append(self._item)

    def write(self, text: str, preformatted: bool) -> None:
        # Editors write a no-break space wherever two spaces meet; it means nothing.
        text = text.replace("\xa0", " ")
        if preformatted:
            first, *others = text.split("\n")
            self._parts.append(first)
            for line in others:
                self.break_line()
                self._parts.append(line)
            return
        text = _SPACE.sub(" ", text)
        if text[:1] == " " and (not self._parts or self._parts[-1][-1:] in (" ", "")):
            text = text[1:]
        if text:
            self._parts.append(text)

    def break_line(self) -> None:
        self._lines.append(self._marks() + "".join(self._parts).rstrip())
        self._parts = []

    def end_block(self, paragraph: bool) -> None:
        if len(self._parts) == 1 and self._parts[0] is self._item:
            # An item's first paragraph stands on the line of its mark.
            return
        if any(part.strip() for part in self._parts):
            self.break_line()
        self._parts = []
        if paragraph and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._marks().rstrip())

    def _marks(self) -> str:
        return ">" * self.quote_depth + " " if self.quote_depth else ""

    def finish(self) -> str:
        self._item = ""
        self.end_block(paragraph=False)
        return _BLANK_LINES.sub("\n\n", "\n".join(self._lines)).strip("\n")


def html_to_text(html: str) -> str:
    """The text of an HTML body, block by block; quoted blocks are marked with ``>``.

    Scripts, styles and other unseen parts are dropped. Iterative and bounded:
    markup with too many tags is stripped of them without being parsed.
    """
    html = html[:MAX_HTML]
    if _is_excessive(html):
        return _strip_tags(html)
    root = LexborHTMLParser(html).root
    return _walk(root, hidden_classes(html)) if root is not None else ""


def _is_excessive(html: str) -> bool:
    if html.count("<") <= _UNCHECKED_TAGS:
        return False
    tags = depth = formatting = 0
    for match in _TAG.finditer(html):
        tags += 1
        name = match[2].lower()
        if name in _SELF_ENDING:
            continue
        step = -1 if match[1] else 1
        depth = max(0, depth + step)
        if name in _FORMATTING:
            formatting = max(0, formatting + step)
        if tags > MAX_TAGS or depth > MAX_DEPTH or formatting > MAX_OPEN_FORMATTING:
            return True
    return False


def _strip_tags(html: str) -> str:
    text = re.sub(r"<[^<>]{0,2000}>", " ", html)
    return _SPACE.sub(" ", text).strip()


def _walk(root: LexborNode, hidden: frozenset[str]) -> str:
    writer = _TextWriter()
    node: LexborNode | None = root
    preformatted = 0
    visited = 0
    stack: list[tuple[LexborNode, str]] = []
    while node is not None and visited < MAX_NODES:
        visited += 1
        tag = node.tag or ""
        child = None
        if tag == "-text":
            writer.write(node.text_content or "", preformatted > 0)
        elif tag == "br":
            writer.break_line()
        elif tag == "hr":
            writer.end_block(paragraph=False)
            writer.write("-" * 32, False)
            writer.end_block(paragraph=False)
        elif tag == "img":
            _write_alternative(writer, node)
        elif _is_seen(node) and not (
            tag == "table" and not is_hidden(node, hidden) and _write_table(writer, node)
        ):
            child = node.child
            if child is not None and not is_hidden(node, hidden):
                preformatted += tag == "pre"
                _enter(writer, node, tag)
                stack.append((node, tag))
                node = child
                continue
        following = node.next
        while following is None and stack:
            node, tag = stack.pop()
            preformatted -= tag == "pre"
            _leave(writer, node, tag)
            following = node.next
        node = following
    return writer.finish()


def _is_seen(node: LexborNode) -> bool:
    tag = node.tag or ""
    return tag not in _DROPPED and not tag.startswith(("_", "!")) and tag != "-comment"


def _write_table(writer: _TextWriter, table: LexborNode) -> bool:
    """Write a table of data row by row; False for one that only places things."""
    lines = table_lines(table, _is_seen)
    if lines is None:
        return False
    writer.end_block(paragraph=True)
    for line in lines:
        writer.write(line, preformatted=True)
        writer.break_line()
    writer.end_block(paragraph=True)
    return True


def _write_alternative(writer: _TextWriter, image: LexborNode) -> None:
    # Clients put the picture's file name there; only words and emoji are part of the text.
    said = image.attributes.get("alt") or ""
    if not _PICTURE_NAME.search(said):
        writer.write(said, False)


def _enter(writer: _TextWriter, node: LexborNode, tag: str) -> None:
    if tag in _BLOCKS:
        writer.end_block(paragraph=_is_paragraph(writer, tag))
    if tag == "blockquote":
        writer.quote_depth = min(MAX_QUOTE_DEPTH, writer.quote_depth + 1)
    elif tag == "ol":
        start = node.attributes.get("start") or ""
        writer.open_list(int(start) - 1 if _NUMBER.match(start) else 0)
    elif tag == "ul":
        writer.open_list(None)
    elif tag == "li":
        writer.begin_item()
    elif tag in ("td", "th"):
        writer.write(" ", False)


def _leave(writer: _TextWriter, node: LexborNode, tag: str) -> None:
    if tag == "a":
        _write_address(writer, node)
    if tag in ("ol", "ul"):
        writer.close_list()
    if tag in _BLOCKS:
        writer.end_block(paragraph=_is_paragraph(writer, tag))
    if tag == "blockquote":
        writer.quote_depth = max(0, writer.quote_depth - 1)


def _is_paragraph(writer: _TextWriter, tag: str) -> bool:
    """A blank line parts it from others; not within a list's items."""
    return tag in _PARAGRAPHS and not writer.in_list


def _write_address(writer: _TextWriter, link: LexborNode) -> None:
    """Where a link leads, unless its words say so already."""
    address = (link.attributes.get("href") or "").strip()
    if not _WEB_ADDRESS.match(address):
        return
    said = link.text(deep=True).strip()
    names_place = "." in said or "/" in said
    if said and not (names_place and _bare(said) in _bare(address)):
        writer.write(f" <{address}>", False)


def _bare(address: str) -> str:
    return _SCHEME.sub("", address).rstrip("/ ").lower()


_ENRICHED = re.compile(
    r"<<|<param>[^<]{0,1000}</param>|</?[a-zA-Z-]{1,60}>", re.DOTALL | re.IGNORECASE
)


def enriched_to_text(text: str) -> str:
    """text/enriched (RFC 1896) without its commands; one line end is a space, n make n - 1."""
    plain = _ENRICHED.sub(lambda match: "<" if match[0] == "<<" else "", text)
    return re.sub(r"\n+", lambda match: "\n" * (len(match[0]) - 1) or " ", plain)
