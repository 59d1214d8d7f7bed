"""Read what a post says of others: whom it asks by name, with whom it agrees, what it cites.

All three read only the author's own words, in every language whose table has words for it,
in time linear in the text.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Final
from urllib.parse import unquote, urlsplit

from archive.mail.words.phrases import alternatives, expression
from archive.mail.words.registry import gather
from reputation.language.locators import DOI, ISBN, TRAILING, URL, isbn_key, work_key
from reputation.language.sayings import Sayings, holds_one

READ_CHARACTERS: Final = 6_000
OPENING_CHARACTERS: Final = 240
MAXIMUM_NAMES: Final = 5
MAXIMUM_CITED: Final = 20
MAXIMUM_TARGET: Final = 998

_TITLES: Final = gather(lambda language: language.address.titles)
_BEFORE_NAMES: Final = alternatives(
    gather(
        lambda language: (
            language.address.titles + language.address.kin_titles + language.address.salutations
        )
    )
)
_JOINS: Final = alternatives(gather(lambda language: language.address.joins))
_NAME_WORD: Final = r"[A-Z][^\W\d_]{1,20}(?:[-'’][^\W\d_]{1,20})?\b"
_NAME: Final = rf"{_NAME_WORD}(?: {_NAME_WORD}){{0,2}}"
# "Pak Gede, bisa tolong …", "Dave, have you seen …", "@Dave …"
_VOCATIVE: Final = re.compile(
    rf"(?:^|[.!?\n]\s*|[,;]\s+)(?:@|(?:(?i:{_BEFORE_NAMES})\.?,? +){{0,2}})"
    rf"({_NAME})(?: {_JOINS} (?:(?i:{_BEFORE_NAMES})\.? +)?({_NAME}))?\s?[,:?]",
)
# "mungkin pak Gede bisa menjelaskan?", "could Roger comment?"
_TITLED: Final = re.compile(rf"\b(?i:{alternatives(_TITLES)})\.? ({_NAME})")
# "Suhu Lukman mungkin bisa bantu": asked without a question mark.
_ASKED_TO: Final = re.compile(
    rf"(?<!aya dan )(?<!ami dan )\b(?i:{_BEFORE_NAMES})\.? ({_NAME})"
    rf"(?: {_JOINS} (?:(?i:{_BEFORE_NAMES})\.? +)?({_NAME}))?,? "
    rf"(?i:{expression(gather(lambda language: language.address.asked_to))})"
)
_COULD: Final = re.compile(
    rf"\b(?i:{alternatives(gather(lambda language: language.address.asking_whether))})"
    rf" ({_NAME})\b"
)
_REQUESTS: Final = gather(lambda language: language.address.requests)
_REQUEST: Final = re.compile(rf"\b{alternatives(_REQUESTS)}\b", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"(?<=[?!])\s+|(?<=[a-z0-9)]{2}\.)\s+|\n\s*\n")
# Words that begin sentences with a capital letter but are not names, and names of groups.
_NOBODY: Final = frozenset(gather(lambda language: language.address.nobody))
_AGREEMENT: Final = Sayings(gather(lambda language: language.address.agreement))
_PLUS_ONE: Final = re.compile(r"\+1(?!\d)")
_TAGS: Final = re.compile(
    r"^(?:acked|reviewed|tested|suggested)-(?:and-(?:acked|reviewed|tested)-)?by:",
    re.IGNORECASE | re.MULTILINE,
)
_DENIAL: Final = re.compile(
    rf"\b{alternatives(gather(lambda language: language.address.denials))}\W+(?:\w+\W+){{0,2}}$"
)

_MESSAGE_ID: Final = re.compile(r"<([^<>\s@/]{1,400}@[^<>\s@/]{1,400})>")
_ID_IN_PATH: Final = re.compile(r"[^/@\s]{3,400}@[^/@\s]{3,255}")


def asked_names(own_text: str) -> tuple[str, ...]:
    """Names of people to whom a post puts a question or request, as written, without titles.

    At most five, in order. A name in a sentence without a question or request does not
    count: there it only shows whom the post answers.
    """
    found: dict[str, None] = {}
    text = own_text[:READ_CHARACTERS]
    # Most answers ask nothing.
    asked = _ASKED_TO.search(text) is not None
    if not asked and "?" not in text and not holds_one(text.lower(), _REQUESTS):
        return ()
    for sentence in _sentences(text):
        asks = "?" in sentence or _REQUEST.search(sentence)
        for pattern in (_VOCATIVE, _TITLED, _COULD) if asks else (_ASKED_TO,):
            for match in pattern.finditer(sentence):
                for name in match.groups():
                    if name and (known := _without_nobodies(name)):
                        found.setdefault(known)
        if len(found) >= MAXIMUM_NAMES:
            break
    return tuple(found)[:MAXIMUM_NAMES]


def _sentences(text: str) -> list[str]:
    """Split a text into sentences. A name on a line of its own belongs to the sentence after it."""
    joined = re.sub(r",[ \t]*\n\s*", ", ", text)
    return [piece.replace("\n", " ") for piece in _SENTENCE_END.split(joined) if piece.strip()]


def _without_nobodies(name: str) -> str:
    words = name.split()
    while words and words[0].lower() in _NOBODY:
        words.pop(0)
    return " ".join(words) if words and not _NOBODY & {word.lower() for word in words} else ""


def agrees(own_text: str) -> bool:
    """Whether a reply begins by agreeing with what it answers, or a review tag approves a patch."""
    opening = " ".join(own_text.lstrip()[:OPENING_CHARACTERS].lower().split())
    for match in chain(_AGREEMENT.find(opening), _PLUS_ONE.finditer(opening)):
        if not _DENIAL.search(opening[max(0, match.start() - 30) : match.start()]):
            return True
    return _TAGS.search(own_text[:READ_CHARACTERS]) is not None


def cited(own_text: str) -> tuple[str, ...]:
    """The references in a post, at most twenty, in order and without repeats.

    ``mid:`` URLs (RFC 2392) of messages, written in angle brackets or inside a link to
    an archive; ``urn:isbn:`` (RFC 8254); http addresses and DOIs as normalised by
    ``work_key``.
    """
    text = own_text[:READ_CHARACTERS]
    found: dict[str, None] = {}
    if "@" in text:
        found.update((f"mid:{match[1]}", None) for match in _MESSAGE_ID.finditer(text))
    if "://" in text:
        for match in URL.finditer(text):
            address = match[0].rstrip(TRAILING)
            inside = _ID_IN_PATH.search(unquote(_path(address)))
            found.setdefault(f"mid:{inside[0]}" if inside else work_key(address))
    if "10." in text:
        found.update((work_key(match[0].rstrip(TRAILING)), None) for match in DOI.finditer(text))
    if "isbn" in text.lower():
        found.update((isbn_key(match[1]), None) for match in ISBN.finditer(text))
    return tuple(target for target in found if len(target) <= MAXIMUM_TARGET)[:MAXIMUM_CITED]


def _path(address: str) -> str:
    """The path of an address; empty if the address is malformed."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
