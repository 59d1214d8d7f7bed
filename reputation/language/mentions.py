"""Read what a post says of others: whom it asks by name, with whom it agrees, what it cites.

All three read only the author's own words, in Indonesian and English, in time linear in
the text.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from reputation.language.locators import DOI, ISBN, TRAILING, URL, isbn_key, work_key

READ_CHARACTERS: Final = 6_000
OPENING_CHARACTERS: Final = 240
MAXIMUM_NAMES: Final = 5
MAXIMUM_CITED: Final = 20
MAXIMUM_TARGET: Final = 998

_TITLE: Final = (
    r"pak|bapak|bpk|bu|ibu|mas|mbak|mba|kang|teh|mang|abah|cak|ning|bang|bung|om|oom|tante|uda|uni"
    r"|ajo|sanak|kanda|mak|buya|bundo|bli|gus|ustadz|sdr|sdri|dr|prof|ir|mr|mrs|ms|hi|hello|halo|dear"
)
_NAME_WORD: Final = r"[A-Z][^\W\d_]{1,20}(?:[-'’][^\W\d_]{1,20})?\b"
_NAME: Final = rf"{_NAME_WORD}(?: {_NAME_WORD}){{0,2}}"
# "Pak Gede, bisa tolong …", "Dave, have you seen …", "@Dave …"
_VOCATIVE: Final = re.compile(
    rf"(?:^|[.!?\n]\s*|[,;]\s+)(?:@|(?:(?i:{_TITLE})\.?,? +){{0,2}})"
    rf"({_NAME})(?: (?:dan|and|atau|or) (?:(?i:{_TITLE})\.? +)?({_NAME}))?\s?[,:?]",
)
# "mungkin pak Gede bisa menjelaskan?", "could Roger comment?"
_TITLED: Final = re.compile(rf"\b(?i:pak|bapak|bu|ibu|mas|mbak|kang|bang|dr\.?|prof\.?) ({_NAME})")
_COULD: Final = re.compile(
    rf"\b(?i:could|can|would|might|maybe|perhaps|mungkin|barangkali|apakah|dapatkah|bisakah)"
    rf" ({_NAME})\b"
)
_REQUEST: Final = re.compile(
    r"\?|\b(?:tolong|mohon|minta|please|pls|bagi|dapatkah|bisakah|koreksi|pencerahan(?:nya)?)\b",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"(?<=[?!])\s+|(?<=[a-z0-9)]{2}\.)\s+|\n\s*\n")
# Words that begin sentences with a capital letter but are not names, and names of groups.
_NOBODY: Final = frozenset(
    """
    all list everyone everybody members folks friends guys group team sir madam colleagues experts
    rekan rekan2 teman teman2 kawan kawan2 milis para suhu master sesepuh netters netter semua
    sekalian bapak ibu pak bu mas mbak saudara anda kalian yth
    any anyone what why how when where who which is are do does did can could would should has have
    if so and but or also now then thanks thank please sorry regards hi hello dear yes no ok okay
    well finally first second third however otherwise for the this that these those my our i we you
    it there in on at by with from to as not
    apa apakah kenapa mengapa bagaimana gimana kapan dimana siapa ada kalau kalo jika tapi tetapi
    lalu terus mohon tolong maaf terima terimakasih makasih salam halo wassalam saya kami aku yang
    ya tidak belum sudah bisa mungkin barangkali jadi nah oh wah untuk dari dengan di ke ini itu
    error note ps fyi btw update edit subject re fwd
    """.split()
)

_AGREEMENT: Final = re.compile(
    r"\+1(?!\d)|\b(?:(?:setuju|sependapat|sepakat|satuju)\b(?! (?:kalau|untuk|bila|jika|kah))"
    r"|(?:i|we)(?: (?:fully|totally|completely|strongly|also|do|would))? (?:agree|concur)\b"
    r"|agreed\b|seconded\b"
    r"|(?:exactly|absolutely|indeed|precisely)(?= ?[,.!])"
    r"|(?:as|like) [a-z]{2,20}(?: [a-z]{2,20})? (?:already )?(?:said|says|suggested|suggests"
    r"|pointed out|wrote|explained|mentioned|noted)\b"
    r"|(?:seperti|spt|sebagaimana) (?:yg |yang )?(?:sudah |dikatakan |kata )?(?:pak|bu|mas|mbak)\b"
    r"|ada benarnya|benar(?: sekali)? (?:yg|yang|kata|apa)\b|bener (?:kata|yg|banget)\b"
    r"|(?:he|she|\w+) is (?:quite |absolutely |completely )?right\b|you(?: are|'re) right\b)",
    re.IGNORECASE,
)
_TAGS: Final = re.compile(
    r"^(?:acked|reviewed|tested|suggested)-(?:and-(?:acked|reviewed|tested)-)?by:",
    re.IGNORECASE | re.MULTILINE,
)
_DENIAL: Final = re.compile(
    r"\b(?:tidak|tdk|gak|ga|nggak|ngga|kurang|bukan|ndak|indak|alun|belum|blm|don['’]?t|do not|not"
    r"|cannot|can['’]?t|hardly|disagree|if|kalau|jika)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)

_MESSAGE_ID: Final = re.compile(r"<([^<>\s@/]{1,400}@[^<>\s@/]{1,400})>")
_ID_IN_PATH: Final = re.compile(r"[^/@\s]{3,400}@[^/@\s]{3,255}")


def asked_names(own_text: str) -> tuple[str, ...]:
    """Names of people to whom a post puts a question or request, as written, without titles.

    At most five, in order. A name in a sentence without a question or request does not
    count: there it only shows whom the post answers.
    """
    found: dict[str, None] = {}
    for sentence in _sentences(own_text[:READ_CHARACTERS]):
        if not _REQUEST.search(sentence):
            continue
        for pattern in (_VOCATIVE, _TITLED, _COULD):
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
    opening = own_text.lstrip()[:OPENING_CHARACTERS]
    for match in _AGREEMENT.finditer(opening):
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
