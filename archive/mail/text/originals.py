"""Rules and header blocks over a quoted or forwarded message, and the message to its end."""

from __future__ import annotations

import re

from archive.mail.text.header_blocks import FROM, SENT, SUBJECT, header_block, label_of
from archive.mail.text.line_kinds import ATTRIBUTION, AUTHORED, FORWARDED, QUOTED, LineMarks
from archive.mail.words.openings import HEAD, Openings
from archive.mail.words.registry import gather
from archive.mail.words.spellings import with_lost_accents

_ORIGINAL = Openings(with_lost_accents(gather(lambda language: language.quoting.original)))
_FORWARDED = Openings(
    with_lost_accents(gather(lambda language: language.quoting.forwarded)), gap=80
)
RULE_HEADS = frozenset((*_ORIGINAL.heads, *_FORWARDED.heads))
_PLAIN_RULE = re.compile(
    r"\s{0,4}(?:([-_=*~#/+.])\1{4,}"
    r"|(?:-=|=-|_-|-_|~-|-~|\+-|- |= |_ |\* ){4,}[-=_~+*]?|(?:_\._,){2,9}_)\s*\Z"
)
_SHORT_RULE = re.compile(r"\s{0,4}([-_=*~#])\1{2,3}\s*\Z")
_DRAWN = "-_=*~#|<> \t"
_STROKES = re.compile(r"\s*[-_=*~#]{2,}")


def kind_of_rule(line: str) -> int | None:
    """QUOTED for ``---- Original Message ----``, FORWARDED likewise; None for other lines.

    The words may stand alone on their line.
    """
    text = line[:160].lstrip(_DRAWN)
    if text[:HEAD].lower() not in RULE_HEADS:
        return None
    words = _STROKES.split(text.lower(), maxsplit=1)[0].rstrip(" :：-_=*|")
    if _ORIGINAL.match(words):
        return QUOTED
    return FORWARDED if _FORWARDED.match(words) else None


def _is_drawn(line: str) -> bool:
    """More than one dash or the like around the words of a rule."""
    text = line.strip()
    return len(text) - len(text.strip("-_=*~#")) > 1


def is_plain_rule(line: str) -> bool:
    """A line of nothing but dashes or the like."""
    return _PLAIN_RULE.match(line) is not None


def is_short_rule(line: str) -> bool:
    """Three or four dashes or the like, and nothing else."""
    return _SHORT_RULE.match(line) is not None


def rule_before(marks: LineMarks, index: int) -> int:
    """The plain rule over what begins at ``index``, or ``index``."""
    number = index - 1
    while number >= max(0, index - 3) and not marks.lines[number].strip():
        number -= 1
    if number >= 0 and marks.kinds[number] == AUTHORED:
        line = marks.lines[number]
        if is_plain_rule(line) or is_short_rule(line):
            return number
    return index


def mark_ruled(marks: LineMarks, index: int) -> int:
    """Mark the message under a rule with words at ``index``; the line after, or ``index``.

    Without dashes around them the words are a rule only where a block names the sender.
    """
    kind = kind_of_rule(marks.lines[index])
    if kind is None:
        return index
    if not _is_drawn(marks.lines[index]):
        if not marks.may_check():
            return index
        _, kinds = header_block(marks.lines, index + 1)
        if FROM not in kinds:
            return index
    return _mark_original(marks, index, index + 1, kind)


def mark_under_plain_rule(marks: LineMarks, index: int) -> int:
    """Mark the message whose header block a plain rule at ``index`` leads; the line after."""
    _, kinds = header_block(marks.lines, index + 1)
    if FROM not in kinds or len(kinds) < 2:
        return index
    return _mark_original(marks, index, index + 1, QUOTED)


def mark_block(marks: LineMarks, index: int) -> int:
    """Mark the message whose header block begins at ``index`` without a rule; the line after."""
    if label_of(marks.lines[index]) is None or not marks.may_check():
        return index
    _, kinds = header_block(marks.lines, index)
    if FROM not in kinds or len(kinds) < 3 or kinds.isdisjoint((SENT, SUBJECT)):
        return index
    return _mark_original(marks, rule_before(marks, index), index, QUOTED)


def _is_unmarked(marks: LineMarks, index: int, kinds: set[str]) -> bool:
    """The block is Outlook's, which never marks a quote: marked lines below are quotes in it.

    It has four fields below a rule of underscores, or no rule; the answer stands above.
    """
    line = marks.lines[index]
    drawn = line[:1] in "-=*~#" and label_of(line) is None
    return len(kinds) >= 4 and not drawn and not marks.is_first_text(index)


def _mark_original(marks: LineMarks, index: int, after: int, kind: int) -> int:
    """Mark a rule, its header block, and the unmarked message to the end."""
    end, kinds = header_block(marks.lines, after)
    if not kinds:
        end = after
    marks.mark(index, end, ATTRIBUTION)
    marks.attributed = True
    following = marks.next_text(end)
    is_marked = following is not None and marks.lines[following].lstrip()[:1] == ">"
    if is_marked and not _is_unmarked(marks, index, kinds):
        return end
    marks.mark(end, marks.count, kind)
    marks.stop = end
    return marks.count
