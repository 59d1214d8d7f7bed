"""Find works that an author offers or announces: patches, releases, articles, books, talks.

Two questions about a root post: does it offer a work for review or use, and which works
of its author does it announce? Only the author's own words are read, in Indonesian and
English. Job adverts and sales do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from archive.mail.words.phrases import alternatives, expression
from archive.mail.words.registry import gather
from reputation.language.announcements import ARTICLE, BOOK, KINDS, Kind, announcements
from reputation.language.locators import DOI, ISBN, TRAILING, URL, valid_isbn

READ_CHARACTERS: Final = 6_000
NEAR_CHARACTERS: Final = 400
MAXIMUM_WORKS: Final = 5


@dataclass(frozen=True, slots=True)
class AnnouncedWork:
    """A work that its author announced.

    locator: a URI: the work's URL, ``https://doi.org/…`` for a DOI, ``urn:isbn:…`` (RFC
        8254) for an ISBN with a valid check digit, or None.
    """

    kind: Kind
    title: str
    locator: str | None


_REVIEW_TAG: Final = re.compile(
    r"\[(?:[^\[\]]{0,60}[\s/,:-])?(?:PATCH(?:v\d+)?|GIT[ -]PULL|PULL|RFC(?! ?\d{3})|RFT)"
    r"(?:[^\w\[\]][^\[\]]{0,60})?\]|^(?:\s*\[[^\[\]]{0,80}\])*\s*RFC:? (?![^?]{0,200}\?|\d)",
    re.IGNORECASE,
)
_ANNOUNCE_TAG: Final = re.compile(
    r"\[(?:[^\[\]]{0,40}[\s/,:-])?ANN(?:OUNCE(?:MENT)?)?(?:[^\w\[\]][^\[\]]{0,40})?\]"
    r"|^(?:\s*\[[^\[\]]{0,80}\])*\s*ANN(?:OUNCE(?:MENT)?)?\s*:",
    re.IGNORECASE,
)
_TAGS: Final = r"^(?:\s*\[[^\[\]]{0,80}\])*\s*"
_SUBJECT_ANNOUNCES: Final = re.compile(
    rf"{_TAGS}{expression(gather(lambda language: language.works.announcing_subjects))}"
    r"(?![^?]{0,200}\?)"
    rf"|{expression(gather(lambda language: language.works.announced_subjects))}\s*[.!]?\s*$"
    r"|\b\d+(?:[.-]\d+)+ (?:is |now |released |published |available )*on (?:cran|pypi)\s*[.!]?\s*$",
    re.IGNORECASE,
)
_EVENT: Final = re.compile(
    rf"\b{alternatives(gather(lambda language: language.works.events))}\b", re.IGNORECASE
)
_SUBJECT_TAGS: Final = re.compile(
    r"^(?:\s*\[[^\[\]]{0,80}\]|\s*ANN(?:OUNCE(?:MENT)?)?\s*:|\s*announcing\s*:?)+\s*", re.IGNORECASE
)
# Marks of one letter are names of languages as well.
_MARKS: Final = [
    mark
    for mark in gather(lambda language: language.subjects.reply + language.subjects.forward)
    if len(mark) > 1
]
REPLY: Final = re.compile(rf"{_TAGS}{alternatives(_MARKS)}\s*:", re.IGNORECASE)
"""Finds the mark of a reply or a forwarded post in a subject."""
_NOT_A_WORK: Final = re.compile(
    rf"\b{alternatives(gather(lambda language: language.works.adverts))}\b", re.IGNORECASE
)

_QUOTED: Final = re.compile(
    r'"([^"\n]{4,150}(?:\n[^"\n]{1,80})?)"|“([^”]{4,200})”|«([^»]{4,200})»'
    r"|(?<![\w*])\*([^*\n]{4,150})\*(?![\w*])|(?<![\w_])_([^_\n]{4,150})_(?![\w_])"
)
_PACKAGE_NAME: Final = re.compile(
    rf"{expression(gather(lambda language: language.works.before_packages))}:?\s+[\"'‘“]?"
    r"([A-Za-z][A-Za-z0-9.]{1,30})\b(?! package)|\b([A-Za-z][A-Za-z0-9.]{1,30})[\"'’”]?"
    rf"(?=\s+{alternatives(gather(lambda language: language.works.after_packages))}\b)"
    r"|\b([A-Za-z][A-Za-z0-9.]{1,30})[ _-]v?\d+(?:[.-]\d+)+\b",
    re.IGNORECASE,
)
_NOT_NAMES: Final = frozenset(gather(lambda language: language.works.not_names))


def offers(subject: str, own_text: str) -> bool:
    """Whether a root post offers a work of its author for review or use.

    That is a patch, request for comments, pull request or announcement, by the tag in
    its subject (``[PATCH v3 2/7]``, ``[ANN]``), or an article, book, talk or release of
    the author that the text announces. The caller must exclude replies.
    """
    if _REVIEW_TAG.search(subject[:500]) or _ANNOUNCE_TAG.search(subject[:500]):
        return REPLY.search(subject[:500]) is None
    return bool(works(subject, own_text))


def works(subject: str, own_text: str) -> list[AnnouncedWork]:
    """The works of the author that a post announces, at most five.

    Reads the subject and the first 6,000 characters of the text; linear time.
    """
    return list(_works(subject[:500], own_text[:READ_CHARACTERS]))


@lru_cache(maxsize=1)
def _works(subject: str, own_text: str) -> tuple[AnnouncedWork, ...]:
    # Remembered, since a post is asked for its works and then whether it offers any.
    subject = " ".join(subject.split())
    text = own_text.replace("’", "'")
    flat = _flatten(text)
    if REPLY.search(subject):
        return ()
    places = announcements(flat)
    if not places:
        announces = _ANNOUNCE_TAG.search(subject) or _SUBJECT_ANNOUNCES.search(subject)
        if announces and not _EVENT.search(subject):
            places = [(0, min(len(flat), NEAR_CHARACTERS), False)]
    if not places or _NOT_A_WORK.search(subject) or _is_advert(flat):
        return ()
    found: dict[str, AnnouncedWork] = {}
    for place in places:
        work = _describe(subject, text, flat, place)
        found.setdefault(work.title.casefold(), work)
    return tuple(found.values())[:MAXIMUM_WORKS]


_MAKER: Final = r"[A-Z][^\W\d_]{1,20}(?: (?:[A-Z]\.|[A-Z][^\W\d_]{1,20})){0,3}"
_TITLES: Final = gather(lambda language: language.address.titles + language.address.kin_titles)
_CREDITED: Final = re.compile(
    rf"\b(?P<kind>{BOOK}|{ARTICLE})[ :]+(?:[a-z]{{2,12}} ){{0,2}}"
    r"(?:\"(?P<title>[^\"]{4,150})\"|“(?P<curly>[^”]{4,150})”|\*(?P<starred>[^*]{4,150})\*),?\s+"
    rf"\(?{expression(gather(lambda language: language.works.credits))}\s+"
    rf"(?:(?i:{alternatives(_TITLES)})\.?\s+)?(?P<maker>{_MAKER})"
)


def credited(own_text: str) -> list[tuple[AnnouncedWork, str]]:
    """Books and articles in quotation marks that a post attributes to a named author.

    Each with the name as written, without title. At most five.
    """
    text = " ".join(own_text[:READ_CHARACTERS].split())
    found: list[tuple[AnnouncedWork, str]] = []
    if not _QUOTED.search(text):
        return found
    for match in _CREDITED.finditer(text):
        kind = _kind(match["kind"].lower())
        title = match["title"] or match["curly"] or match["starred"]
        found.append((AnnouncedWork(kind, title, None), match["maker"]))
    return found[:MAXIMUM_WORKS]


def _flatten(text: str) -> str:
    """Lower-case text with spaces for line breaks; every character keeps its position."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text.encode("ascii", "replace").decode("ascii").lower()
    return lowered.replace("\n", " ")


def _is_advert(flat: str) -> bool:
    """Whether the text is a job or sales advert. One of these words alone may occur by chance."""
    return len(_NOT_A_WORK.findall(flat[:2000])) >= 2


def _describe(subject: str, text: str, flat: str, place: tuple[int, int, bool]) -> AnnouncedWork:
    start, end, talk = place
    first, last = max(0, start - NEAR_CHARACTERS // 4), end + NEAR_CHARACTERS
    kind: Kind = "talk" if talk else _kind(flat[start:end], subject.lower(), flat[first:last])
    title = _title(kind, subject, text[max(0, start - 160) : end + 160])
    return AnnouncedWork(kind, title, _locator(text[first : last + 500], last - first))


def _kind(*texts: str) -> Kind:
    """The kind whose word comes first in the first of ``texts`` that has any; else ``code``."""
    for text in texts:
        first = [(match.start(), kind) for kind, words in KINDS if (match := words.search(text))]
        if first:
            return min(first)[1]
    return "code"


def _title(kind: Kind, subject: str, near: str) -> str:
    """The title in quotation marks, or the name of code, if any; else the subject."""
    subject = _SUBJECT_TAGS.sub("", subject).strip()
    quoted = _QUOTED.search(near)
    if quoted and kind != "code":
        return " ".join(next(group for group in quoted.groups() if group).split())
    if kind == "code":
        for text in (subject, near):
            for match in _PACKAGE_NAME.finditer(text):
                name = next(group for group in match.groups() if group).rstrip(".")
                if name.lower() not in _NOT_NAMES:
                    return name
    return subject or kind


def _locator(text: str, end: int) -> str | None:
    """The ISBN, DOI or URL that begins before position ``end``, as a URI."""
    for match in ISBN.finditer(text, 0, end + 20):
        digits = re.sub(r"[- ]", "", match[1]).upper()
        if valid_isbn(digits):
            return f"urn:isbn:{digits}"
    doi = DOI.search(text)
    if doi and doi.start() < end:
        return f"https://doi.org/{doi[0].rstrip(TRAILING)}"
    url = URL.search(text)
    return url[0].rstrip(TRAILING) if url and url.start() < end else None
