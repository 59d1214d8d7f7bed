"""The notation in which tables of words write their phrases.

A phrase is lower-case words with one space between:

==============  ==============================================================
``a|b``         one of these words
``a_b``         two words as one of such a choice
``{a|b}``       one of these words, or none
``!a|b``        none of these words comes next
``a*``          any ending of the word; ``*a`` any beginning; ``*`` any word
``<name>``      one of the words of a table that the reader of the phrase names
``…``           a stretch of the same sentence, or nothing
``……``          a longer stretch, over the ends of sentences too, or nothing
``…2``          up to two words
==============  ==============================================================

``it|that {now} works|worked`` stands for eight sentences. Everything made from
phrases is linear: gaps are bounded, and nothing nests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import NamedTuple

Words = tuple[str, ...]
Slots = Mapping[str, Words]

_GAP = "…"
_IN_SENTENCE = r"[^?.]{0,80}?"
_OVER_SENTENCES = r"[^?]{0,160}?"


class Part(NamedTuple):
    """One piece of a phrase: words to choose from, or a gap where there are none."""

    choices: Words
    optional: bool = False
    refused: bool = False
    """The choices are what must not come next."""
    gap: str = ""
    """As written: ``…``, ``……`` or ``…2``."""


def words(text: str) -> Words:
    """The words of a text; ``_`` stands for the space within one of them."""
    return tuple(word.replace("_", " ") for word in text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text, one a line; a line that is indented goes on from the one before."""
    lines = [line for line in text.splitlines() if line.strip()]
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    found: list[str] = []
    for line in lines:
        if line[margin] == " ":
            found[-1] += f"{'' if found[-1][-1] == '|' else ' '}{line.strip()}"
        else:
            found.append(line.strip())
    return tuple(found)


def parse(phrase: str, slots: Slots | None = None) -> tuple[Part, ...]:
    """The parts of a phrase, in order; slots: the words for each ``<name>`` in it.

    Raises ``KeyError`` for a name that ``slots`` lacks.
    """
    return tuple(_part(written, slots or {}) for written in phrase.split())


def _part(written: str, slots: Slots) -> Part:
    if written[0] == _GAP:
        return Part((), gap=written)
    if written[0] == "<":
        return Part(slots[written[1:-1]])
    if written[0] == "{":
        return Part(_choices(written[1:-1]), optional=True)
    if written[0] == "!":
        return Part(_choices(written[1:]), refused=True)
    return Part(_choices(written))


def _choices(written: str) -> Words:
    return words(written.replace("|", " "))


def segments(phrase: str, slots: Slots | None = None) -> list[Words]:
    """What stands between the gaps of a phrase, each written out in all its ways.

    A phrase that begins or ends with a gap has an empty first or last segment. What must not
    come next is in none.
    """
    found: list[Words] = []
    run: list[Words] = []
    for part in parse(phrase, slots):
        if part.gap:
            found.append(_written_out(run))
            run = []
        elif not part.refused:
            run.append((*part.choices, "") if part.optional else part.choices)
    return [*found, _written_out(run)]


def _written_out(run: list[Words]) -> Words:
    if not run:
        return ()
    return tuple(dict.fromkeys(" ".join(filter(None, chosen)) for chosen in product(*run)))


def expression(phrases: Iterable[str], slots: Slots | None = None) -> str:
    """A regular expression for text in lower case on one line that holds one of ``phrases``."""
    return rf"(?<!\w)(?:{'|'.join(_expression(parse(one, slots)) for one in phrases)})(?!\w)"


def _expression(parts: tuple[Part, ...]) -> str:
    found = ""
    spaced = False
    for part in parts:
        if part.gap:
            found += _gap(part.gap)
            # A gap of characters takes the spaces around it too.
            spaced = part.gap[1:].isdigit()
        elif part.refused:
            found += rf"(?! {alternatives(part.choices)}(?!\w))"
        elif part.optional and not spaced:
            found += f"(?:{alternatives(part.choices)} )?"
        elif part.optional:
            found += f"(?: {alternatives(part.choices)})?"
        else:
            found += f"{' ' if spaced else ''}{alternatives(part.choices)}"
            spaced = True
    return found


def _gap(written: str) -> str:
    if written == _GAP:
        return rf"(?!\w){_IN_SENTENCE}(?<!\w)"
    if written == _GAP * 2:
        return rf"(?!\w){_OVER_SENTENCES}(?<!\w)"
    return rf"(?: \w+){{0,{int(written[1:])}}}"


def alternatives(choices: Iterable[str]) -> str:
    """A group of a regular expression for any of the words."""
    return f"(?:{'|'.join(map(_word, choices))})"


def _word(written: str) -> str:
    if written == "*":
        return r"\w+"
    before = r"\w*" if written[0] == "*" else ""
    after = r"\w*" if written[-1] == "*" else ""
    return f"{before}{re.escape(written.strip('*'))}{after}"
