"""What was typed at a prompt and looks like a quote: ``> f(x)`` of R, ``>>> f(x)`` of Python.

The author's own are told from quoted ones by two signs: prompt syntax in all of a
stretch, and that no attribution announces it, that output stands right below it, or that
its depth is no quote's.
"""

from __future__ import annotations

import re

from archive.mail.text.line_kinds import ATTRIBUTION, AUTHORED, MAX_BLANK_LINES, QUOTED, LineMarks

# A console shows what was typed after a ``> ``: calls, assignments, comments. R and Python's
# ``>>>`` do; so do others.
TYPED = re.compile(
    r"\s*>(?:>{1,2} )? ?(?:[\w.]+\s*(?:\(|<-|=|\[|\$|::|<<-)|[?#{}(\"]|(?:library|require)\b)"
)
# Surer signs, for a stretch without output: no prose is written so.
_NAME = r"[\w.$@:]{1,60}"
_STATEMENT = re.compile(
    rf"\s*>{{1,3}} ?(?:{_NAME}\("
    rf"|{_NAME}(?:\[[^\]]{{0,40}}\]){{0,2}} ?(?:<-|<<-|%>%|:=|\+=|-=) ?\S"
    rf"|{_NAME}(?:\[[^\]]{{0,40}}\]){{0,2}} ?= ?[^\s=]"
    rf"|{_NAME}\[[^\]]{{1,60}}\]\s*\Z"
    r"|(?:library|require|source)\s?\(|from [\w.]{1,60} import |import [\w.]{1,60}(?: as \w+)?\s*\Z"
    r"|def \w{1,60}\(|class \w{1,60}\b.{0,60}:\s*\Z|(?:for|while|if|with) .{1,100}:\s*\Z"
    r"|(?:for|while|if) ?\(.{1,200}\)|(?:var|let|const) \w{1,60} ?="
    r"|[?#]{1,2} ?[\w\"]"
    r"|(?i:select|insert into|update|delete from|create|alter|drop|show|explain)\b.{0,300};\s*\Z)"
)
_CONTINUED = re.compile(
    rf"\s*>{{1,3}} ?(?:{_NAME}|[\[\](){{}};,+*/|&\"'-].{{0,200}}|.{{1,200}}[({{,;=+*|&%-])?\s*\Z"
)
_EMPTY_MARK = re.compile(r"[\s>]*\Z")
_DEPTH = re.compile(r"\s{0,4}(>+)")
_OUTPUT = re.compile(
    r"\[\d+[\],]|Err|War|\+ |Loa|Traceback|\s+\S|[\[({<'\"]"
    r"|[-+]?[\d.]+(?:[eE][-+]?\d+)?(?:\s|[,)\]]|\Z)"
    r"|(?:Call:|Formal class |Object of class |An object of class )"
    r"|(?:TRUE|FALSE|NULL|NA|NaN|Inf|True|False|None|nil|null|undefined|ans =|=> )\b"
    r"|(?:numeric|character|integer|logical|list|array|factor)\("
)
_PROSE = re.compile(r"(?:[^\W\d_]{2,}[,;]? ){4}")
_MAX_RUNS = 5_000


def release_consoles(
    marks: LineMarks, runs: list[tuple[int, int]], is_reply: bool, attributed: bool
) -> None:
    """Give what the author typed back to the author."""
    runs = runs[:_MAX_RUNS]
    first = marks.kinds.find(ATTRIBUTION)
    if not attributed and _is_console(marks, runs) and (not is_reply or _all_typed(marks, runs)):
        for start, end in runs:
            marks.mark(start, end, AUTHORED)
        return
    for start, end in runs:
        alone = first < 0 or end <= first
        # Another's words are announced only further below: these are not hers.
        if (alone and first >= 0 and _is_typed(marks, start, end)) or (
            not _is_announced(marks, start) and _is_deep_prompt(marks, start, end)
        ):
            marks.mark(start, end, AUTHORED)
    _release_above_output(marks)


def release_indented(marks: LineMarks, runs: list[tuple[int, int]]) -> None:
    """Indented ``>`` lines are quotes only where an attribution says so: HTML indents consoles."""
    attributed = False
    for start, end in runs:
        # Where the others of a quote have their marks at the margin, one attribution is enough.
        if marks.lines[start][:1] == ">" and marks.kinds.find(ATTRIBUTION, 0, start) >= 0:
            attributed = True
        for index in range(start, end):
            if marks.lines[index][:1] == ">":
                continue
            attributed = attributed or _is_announced(marks, index)
            if not attributed or TYPED.match(marks.lines[index]):
                marks.kinds[index] = AUTHORED


def _is_announced(marks: LineMarks, index: int) -> bool:
    """An attribution stands right above line ``index``."""
    before = index - 1
    while before >= max(0, index - MAX_BLANK_LINES) and not marks.lines[before].strip():
        before -= 1
    return before >= 0 and marks.kinds[before] == ATTRIBUTION


def _is_console(marks: LineMarks, runs: list[tuple[int, int]]) -> bool:
    """At least half of the marked lines look typed, and none is a quote in a quote."""
    typed = filled = 0
    for start, end in runs[:200]:
        for line in map(str.strip, marks.lines[start : min(end, start + 200)]):
            if line.startswith((">>", "> >")) and not line.startswith(">>> "):
                return False
            if not _EMPTY_MARK.match(line):
                filled += 1
                typed += bool(TYPED.match(line) or _STATEMENT.match(line))
    return typed * 2 >= filled and typed > 0


def _all_typed(marks: LineMarks, runs: list[tuple[int, int]]) -> bool:
    return all(_is_typed(marks, start, end) for start, end in runs[:_MAX_RUNS])


def _is_typed(marks: LineMarks, start: int, end: int) -> bool:
    """A statement stands on one of these lines at least, and nothing but code on the others."""
    sure = 0
    for line in marks.lines[start:end]:
        if _EMPTY_MARK.match(line):
            continue
        if _STATEMENT.match(line):
            sure += 1
        elif not _CONTINUED.match(line):
            return False
    return sure > 0


def _is_deep_prompt(marks: LineMarks, start: int, end: int) -> bool:
    """``>>>`` or ``>>`` on every line, as Python and Octave prompt: a quote is seldom so deep."""
    if marks.lines[start].lstrip()[:2] != ">>":
        return False
    depths = set()
    for line in marks.lines[start:end]:
        depth = _DEPTH.match(line)
        if depth is None or (len(depth[1]) > 1 and line[depth.end() : depth.end() + 1].strip()):
            return False
        depths.add(len(depth[1]))
    return depths in ({2}, {3}) and _is_typed(marks, start, end)


def _release_above_output(marks: LineMarks) -> None:
    """Typed lines right above a console's unmarked output are the author's."""
    lines, kinds = marks.lines, marks.kinds
    for _, following in marks.quote_runs()[:_MAX_RUNS]:
        if following >= marks.count or kinds[following] != AUTHORED:
            continue
        line = lines[following][:200]
        if not _OUTPUT.match(line) or _PROSE.search(line):
            continue
        number = following - 1
        while number >= 0 and kinds[number] == QUOTED and TYPED.match(lines[number]):
            kinds[number] = AUTHORED
            number -= 1
