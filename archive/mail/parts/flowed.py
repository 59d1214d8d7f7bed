"""Text of ``format=flowed`` back into its paragraphs (RFC 3676 section 4)."""

from __future__ import annotations

import re

_QUOTE_DEPTH = re.compile(r">*")
MAX_DEPTH = 50


def _split_line(line: str) -> tuple[int, str]:
    """Quote depth and content, space-stuffing undone (RFC 3676 sections 4.4 and 4.5)."""
    if line[:1] not in (">", " "):
        return 0, line
    depth = len(_QUOTE_DEPTH.match(line)[0])  # type: ignore[index]  # an empty match is a match
    content = line[depth:]
    return min(depth, MAX_DEPTH), content[1:] if content[:1] == " " else content


def _with_marks(depth: int, content: str) -> str:
    return f"{'>' * depth} {content}" if depth else content


def unflow(text: str, delsp: bool = False) -> str:
    """``text`` with flowed lines joined; quote marks stay as ``>``. Linear.

    A line that ends in a space goes on in the next line of the same depth;
    ``delsp`` says that the space itself is no part of the text. The signature
    separator ``-- `` is never flowed.
    """
    if " \n" not in text:
        return text if "\n " not in text and text[:1] != " " else _unstuff(text)
    lines: list[str] = []
    paragraph: list[str] = []
    paragraph_depth = 0
    for line in text.split("\n"):
        depth, content = _split_line(line)
        is_separator = content == "-- "
        if paragraph and (depth != paragraph_depth or is_separator):
            lines.append(_with_marks(paragraph_depth, "".join(paragraph)))
            paragraph = []
        if content.endswith(" ") and not is_separator:
            paragraph_depth = depth
            paragraph.append(content[:-1] if delsp else content)
            continue
        paragraph.append(content)
        lines.append(_with_marks(depth, "".join(paragraph)))
        paragraph = []
    if paragraph:
        lines.append(_with_marks(paragraph_depth, "".join(paragraph)))
    return "\n".join(lines)


def _unstuff(text: str) -> str:
    return "\n".join(_with_marks(*_split_line(line)) for line in text.split("\n"))
