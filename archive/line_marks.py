"""The lines of one text and what each was found to be; shared by the readers of lines."""

from __future__ import annotations

AUTHORED, QUOTED, ATTRIBUTION, SIGNATURE, FOOTER, FORWARDED = range(6)

MAX_BLANK_LINES = 10
"""Blank lines across which two lines still belong together."""


class LineMarks:
    """``kinds[i]`` tells what ``lines[i]`` is; all lines start as the author's."""

    __slots__ = ("attributed", "count", "kinds", "lines", "quoted")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.count = len(lines)
        self.kinds = bytearray(self.count)
        self.quoted: list[int] = []
        """Lines that bear a quote mark, ascending."""
        self.attributed = False
        """Somebody else's words are announced somewhere in the text."""

    def mark(self, start: int, end: int, kind: int) -> None:
        """Lines ``start`` to ``end`` (not included) are of ``kind``."""
        if end > start:
            self.kinds[start:end] = bytes((kind,)) * (end - start)

    def next_text(self, index: int) -> int | None:
        """The first line with text from ``index`` on, across few blank lines."""
        for number in range(index, min(self.count, index + MAX_BLANK_LINES)):
            if self.lines[number].strip():
                return number
        return None

    def is_first_text(self, index: int) -> bool:
        """No line before ``index`` has text."""
        return not any(line and not line.isspace() for line in self.lines[:index])
