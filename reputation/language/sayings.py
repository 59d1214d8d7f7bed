"""Ways of saying one thing, in all languages, looked for quickly in many texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archive.mail.words.phrases import Slots, Words, expression, parse


class Sayings:
    """Phrases looked for in texts in lower case on one line.

    Each is tried only on a text that holds a word of each of its parts: looking for words is
    far cheaper than trying patterns.
    """

    __slots__ = ("_by_sign",)

    def __init__(self, phrases: Iterable[str], slots: Slots | None = None) -> None:
        by_sign: dict[Words, list[tuple[tuple[Words, ...], re.Pattern[str]]]] = {}
        for phrase in phrases:
            rarest, *others = _signs(phrase)
            pattern = re.compile(expression((phrase,), slots))
            by_sign.setdefault(rarest, []).append((tuple(others), pattern))
        self._by_sign = tuple(by_sign.items())

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """All places where ``text`` says it, phrase by phrase."""
        for pattern in self._patterns(text):
            yield from pattern.finditer(text)

    def first(self, text: str) -> Iterator[re.Match[str]]:
        """The first place of each phrase."""
        return filter(None, (pattern.search(text) for pattern in self._patterns(text)))

    def may_be_in(self, text: str) -> bool:
        """Whether ``text`` says it in any place."""
        return next(self.first(text), None) is not None

    def _patterns(self, text: str) -> Iterator[re.Pattern[str]]:
        for rarest, phrases in self._by_sign:
            if holds_one(text, rarest):
                for others, pattern in phrases:
                    if all(holds_one(text, choices) for choices in others):
                        yield pattern


def _signs(phrase: str) -> list[Words]:
    """Of each part that a phrase must have, what one of must be in the text; rarest part first."""
    named = re.sub(r"<\w+>", "…", phrase)
    found = [
        _shortest(choice.strip("*") for choice in part.choices)
        for part in parse(named)
        if part.choices and not part.optional and not part.refused
    ]
    return sorted(filter(all, found), key=lambda one: -min(map(len, one)))


def _shortest(choices: Iterable[str]) -> Words:
    """Those choices that no other is a part of."""
    found: list[str] = []
    for choice in sorted(choices, key=len):
        if not any(other in choice for other in found):
            found.append(choice)
    return tuple(found)


def holds_one(text: str, choices: Words) -> bool:
    """Whether one of the words is in ``text``, if only within another word."""
    # A plain loop: a generator costs more than the search of a short text.
    for choice in choices:  # noqa: SIM110
        if choice in text:
            return True
    return False
