"""Ways to say that a work of one's own is out, in Indonesian and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["article", "book", "talk", "code"]

BOOK: Final = r"buku\w*|e-?book|novel|book|monograph|textbook"
ARTICLE: Final = (
    r"artikel\w*|tulisan\w*|makalah\w*|jurnal\w*|skripsi|tesis|disertasi|opini|kolom|tutorial\w*"
    r"|articles?|papers?|manuscript|preprint|chapter|blog ?post|thesis|vignette|report"
)
_CODE: Final = (
    r"aplikasi\w*|paket\w*|modul\w*|skrip\w*|program\w*|pustaka|perangkat lunak|distro"
    r"|package|packages|version|release|library|module|tool|toolbox|toolkit|software|plugin|plug-in"
    r"|script|driver|app|application|framework|extension|dataset|data set|web ?site|interface"
)
KINDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("book", re.compile(rf"\b(?:{BOOK})\b")),
    ("article", re.compile(rf"\b(?:{ARTICLE})\b")),
    ("code", re.compile(rf"\b(?:{_CODE})\b")),
)
_ANY: Final = rf"(?:{BOOK}|{ARTICLE}|{_CODE})"

_OUT: Final = (
    r"(?:available|published|on cran|out|released|in press|online|on github|accepted|uploaded)"
)

# Each pattern is one way to say "my own work is out"; bounded gaps keep them linear.
_INDONESIAN_PATTERNS: Final = (
    # buku saya "…" sudah terbit; artikel kami … dimuat di …
    (
        rf"\b{_ANY} (?:\w+ ){{0,2}}(?:saya|kami|ku|sy|gue|ane|ambo)\b[^?]{{0,160}}?\b(?:terbit"
        r"|diterbitkan|dimuat|dipublikasikan|dirilis|rilis|diluncurkan|launching|tersedia"
        r"|(?:bisa|dapat) (?:di-?(?:unduh|download|baca|pesan|lihat|akses)))\b"
    ),
    # telah terbit buku … karangan saya
    (
        r"\b(?:telah|sudah|baru) (?:terbit|rilis|dirilis|dimuat)\b[^?]{0,160}?\b(?:"
        rf"{_ANY} (?:saya|kami)|(?:karya|karangan|tulisan|oleh|buatan) (?:saya|kami))\b"
    ),
    # saya baru menerbitkan buku …
    (
        r"\b(?:saya|kami|sy)(?: (?:baru|sudah|telah|baru saja|sdh|akhirnya)){1,2} (?:menerbitkan"
        r"|merilis|mempublikasikan|meluncurkan|menulis|mengunggah)\b[^?.]{0,60}?"
        rf"\b{_ANY}\b"
    ),
)
_ENGLISH_PATTERNS: Final = (
    # my new package … is on CRAN; our paper has been published
    (
        rf"\b(?:my|our)(?: \w+){{0,3}} {_ANY}\b[^?.]{{0,120}}?\b(?:is|are|has been|have been|was"
        rf"|got)(?: (?:now|just|finally|also|freely)){{0,2}} {_OUT}\b"
    ),
    # I have just released version …
    (
        r"\b(?:i|we)(?:'ve| have| am| are|'m)?(?: (?:just|now|recently|finally|also))?"
        r" (?:releas(?:ed|ing)|published|announc(?:e|ing)|uploaded)\b(?! (?:by|in \d))"
        rf"[^?.]{{0,80}}?\b{_ANY}\b"
    ),
    # I am pleased to announce the release of …
    (
        r"\b(?:pleased|happy|glad|delighted|proud|excited|like) to (?:announce|introduce|present"
        rf"|release)\b[^?]{{0,160}}?\b{_ANY}\b"
    ),
    # a new version of the package is now available
    (
        r"\b(?:new |first |initial |stable |major )(?:version|release|package)\b[^?.]{0,80}?"
        r"\b(?:is|are|has been) (?:now )?(?:available|on cran|released|out)\b"
    ),
)
_INDONESIAN_TALK: Final = (
    r"\b(?:pembicara|narasumber|pemateri|pemakalah)\b[^.?]{0,60}\b(?:saya|kami)\b",
    (
        r"\b(?:saya|kami)\b[^.?]{0,40}\b(?:akan (?:bicara|berbicara|presentasi)"
        r"|(?:menjadi|jadi) pembicara|mempresentasikan)\b"
    ),
)
_ENGLISH_TALK: Final = (
    (
        r"\b(?:i|we)(?:'ll| will|'m| am| are)(?: be)? (?:giving|give|presenting|present"
        r"|speaking|speak)\b[^.?]{0,60}\b(?:talk|keynote|lecture|tutorial|seminar|webinar)\b"
    ),
    (
        r"\b(?:slides|video|recording) (?:of|from|for) (?:my|our) (?:talk|keynote|lecture"
        r"|presentation|tutorial|webinar)\b"
    ),
)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A way to announce; each of its matches holds one of the signs."""

    expression: re.Pattern[str]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Family:
    """Patterns of one language; tried only on texts with one of the triggers.

    Looking for triggers and signs first is far cheaper than trying the patterns.
    """

    triggers: tuple[str, ...]
    talk: bool
    patterns: tuple[_Pattern, ...]


def _family(
    triggers: str, talk: bool, patterns: tuple[str, ...], signs: tuple[str, ...]
) -> _Family:
    """Triggers and each pattern's signs are separated by ``|``."""
    return _Family(
        tuple(triggers.split("|")),
        talk,
        tuple(
            _Pattern(re.compile(pattern), tuple(one.split("|")))
            for pattern, one in zip(patterns, signs, strict=True)
        ),
    )


_FAMILIES: Final = (
    _family(
        "terbit|dimuat|publikasi|rilis|luncur|launching|tersedia|bisa di|dapat di|menulis|unggah",
        False,
        _INDONESIAN_PATTERNS,
        ("saya|kami|ku|sy|gue|ane|ambo", "saya|kami", "saya|kami|sy"),
    ),
    _family(
        "releas|publish|announc|uploaded|introduc|available|on cran|in press|on github|accepted"
        "|is out|are out|been out|was out|got out|is online|are online|been online|was online"
        "|got online|to present",
        False,
        _ENGLISH_PATTERNS,
        (
            "my |our ",
            "releas|publish|announc|uploaded",
            "to announce|to introduce|to present|to release",
            "new |first |initial |stable |major ",
        ),
    ),
    _family(
        "pembicara|narasumber|pemateri|pemakalah|bicara|presentasi",
        True,
        _INDONESIAN_TALK,
        ("saya|kami", "saya|kami"),
    ),
    _family(
        "giv|present|speak|slides|video|recording",
        True,
        _ENGLISH_TALK,
        (
            "talk|keynote|lecture|tutorial|seminar|webinar",
            "slides |video |recording ",
        ),
    ),
)
_NEGATED: Final = re.compile(
    r"\b(?:belum|blm|tidak|tdk|not|if|kalau|jika|error|rejected|ditolak)\b"
)


def announcements(flat: str) -> list[tuple[int, int, bool]]:
    """Places that announce an own work, in order: start, end, whether it is a talk.

    flat: lower-case on one line.
    """
    places: list[tuple[int, int, bool]] = []
    for family in _FAMILIES:
        if not _holds_one(flat, family.triggers):
            continue
        for pattern in family.patterns:
            if _holds_one(flat, pattern.signs):
                places.extend(
                    (match.start(), match.end(), family.talk)
                    for match in pattern.expression.finditer(flat)
                    if not _NEGATED.search(match[0]) and not _is_asked(flat, match.end())
                )
    return sorted(places)


def _holds_one(text: str, signs: tuple[str, ...]) -> bool:
    # A plain loop: a generator costs more than the search of a short text.
    for sign in signs:  # noqa: SIM110
        if sign in text:
            return True
    return False


def _is_asked(flat: str, end: int) -> bool:
    """Whether the sentence goes on to a question mark."""
    mark = re.search(r"[.!?](?:\s|$)", flat[end : end + 200])
    return mark is not None and mark[0].startswith("?")
