"""Recognise, in every language that knows such words, that a work of one's own is out."""

from __future__ import annotations

import re
from typing import Final, Literal

from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather
from reputation.language.sayings import Sayings

Kind = Literal["article", "book", "talk", "code"]

_BOOKS: Final = gather(lambda language: language.works.books)
_ARTICLES: Final = gather(lambda language: language.works.articles)
_CODE: Final = gather(lambda language: language.works.code)
BOOK: Final = alternatives(_BOOKS)
ARTICLE: Final = alternatives(_ARTICLES)
KINDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("book", re.compile(rf"\b{BOOK}\b")),
    ("article", re.compile(rf"\b{ARTICLE}\b")),
    ("code", re.compile(rf"\b{alternatives(_CODE)}\b")),
)
_SLOTS: Final = {"work": (*_BOOKS, *_ARTICLES, *_CODE)}
_ANNOUNCEMENTS: Final = Sayings(gather(lambda language: language.works.announcements), _SLOTS)
_TALKS: Final = Sayings(gather(lambda language: language.works.talks), _SLOTS)
_NEGATED: Final = re.compile(
    rf"\b{alternatives(gather(lambda language: language.works.not_out))}\b"
)


def announcements(flat: str) -> list[tuple[int, int, bool]]:
    """Places that announce an own work, in order: start, end, whether it is a talk.

    flat: lower-case on one line.
    """
    return sorted(
        (match.start(), match.end(), is_talk)
        for sayings, is_talk in ((_ANNOUNCEMENTS, False), (_TALKS, True))
        for match in sayings.find(flat)
        if not _NEGATED.search(match[0]) and not _is_asked(flat, match.end())
    )


def _is_asked(flat: str, end: int) -> bool:
    """Whether the sentence goes on to a question mark."""
    mark = re.search(r"[.!?](?:\s|$)", flat[end : end + 200])
    return mark is not None and mark[0].startswith("?")
