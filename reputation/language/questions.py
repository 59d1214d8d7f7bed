"""Tell a post that only lets others know of something from a question.

Announcements, adverts of jobs and courses, calls for papers, invitations, surveys, reports and
notes of absence want no answer. Read are the author's own words, in every language whose table
has such words, in time linear in the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from archive.mail.words.phrases import segments
from archive.mail.words.registry import gather
from reputation.language.locators import URL

READ_CHARACTERS: Final = 4_000
ASKING_SUBJECT: Final = 2
INFORMING_SUBJECT: Final = 3
"""How many ways of saying it in the text a subject that says it counts as."""

_WORD: Final = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_TAGS: Final = re.compile(r"^(?:\s*\[[^\[\]]{0,80}\])+\s*")
_VERSION_LAST: Final = re.compile(r"[a-z][ _-]v?\d+(?:[.-]\d+)+\)?$")
# Archives wrote "?" for quotation marks and dashes that they could not show.
_QUESTION_MARK: Final = re.compile(r"[^\W\d_]{2}[)\"' ]{0,2}\?+(?=\s|$)")


class _Ways:
    """Phrases without gaps, written out in all their ways and looked up word by word."""

    def __init__(self, *tables: Iterable[str]) -> None:
        self._ways: dict[tuple[str, ...], tuple[int, int]] = {}
        lengths: dict[str, set[int]] = defaultdict(set)
        for table, phrases in enumerate(tables):
            for number, phrase in enumerate(phrases):
                (written,) = segments(phrase)
                for way in written:
                    words = tuple(_WORD.findall(way))
                    self._ways[words] = (table, number)
                    lengths[words[0]].add(len(words))
        self._lengths = {word: tuple(sorted(known)) for word, known in lengths.items()}

    def counts(self, words: Sequence[str]) -> tuple[int, int]:
        """How many phrases of the first and of the second table are said, each counted once."""
        lengths, ways = self._lengths, self._ways
        found = set()
        for place, word in enumerate(words):
            for length in lengths.get(word, ()):
                way = ways.get(tuple(words[place : place + length]))
                if way is not None:
                    found.add(way)
        second = sum(table for table, _ in found)
        return len(found) - second, second


_TEXT: Final = _Ways(
    gather(lambda language: language.questions.asking),
    gather(lambda language: language.questions.informing),
)
_SUBJECT: Final = _Ways(
    gather(lambda language: language.questions.asking_subjects),
    gather(lambda language: language.questions.informing_subjects),
)


def informs(subject: str, own_text: str) -> bool:
    """Whether a thread's first post asks nothing: it says in more ways that it informs.

    Without any text only the subject can tell. A list's tags are no part of the subject.
    """
    title = _TAGS.sub("", " ".join(subject[:500].split()).lower())
    text = " ".join(URL.sub(" ", own_text[:READ_CHARACTERS]).replace("’", "'").lower().split())
    words = _WORD.findall(text)
    asking, informing = _TEXT.counts(words)
    asks, tells = _SUBJECT.counts(_WORD.findall(title))
    if _QUESTION_MARK.search(text):
        asking += 1
    if asks or _QUESTION_MARK.search(title):
        asking += ASKING_SUBJECT
    if tells or _VERSION_LAST.search(title):
        # A question about a conference's data is none of its announcements.
        informing += INFORMING_SUBJECT if informing or not words else 1
    return informing > asking or (bool(words) and not asking)
