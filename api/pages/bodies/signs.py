"""What one line of a mail looks like: prose, or something whose line breaks and columns count.

A weight says how sure that is, in the manner of a log-likelihood ratio: positive for what
must stay as it was sent, negative for prose, near zero for lines that could be either.
Only the first ``MAXIMUM_LOOKED_AT`` characters of a line are looked at, so that time is
linear whatever the line holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from api.pages.bodies.patterns import (
    ASSIGNMENT,
    CALL,
    COMMENT,
    CONSOLE,
    DIFF,
    ENDING,
    INLINE,
    OPENERS,
    OPTION,
    PATH,
    QUERY,
    STATEMENT,
    STRUCTURE,
    TELLING,
)

MAXIMUM_LOOKED_AT = 400
STRONG = 3.0
"""Enough to part a line from prose on both sides."""


class Shape(StrEnum):
    """The meaning of the line breaks in a paragraph."""

    PROSE = "prose"
    """The writer's mail program broke the lines; the page may break them elsewhere."""
    VERSE = "verse"
    """The writer chose the line breaks: greetings, addresses, poems."""
    LIST = "list"
    """Items, each on lines of its own."""
    CODE = "code"
    """Statements of a programming language."""
    CONSOLE = "console"
    """What was typed at a prompt, and what came of it."""
    TABLE = "table"
    """Columns."""
    GRID = "grid"
    """A table whose rows and cells are told by ``|``."""
    DIFF = "diff"
    """A patch."""
    SENT = "sent"
    """Neither is sure: shown as it was sent."""


class Sign(NamedTuple):
    """How sure it is that a line must stay as it is, and as what.

    weight: above zero for it, below zero for prose; ``STRONG`` or more is sure.
    """

    weight: float
    shape: Shape = Shape.SENT


# Addresses are words of a sentence, whatever signs they hold.
_ADDRESS = re.compile(
    r"<?\b(?:https?|ftp)://[^\s<>\"]{1,300}>?|<?\bmailto:[^\s<>]{1,200}>?"
    r"|<?[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190}>?",
    re.IGNORECASE,
)
_ADDRESS_WORD = "address"
_MARKS = re.compile(r"(?:[>|] ?){1,20}")
_ITEM = re.compile(r"\s{0,12}(?:[-*+•·–o]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s+(?=\S)")
_WORD = re.compile(
    r"[\"'“”‘’«»(*_/\[¿¡]{0,3}[^\W\d_]+(?:['’./-][^\W\d_]+){0,4}[\"'“”‘’«»)*_/\],.;:!?…]{0,4}\Z"
)
_NUMBER = re.compile(r"[(\[<]?[-+~]?[\d.,]*\d(?:e[-+]?\d+)?[%)\],;:>*]{0,2}\Z|NA\Z|NaN\Z|-\Z")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_GAP = re.compile(r"(?<![.!?:;,)\"'\s])(?:\t+| {2,})(?=\S)")
_WIDE_GAP = re.compile(r"(?<![.!?,\s])(?: {3,}| *\t\s*)(?=\S)")

_RULE = re.compile(r"[-=_*~#.+ ]{4,}\Z")


def sign(line: str) -> Sign:
    """The sign of one line, seen alone. Never raises; bounded time."""
    return _sign(line[:MAXIMUM_LOOKED_AT].rstrip())


# Threads quote the same lines again and again, and pages are read more than once.
@lru_cache(maxsize=20_000)
def _sign(line: str) -> Sign:
    text = line.lstrip()
    if not text:
        return Sign(0.0)
    if not TELLING.search(line):
        words = text.split()
        if words[0].lower() not in OPENERS:
            return Sign(_prose(text, words, 1.0))
    if marks := _MARKS.match(text):
        return _behind_marks(text[marks.end() :], text)
    if CONSOLE.match(text):
        return Sign(_prompted(text), Shape.CONSOLE)
    if DIFF.match(line):
        return Sign(STRONG, Shape.DIFF)
    if item := _ITEM.match(line):
        text = line[item.end() :]
    if _RULE.match(text):
        return Sign(0.3, Shape.TABLE)
    bare = _ADDRESS.sub(_ADDRESS_WORD, text)
    words = bare.split()
    plain = _plain(words) / len(words)
    if table := _columns(line, words, plain):
        return table
    return _statement(line, bare, words, plain)


def _plain(words: Sequence[str]) -> int:
    """How many of the words are words of a sentence."""
    return sum(1 for word in words if word.isalpha() or _WORD.match(word))


def _behind_marks(text: str, whole: str) -> Sign:
    """The sign of a line behind ``>``: a prompt, or the mark of an inner quote.

    What is no sentence behind a single mark or behind Python's three was typed at a prompt.
    """
    if not text:
        return Sign(0.0)
    if whole.count("|") > 1:
        return Sign(STRONG, Shape.TABLE)
    behind = sign(text)
    if behind.weight < 0.5:
        return behind
    prompted = whole.startswith(("> ", ">>> ")) or whole[1:2].isalnum()
    return Sign(STRONG, Shape.CONSOLE) if prompted else behind


def _prompted(text: str) -> float:
    """The weight of a line like a console's: less where it is a whole sentence."""
    words = text.split()
    plain = _plain(words)
    return 0.5 if len(words) > 7 and plain >= 0.85 * len(words) else STRONG


def _columns(line: str, words: list[str], plain: float) -> Sign | None:
    """The sign of a row of a table, or None."""
    numbers = sum(1 for word in words if _NUMBER.match(word))
    if len(words) >= 3 and numbers >= 0.6 * len(words):
        return Sign(STRONG, Shape.TABLE)
    body = line.strip()
    if _WIDE_GAP.search(body):
        return Sign(1.5 if len(words) >= 9 and plain >= 0.9 else STRONG, Shape.TABLE)
    gaps = sum(1 for _ in _GAP.finditer(body))
    if gaps >= 2 and len(words) <= 4 * (gaps + 1):
        return Sign(STRONG, Shape.TABLE)
    if gaps and len(words) <= 6:
        return Sign(1.0 if plain == 1 else 2.0, Shape.TABLE)
    return Sign(STRONG, Shape.TABLE) if body.count("|") >= 2 and len(words) > 2 else None


def _statement(line: str, text: str, words: list[str], plain: float) -> Sign:
    """The sign of a line that is a statement, a sentence, or something between."""
    prose = _prose(text, words, plain)
    if COMMENT.match(text):
        # A comment is prose by its words; only its neighbours tell.
        return Sign(1.4, Shape.CODE)
    if QUERY.match(text) and not (len(words) > 2 and text.rstrip(";").isupper()):
        return Sign(STRONG, Shape.CODE)
    sentence = len(words) >= 8 and plain >= 0.6
    if not sentence and (STATEMENT.match(text) or CALL.match(text) or STRUCTURE.match(text)):
        return Sign(STRONG, Shape.CODE)
    weight = 0.0
    if ASSIGNMENT.search(text):
        weight += 1.5 if sentence else STRONG
    if ENDING.search(text) and not (plain == 1 and text[0].isupper()):
        weight += 1.0 if sentence else 2.5
    weight += min(sum(0.75 for _ in INLINE.finditer(text)), 2.25)
    weight += min(sum(1.0 for _ in OPTION.finditer(text)), 2.0)
    weight += 1.0 if PATH.search(text) else 0.0
    if line.startswith(("    ", "\t")):
        weight += 1.0
    symbols = sum(1 for letter in text if letter in "<>{}[]()=+*/\\|&^%$#@~;_\"'`0123456789")
    if symbols > 0.4 * len(text.replace(" ", "")) and len(text) >= 5 and plain < 0.5:
        weight += 1.5
    if plain < 0.4 and len(words) >= 3:
        weight += 1.0
    return Sign(weight + prose, Shape.CODE if weight >= STRONG else Shape.SENT)


def _prose(text: str, words: list[str], plain: float) -> float:
    """How much the words of a line speak for prose: zero or less."""
    if _UNSPACED.search(text):
        unspaced = sum(1 for _ in _UNSPACED.finditer(text))
        return -2.5 if unspaced >= 0.3 * len(text) else -1.0
    count = len(words)
    # Figures and signs go with what is above them, names do not.
    weight = -0.1 if _WORD.match(words[0]) and text[0].isupper() else 0.1
    if count >= 5 and plain >= 0.8:
        weight = -2.5
    elif (
        (count >= 5 and plain >= 0.6)
        or (count >= 3 and plain == 1)
        or (plain == 1 and (text[-1] in ",!?" or (text[-1] == "." and count > 1)))
    ):
        weight = -1.0
    elif plain == 1 and (text[0].isupper() or text[-1] == "." or text == _ADDRESS_WORD):
        weight = -0.3
    if plain >= 0.5 and count >= 4 and text[-1] in ".?!" and text[0].isupper():
        weight -= 0.5
    return weight
