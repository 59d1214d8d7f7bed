"""Lines of patches and of fenced code: written by the author, but not prose.

A hunk's header says how many lines follow (the unified format of diff), so
that a removed ``-- `` is no signature and an added ``> `` no quote. Each line is
looked at once.
"""

from __future__ import annotations

import re

from archive.mail.text.line_kinds import CODE, LineMarks

_HUNK = re.compile(r"@@ -\d{1,9}(?:,(\d{1,6}))? \+\d{1,9}(?:,(\d{1,6}))? @@")
_FILE_HEAD = (
    "diff ", "index ", "--- ", "+++ ", "new file mode ", "deleted file mode ", "old mode ",
    "new mode ", "similarity index ", "dissimilarity index ", "rename from ", "rename to ",
    "copy from ", "copy to ", "Index: ", "======", "Only in ", "Binary files ", "RCS file: ",
    "retrieving revision ",
)  # fmt: skip
_STAT = re.compile(
    r" \S.{0,120} \| +(?:\d{1,7} ?[+-]*|Bin .{1,60})\Z"
    r"| \d{1,6} files? changed(?:, .{1,60})?\Z"
    r"| (?:create|delete|rename|copy|mode) (?:mode |change )?.{1,200}\Z"
)
_FENCE = re.compile(r" {0,3}(```+)[\w+#.-]{0,30}\s*\Z")
_MAX_HEAD_LINES = 12
_MAX_FENCED = 2_000


def may_hold_code(text: str) -> bool:
    """Quick look, so that ordinary posts pay nothing."""
    return "\n@@ -" in text or "```" in text


def mark_code(marks: LineMarks) -> None:
    """Mark hunks with the heads and statistics before them, and what stands between fences."""
    lines, index = marks.lines, 0
    opened, fence = -1, ""
    while index < marks.count:
        line = lines[index]
        if line.startswith("@@ -") and (match := _HUNK.match(line)):
            index = _mark_hunk(marks, index, int(match[1] or 1), int(match[2] or 1))
            continue
        if line.lstrip(" ")[:3] == "```" and (match := _FENCE.match(line)):
            closes = fence and line.strip() == fence and index - opened <= _MAX_FENCED
            if closes:
                marks.mark(opened, index + 1, CODE)
            opened, fence = index, "" if closes else match[1]
        index += 1


def _mark_hunk(marks: LineMarks, start: int, old: int, new: int) -> int:
    """Mark one hunk and its head; the line after it."""
    lines = marks.lines
    index = start + 1
    while index < marks.count and (old > 0 or new > 0):
        sign = lines[index][:1]
        if sign == "+":
            new -= 1
        elif sign == "-":
            old -= 1
        elif sign in (" ", "\t", ""):
            # Mail programs strip the space of an empty context line, or turn it into a tab.
            old, new = old - 1, new - 1
        elif sign != "\\" and (sign == "@" or not _goes_on(lines, index)):
            # Neither a hunk's line nor one that a mail program wrapped.
            break
        index += 1
    if index < marks.count and lines[index][:1] == "\\":
        index += 1
    marks.mark(_head_start(marks, start), index, CODE)
    return index


def _goes_on(lines: list[str], index: int) -> bool:
    """The line after a broken one is of the patch again."""
    return index + 1 < len(lines) and lines[index + 1][:1] in ("+", "-", " ")


def _head_start(marks: LineMarks, hunk: int) -> int:
    """The first line of the file's head, or of the statistics, that lead to a hunk."""
    lines, first = marks.lines, hunk
    while first > max(0, hunk - _MAX_HEAD_LINES) and lines[first - 1].startswith(_FILE_HEAD):
        first -= 1
    number = first
    # Statistics, a blank line, then the head: as git and quilt write them.
    while number > 0 and not marks.kinds[number - 1] and first - number < 500:
        line = lines[number - 1]
        if line and not _STAT.match(line):
            break
        number -= 1
        if line:
            first = number
    # The rule that git puts between the description and the statistics.
    return first - 1 if first > 0 and lines[first - 1] == "---" else first
