"""Tables of HTML mail as lines of text in which rows and cells can still be told.

The form is that of GitHub's Markdown: cells between ``|``, and a rule of hyphens under the
heads, or over the first row where a table has none. Most tables of HTML mail only place
things on the page: those are no tables of data and are read like any other block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

MAX_CELLS = 5_000
MAX_COLUMNS = 60
MAX_CELL = 300
"""Characters of a cell; what holds more was put there for its place on the page."""

_NO_DATA = frozenset("table blockquote pre ul ol dl form input button".split())
_BREAKS = frozenset("br p div h1 h2 h3 h4 h5 h6".split())
_SPACE = re.compile(r"\s+")
_SPAN = re.compile(r"\d{1,3}\Z")


@dataclass(slots=True)
class _Cell:
    is_head: bool
    columns: int
    rows: int
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return _SPACE.sub(" ", "".join(self.parts)).strip()


def table_lines(table: LexborNode, is_seen: Callable[[LexborNode], bool]) -> list[str] | None:
    """The rows of a table of data as lines, or None if the table only places things.

    is_seen: whether a node and what is in it are shown to readers. Each node under the
    table is looked at once, down to the first table within it.
    """
    cells = _cells(table, is_seen)
    if cells is None:
        return None
    rows = [row for row in _grid(cells) if any(row)]
    columns = max(map(len, rows), default=0)
    if sum(1 for row in rows if sum(map(bool, row)) >= 2) < 2 or columns > MAX_COLUMNS:
        return None
    has_heads = all(cell.is_head for cell in cells[0])
    lines = [_line([*row, *[""] * (columns - len(row))]) for row in rows]
    lines.insert(1 if has_heads else 0, _line(["---"] * columns))
    return lines


def _cells(table: LexborNode, is_seen: Callable[[LexborNode], bool]) -> list[list[_Cell]] | None:
    """The cells of each row, or None where something tells that they are not of data."""
    rows: list[list[_Cell]] = []
    count = 0
    cell: _Cell | None = None
    for node, tag in _nodes(table, is_seen):
        if tag == "tr":
            rows.append([])
            cell = None
        elif tag in ("td", "th") and rows:
            count += 1
            cell = _Cell(tag == "th", _span(node, "colspan"), _span(node, "rowspan"))
            rows[-1].append(cell)
        elif tag in _NO_DATA or count > MAX_CELLS:
            return None
        elif cell is not None:
            cell.parts.append(_words(node, tag))
    rows = [row for row in rows if row]
    too_long = any(len(one.text) > MAX_CELL for row in rows for one in row)
    return None if too_long or not rows else rows


def _nodes(
    table: LexborNode, is_seen: Callable[[LexborNode], bool]
) -> Iterator[tuple[LexborNode, str]]:
    """What is shown under the table, in order, without recursion."""
    node = table.child
    stack: list[LexborNode] = []
    while node is not None:
        seen = is_seen(node)
        if seen:
            yield node, node.tag or ""
        following = node.child if seen else None
        if following is not None:
            stack.append(node)
        else:
            following = node.next
            while following is None and stack:
                following = stack.pop().next
        node = following


def _words(node: LexborNode, tag: str) -> str:
    if tag == "-text":
        return (node.text_content or "").replace("|", "\\|")
    return " " if tag in _BREAKS else ""


def _span(node: LexborNode, name: str) -> int:
    written = node.attributes.get(name) or ""
    return min(max(int(written), 1), MAX_COLUMNS) if _SPAN.match(written) else 1


def _grid(rows: list[list[_Cell]]) -> Iterator[list[str]]:
    """The texts of each row, empty where a cell of this row or one above it reaches."""
    reaching: dict[int, int] = {}
    for row in rows:
        texts: list[str] = []
        for cell in row:
            _fill(texts, reaching)
            if len(texts) > MAX_COLUMNS:
                break
            for column in range(len(texts), len(texts) + cell.columns):
                if cell.rows > 1:
                    reaching[column] = cell.rows - 1
            texts += [cell.text, *[""] * (cell.columns - 1)]
        _fill(texts, reaching)
        yield texts


def _fill(texts: list[str], reaching: dict[int, int]) -> None:
    """Leave the places empty into which cells of earlier rows reach."""
    while reaching.get(len(texts), 0) > 0:
        reaching[len(texts)] -= 1
        texts.append("")


def _line(texts: list[str]) -> str:
    return f"| {' | '.join(texts)} |"
