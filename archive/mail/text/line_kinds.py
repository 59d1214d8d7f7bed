"""The lines of one text and what each was found to be; shared by the readers of lines."""

from __future__ import annotations

import re

from archive.mail.text.broken_lines import split_lines

AUTHORED, QUOTED, ATTRIBUTION, SIGNATURE, FOOTER, FORWARDED, CODE, DISCLAIMER = range(8)

MAX_BLANK_LINES = 10
"""Blank lines across which two lines still belong together."""

_MAX_CHECKS = 500
_QUOTE_RUN = re.compile(rb"%b+" % re.escape(bytes((QUOTED,))))


class LineMarks:
    """``kinds[i]`` tells what ``lines[i]`` is: at first quoted where ``>`` leads, else authored.

    ``joined`` has the numbers of the lines that are no whole ones: the next goes on without a
    line end between.
    """

    __slots__ = (
        "_checks",
        "_first",
        "attributed",
        "count",
        "indented",
        "joined",
        "kinds",
        "lines",
        "names",
        "stop",
    )

    def __init__(self, text: str) -> None:
        self.lines, self.joined = split_lines(text)
        self.count = len(self.lines)
        if text[0] == ">" or "\n>" in text:
            # True is 1, which is QUOTED; this runs for every line of every reply.
            self.kinds = bytearray([line[:1] == ">" for line in self.lines])
        else:
            self.kinds = bytearray(self.count)
        self.stop = self.count
        """From here on all is one unmarked quote."""
        self.indented = False
        """Some quoted lines have a space before the mark."""
        self.names: set[str] = set()
        """Marks of quotes, or the names they bear, whose lines are marked already."""
        self._first: int | None = None
        self._checks = 0
        self.attributed = False
        """Somebody else's words are announced somewhere in the text."""

    def may_check(self) -> bool:
        """One more attribution or block may be looked for: no human's mail has so many."""
        self._checks += 1
        return self._checks <= _MAX_CHECKS

    def quote_runs(self) -> list[tuple[int, int]]:
        """First line and line after the last of every run of quoted lines before ``stop``."""
        return [match.span() for match in _QUOTE_RUN.finditer(self.kinds, 0, self.stop)]

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
        if self._first is None:
            lines = enumerate(self.lines)
            self._first = next((i for i, line in lines if line and not line.isspace()), self.count)
        return index <= self._first
