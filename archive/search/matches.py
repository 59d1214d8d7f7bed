"""Find the words of a text that match a query, and their positions, without reading every word.

A page of hits shows twenty texts with thousands of words, of which only a few match. So
we search a text for substrings that every match must contain, and examine only the
words around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice

from archive.mail.scripts import FOREIGN_LETTER, SEGMENTED_WORD, UNSEGMENTED
from archive.search.stems import indonesian_stems

_SWALLOWED = frozenset("kmnpst")
_VOWELS = frozenset("aeiou")

MOST_WORDS = 2_000
"""Most words examined for one substring. In a text with more, only the first ones are marked."""

Place = tuple[int, int]
"""Start and end of a word in a text, in characters; the end is exclusive."""


class Sought:
    """The words of one query, to be found in the texts of one page of hits.

    words: whole words of the query.
    runs: pieces of the query in scripts without blanks; they match within any text.
    beginnings: prefixes of words, from ``word*``.
    english, indonesian: stems, each mapped to the word of the query that it came from.
    fold, english_stem: normalise a word as the index does.
    """

    def __init__(
        self,
        words: Iterable[str],
        beginnings: Iterable[str],
        english: Mapping[str, str],
        indonesian: Mapping[str, str],
        *,
        fold: Callable[[str], str],
        english_stem: Callable[[str], str],
        runs: Iterable[str] = (),
    ) -> None:
        self._runs = tuple(dict.fromkeys(runs))
        self._words = frozenset(words)
        self._beginnings = tuple(dict.fromkeys(beginnings))
        self._english = dict(english)
        self._indonesian = dict(indonesian)
        self._fold = fold
        self._english_stem = english_stem
        self._known: dict[str, str | None] = {}

    @property
    def different(self) -> int:
        """How many different words and prefixes are sought. ``places`` cannot report more."""
        return len(self._words) + len(self._beginnings) + len(self._runs)

    def places(self, text: str) -> list[tuple[Place, str]]:
        """The words of ``text`` that match, in order: each place with the query's word."""
        lowered = text.lower()
        if len(lowered) != len(text):
            candidates: Iterable[Place] = (match.span() for match in SEGMENTED_WORD.finditer(text))
        else:
            candidates = sorted(self._candidates(text, lowered))
        found = [
            (place, matched)
            for place in candidates
            if (matched := self.form(text[place[0] : place[1]])) is not None
        ]
        return sorted([*found, *self._run_places(text)]) if self._runs else found

    def _run_places(self, text: str) -> Iterator[tuple[Place, str]]:
        """The runs of the query in ``text``, without those that overlap an earlier one."""
        if text.isascii():
            return
        longest_first = sorted(self._runs, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, longest_first)))
        for match in islice(pattern.finditer(text), MOST_WORDS):
            yield match.span(), match[0]

    def form(self, word: str) -> str | None:
        """The query's word that ``word`` of a text matches, or None."""
        # The texts of one page repeat the same words, so remember each result.
        if word not in self._known:
            self._known[word] = self._form(word.lower() if word.isascii() else self._fold(word))
        return self._known[word]

    def _form(self, word: str) -> str | None:
        if word in self._words:
            return word
        if self._english:
            found = self._english.get(self._english_stem(word))
            if found is not None:
                return found
        if self._indonesian:
            for stem in indonesian_stems(word):
                if stem in self._indonesian:
                    return self._indonesian[stem]
        return next((one for one in self._beginnings if word.startswith(one)), None)

    def _candidates(self, text: str, lowered: str) -> set[Place]:
        """Places of words that may match: every match, and some words that do not match."""
        found: set[Place] = set()
        for piece in self._first_pieces:
            found.update(islice(_words_with(piece, text, lowered, first=True), MOST_WORDS))
        for piece in self._inner_pieces:
            found.update(islice(_words_with(piece, text, lowered, first=False), MOST_WORDS))
        if not text.isascii():
            found.update(islice(_foreign_words(text), MOST_WORDS))
        return found

    @cached_property
    def _first_pieces(self) -> frozenset[str]:
        """Prefixes. An ASCII word that matches has one of them, except by an Indonesian stem.

        An English stem differs from its word in the last letter at most, except
        ``tying``.
        """
        pieces = {*self._words, *self._beginnings}
        for stem in self._english:
            pieces.add(stem[:-1] if len(stem) > 2 else stem)
            if len(stem) == 3 and stem.endswith("ie"):
                pieces.add(f"{stem[0]}ying")
        return frozenset(
            one
            for one in pieces
            if not any(other != one and one.startswith(other) for other in pieces)
        )

    @cached_property
    def _inner_pieces(self) -> frozenset[str]:
        """Substrings. An ASCII word that matches by an Indonesian stem contains one of them.

        A prefix may have replaced the first letter of the stem. A stem of two letters
        is always the word itself, so it is not needed here.
        """
        return frozenset(
            stem[1:] if stem[0] in _SWALLOWED and stem[1] in _VOWELS else stem
            for stem in self._indonesian
            if len(stem) > 2
        )


def _words_with(piece: str, text: str, lowered: str, *, first: bool) -> Iterator[Place]:
    """The words of ``text`` that contain ``piece``; with ``first``, those that begin with it."""
    at = lowered.find(piece)
    while at >= 0:
        if first and at and text[at - 1].isalnum():
            at = lowered.find(piece, at + 1)
        else:
            start, end = _word_at(text, at)
            yield start, end
            at = lowered.find(piece, end)


def _foreign_words(text: str) -> Iterator[Place]:
    """The words of ``text`` with a letter beyond ASCII, which the index may fold to others."""
    match = FOREIGN_LETTER.search(text)
    while match is not None:
        start, end = _word_at(text, match.start())
        yield start, end
        match = FOREIGN_LETTER.search(text, end)


def _word_at(text: str, place: int) -> Place:
    """The word around a position; that one character when only the index sees a letter there."""
    if UNSEGMENTED.match(text, place):
        return place, place + 1
    start = place
    while start and text[start - 1].isalnum() and not UNSEGMENTED.match(text, start - 1):
        start -= 1
    match = SEGMENTED_WORD.match(text, start)
    return (place, place + 1) if match is None else match.span()
