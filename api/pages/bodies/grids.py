"""Tables with cells between ``|`` as HTML; ``archive.mail.parts.html_tables`` writes that form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from api.pages.bodies.markup import linked

MAXIMUM_ROWS, MAXIMUM_COLUMNS = 2_000, 60

_ROW = re.compile(r"\|.*\|\Z")
_RULE = re.compile(r"\|(?:\s*:?-{2,}:?\s*\|)+\Z")
_BORDER = re.compile(r"(?<!\\)\|")
_FIGURE = re.compile(r"[-+]?(?:Rp\.? ?|[$€£] ?)?\d[\d.,  ]*%?\Z")


def grids(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where tables stand in the lines: first line, and line after the last."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _ROW.match(lines[end]):
            end += 1
        if end - start >= 3 and _is_grid(lines[start:end]):
            yield start, end
        start = max(end, start + 1)


def _is_grid(lines: Sequence[str]) -> bool:
    """One rule, under the heads or over the first row, and as many cells in each row."""
    rules = [number for number, line in enumerate(lines) if _RULE.match(line)]
    widths = {len(_texts(line)) for line in lines}
    small = len(lines) <= MAXIMUM_ROWS and max(widths) <= MAXIMUM_COLUMNS
    return rules in ([0], [1]) and len(widths) == 1 and min(widths) >= 2 and small


def grid_rows(lines: Sequence[str]) -> Markup:
    """The rows of one table: its heads, if it has them, and its body."""
    if _RULE.match(lines[0]):
        return _body(lines[1:])
    heads = Markup("").join(
        Markup('<th scope="col">{}</th>').format(linked(text)) for text in _texts(lines[0])
    )
    return Markup("<thead><tr>{}</tr></thead>").format(heads) + _body(lines[2:])


def _body(lines: Sequence[str]) -> Markup:
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(map(_cell, _texts(line)))) for line in lines
    )
    return Markup("<tbody>{}</tbody>").format(rows)


def _cell(text: str) -> Markup:
    opening = Markup('<td class="figure">' if _FIGURE.match(text) else "<td>")
    return opening + linked(text) + Markup("</td>")


def _texts(line: str) -> list[str]:
    return [text.strip().replace("\\|", "|") for text in _BORDER.split(line.strip()[1:-1])]
