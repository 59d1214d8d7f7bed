"""Phrases by which lines begin, found by the first letters of a line.

The letters of all phrases together are the gate through which a line must come
to be looked at, and the same table recognises it: the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from archive.mail.words.phrases import Slots, Words, segments

HEAD = 4
"""Letters that tell nearly all other lines apart."""

_ENDS = " \t.,:;!?*_®™)]}>\"'”’-=~"
"""What may follow a phrase that fills its line."""


class _Rest(NamedTuple):
    """What must follow an opening: words after gaps, then the line's end or anything."""

    segments: tuple[Words, ...]
    is_open: bool


class Openings:
    """Phrases for lines in lower case, whose gaps take at most ``gap`` characters.

    stops: characters that no gap takes. Raises ``ValueError`` for a phrase whose
    beginning is too short to be told by its head.
    """

    __slots__ = ("_found", "_gap", "_openings", "_stops")

    def __init__(
        self, phrases: Iterable[str], slots: Slots | None = None, *, gap: int = 60, stops: str = ""
    ) -> None:
        self._gap, self._stops = gap, stops
        found: dict[str, list[tuple[str, _Rest]]] = {}
        for phrase in phrases:
            openings, *others = segments(phrase, slots)
            is_open = bool(others) and not others[-1]
            rest = _Rest(tuple(others[:-1] if is_open else others), is_open)
            for opening in openings or ("",):
                if len(opening) < HEAD:
                    raise ValueError(f"too short to begin a line with: {phrase}")
                found.setdefault(opening[:HEAD], []).append((opening, rest))
        self._found = {head: tuple(entries) for head, entries in found.items()}
        self._openings = {
            head: tuple(opening.rstrip("*") for opening, _ in entries)
            for head, entries in found.items()
        }

    @property
    def heads(self) -> Iterator[str]:
        """The first letters of all phrases, in lower case."""
        return iter(self._found)

    def begin(self, line: str) -> bool:
        """Whether ``line`` begins as a phrase does, as far as its first gap."""
        return line.startswith(self._openings.get(line[:HEAD], ()))

    def match(self, line: str) -> bool:
        """Whether ``line``, in lower case and without leading marks, begins with a phrase."""
        entries = self._found.get(line[:HEAD])
        if entries is None:
            return False
        for opening, rest in entries:
            if opening[-1] == "*":
                if line.startswith(opening[:-1]):
                    return True
            elif line.startswith(opening) and self._goes_on(line, len(opening), rest):
                return True
        return False

    def _goes_on(self, line: str, at: int, rest: _Rest) -> bool:
        if _is_inside_word(line, at):
            return False
        for choices in rest.segments:
            limit = self._limit(line, at)
            ends = [_end_of(line, choice, at, limit) for choice in choices]
            at = max(ends)
            if at < 0:
                return False
        return rest.is_open or not line[at:].strip(_ENDS)

    def _limit(self, line: str, at: int) -> int:
        """Where the gap that begins at ``at`` ends at the latest."""
        limit = at + self._gap
        for stop in self._stops:
            found = line.find(stop, at, limit)
            limit = limit if found < 0 else found
        return limit


def _is_inside_word(line: str, at: int) -> bool:
    return line[at : at + 1].isalnum() and line[at - 1].isalnum()


def _end_of(line: str, word: str, at: int, limit: int) -> int:
    """Where ``word``, that begins between ``at`` and ``limit``, ends in ``line``; or -1."""
    while at < limit:
        found = line.find(word, at, limit + len(word))
        if found < 0:
            return -1
        if found == 0 or not line[found - 1].isalnum():
            return found + len(word)
        at = found + 1
    return -1


def in_all_cases(heads: Iterable[str]) -> frozenset[str]:
    """Beginnings of lines as they may be written: in small letters, capitals, or both."""
    return frozenset("".join(letters) for head in heads for letters in product(*map(_cases, head)))


def _cases(letter: str) -> set[str]:
    capital = letter.upper()
    return {letter, capital} if len(capital) == 1 else {letter}
