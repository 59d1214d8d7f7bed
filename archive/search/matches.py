"""Which words of a text answer a query, and where they stand: found without reading every word.

A page of hits shows twenty texts of thousands of words, of which a handful are
sought. So a text is searched for pieces that any answer must hold, and only the
words around those pieces are looked at closely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice

from archive.search.stems import indonesian_stems

_WORD = re.compile(r"[^\W_]+")
_FOREIGN = re.compile(r"[^\W\x00-\x7f]")
"""Letters that folding may change."""
_SWALLOWED = frozenset("kmnpst")
_VOWELS = frozenset("aeiou")

MOST_WORDS = 2_000
"""Words looked at for one piece: a text that has more is shown by its first ones."""

Place = tuple[int, int]


class Sought:
    """The words of one query, to be found in the texts of one page.

    words: as written. beginnings: of words. stems: English and Indonesian ones,
    each with the word it was made of. fold and english_stem: as the index does it.
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
    ) -> None:
        self._words = frozenset(words)
        self._beginnings = tuple(dict.fromkeys(beginnings))
        self._english = dict(english)
        self._indonesian = dict(indonesian)
        self._fold = fold
        self._english_stem = english_stem
        self._known: dict[str, str | None] = {}

    @property
    def different(self) -> int:
        """How many different words are sought; ``places`` tells no more."""
        return len(self._words) + len(self._beginnings)

    def places(self, text: str) -> list[tuple[Place, str]]:
        """The words of ``text`` that answer, in order, each with the searched word."""
        lowered = text.lower()
        if len(lowered) != len(text):
            candidates: Iterable[Place] = (match.span() for match in _WORD.finditer(text))
        else:
            candidates = sorted(self._candidates(text, lowered))
        return [
            (place, matched)
            for place in candidates
            if (matched := self.form(text[place[0] : place[1]])) is not None
        ]

    def form(self, word: str) -> str | None:
        """The searched word that a word of a text answers to, or None."""
        # The texts of a page use the same words over and over.
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
        """Where words stand that may answer: all that do, and some that do not."""
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
        """Beginnings, one of which a word of plain letters has that answers, unless in Indonesian.

        English stems differ from their words in the last letter at most, but for ``tying``.
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
        """What stands somewhere in each word of plain letters that has one of the Indonesian stems.

        A prefix may have swallowed the first letter. A stem of two letters is the word itself.
        """
        return frozenset(
            stem[1:] if stem[0] in _SWALLOWED and stem[1] in _VOWELS else stem
            for stem in self._indonesian
            if len(stem) > 2
        )


def _words_with(piece: str, text: str, lowered: str, *, first: bool) -> Iterator[Place]:
    """The words of ``text`` that begin with ``piece``, or hold it."""
    at = lowered.find(piece)
    while at >= 0:
        if first and at and text[at - 1].isalnum():
            at = lowered.find(piece, at + 1)
        else:
            start, end = _word_at(text, at)
            yield start, end
            at = lowered.find(piece, end)


def _foreign_words(text: str) -> Iterator[Place]:
    """The words of ``text`` with a letter beyond ASCII."""
    match = _FOREIGN.search(text)
    while match is not None:
        start, end = _word_at(text, match.start())
        yield start, end
        match = _FOREIGN.search(text, end)


def _word_at(text: str, place: int) -> Place:
    """The word around a place; the place itself where only the index sees a letter."""
    start = place
    while start and text[start - 1].isalnum():
        start -= 1
    match = _WORD.match(text, start)
    return (place, place + 1) if match is None else match.span()
