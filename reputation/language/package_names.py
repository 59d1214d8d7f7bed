"""Find the names of packages that a post's author announces, wrote or maintains.

A name counts where announcements, authors and reports of checks put names, and only if the
text shows elsewhere that it is one of a package: in a link, in a file's name, in code.
"""

from __future__ import annotations

import re
from typing import Final

from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather
from reputation.language.announcements import announcements
from reputation.language.stopwords import STOP_WORDS

MAXIMUM_NAMES: Final = 3
SELF: Final = ""
"""The maker of what a post's author says is theirs, without announcing it."""

_NAME: Final = r"(?P<name>[A-Za-z](?:[A-Za-z0-9.]{0,28}[A-Za-z0-9]))"
# Archives wrote "?" for quotation marks that they could not show.
_QUOTE: Final = r"[\"'‘’“”`*_<>{}?]{0,3}"
_VERSION: Final = r"[ _-]*(?:v(?:ersion)?\.?[ ]?)?\d+(?:[.-]\d+)+"
_OUT: Final = (
    r"(?:(?:is|are|was|has been|now|just|finally|also|again|available|released|published|out|live)"
    r"\s+)*(?:available|released?|published|announcement|announced|updated?|"
    r"(?:on|at|from|to) (?:cran|github|bioconductor|pypi)|out\b)"
)
_OF_RELEASE: Final = (
    r"(?i:\b(?:release of|releasing|announcing:?|released:?|update of|version of))\s+"
    r"(?i:(?:the|new|r|package) ){0,4}"
)
_NEW: Final = r"(?i:\b(?:new|first|initial)(?: [a-z]{1,12})? packages?)\s*[>:,-]?\s*"
_PACKAGE: Final = r"^(?i:the )?(?i:r )?(?i:package )?"


def _around(before: str, after: str) -> re.Pattern[str]:
    return re.compile(rf"{before}{_QUOTE}{_NAME}{_QUOTE}{after}")


_RELEASES: Final = (
    _around(_PACKAGE, rf"{_VERSION}\b"),
    _around(
        _OF_RELEASE,
        rf"(?={_VERSION}|\s+(?i:version|package|on|to|released|for)\b|\s*[:;,(–—-]|\s*$)",
    ),
    _around(
        _NEW,
        rf"(?=\s*[:;,(–—-]|\s*$|{_VERSION}|\s+(?i:for|on|to|is|released|available|and|&)\b)",
    ),
    _around(_PACKAGE, rf"(?i:\s+package)?\s+(?i:{_OUT})"),
)
"""Subjects that announce the package they name."""
_NAMINGS: Final = (
    _around(r"^(?i:new |introducing )?(?i:r )?(?i:packages? )?", r"\s*(?=:\s|\s[-–—]\s)"),
    _around(r":\s*", r"\s*$"),
    _around(r"(?i:\bnew )", r"(?=\s+package\b)"),
)
"""Subjects that name a package; the text must tell that it is the author's."""
_MADE: Final = re.compile(
    r"\b(?:announc\w+|(?:i|we)(?:'ve| have)? (?:just |recently )?"
    r"(?:released|wrote|written|developed|created|put|uploaded|published|made|built))\b",
    re.IGNORECASE,
)
_AFTER: Final = (
    r"(?=[,.;:)(]|$| (?:R )?package\b| \(| <| v?\d"
    r"| (?:and|on|which|that|in|for|at|from|is|was|has|to|with|through)\b)"
)
_STATEMENTS: Final = (
    _around(
        r"\b(?i:i am|i'm|as)(?: [a-z]{2,10}){0,3}? (?i:author|maintainer|developer)"
        r"(?: and (?:current )?(?:author|maintainer|developer))? of (?:the |an? )?"
        r"(?i:r |cran )?(?:packages? )?",
        _AFTER,
    ),
    _around(
        r"\b(?i:my|our) (?:(?:new|own|R|CRAN) ){0,2}package,? (?:called |named )?",
        _AFTER,
    ),
    _around(r"\b(?i:my|our) ", r"(?= (?:R )?package\b)"),
    _around(
        r"\b(?i:i|we) (?:have |had )?(?:just |recently |also )?"
        r"(?:released|submitted|wrote|developed|maintain) "
        r"(?:the |a |my |our )?(?:new |R )?(?:package,? )?",
        r"(?= (?:R )?package\b|\s?[,(]| \d| to CRAN| on CRAN| v\d)",
    ),
)
_SPEAKS_OF_OWN: Final = re.compile(
    r"\b(?:my|our|author|maintainer|developer|released|submitted|wrote|developed|maintain)\b",
    re.IGNORECASE,
)
_CHECKED: Final = re.compile(rf"\bthis is package {_QUOTE}{_NAME}{_QUOTE} version\b", re.IGNORECASE)
_MAINTAINER: Final = re.compile(
    rf"\bMaintainer: ?{_QUOTE}(?P<maker>[A-Z][^<>\n\"‘’?]{{3,60}}?)\s*<"
)
_ABOUT_CODE: Final = re.compile(
    rf"\b{alternatives(gather(lambda language: language.works.code))}\b|\d[.-]\d|\bcran\b",
    re.IGNORECASE,
)
_NOT_NAMES: Final = STOP_WORDS | frozenset(gather(lambda language: language.works.not_names))


def announced_package(title: str, text: str) -> str | None:
    """The package that a post announces; None where its name is not certain.

    title: the subject without tags. The caller knows that the post asks nothing.
    """
    if not _ABOUT_CODE.search(f"{title} {text[:1000]}"):
        return None
    told = _MADE.search(text) or announcements(" ".join(text.lower().split()))
    for pattern in (*_RELEASES, *_NAMINGS) if told else _RELEASES:
        for match in pattern.finditer(title):
            name = match["name"]
            if _may_be_name(name) and (_is_package(name, text) or _is_package(name, title)):
                return name
    return None


def maintained_packages(text: str) -> list[tuple[str, str]]:
    """Packages with their makers' names: by a report of checks, or ``SELF`` by the author's word.

    At most three.
    """
    found: dict[str, str] = {}
    if "ackage" not in text:
        return []
    maker = _MAINTAINER.search(text)
    if maker is not None and (checked := _CHECKED.search(text)):
        found[checked["name"]] = maker["maker"].strip()
    if _SPEAKS_OF_OWN.search(text):
        flat = " ".join(text.split())
        for pattern in _STATEMENTS:
            for match in pattern.finditer(flat):
                name = match["name"]
                if _may_be_name(name) and _is_package(name, text, used=False):
                    found.setdefault(name, SELF)
    return list(found.items())[:MAXIMUM_NAMES]


def _may_be_name(name: str) -> bool:
    return name.lower() not in _NOT_NAMES and name.lower().rstrip("s") not in _NOT_NAMES


def _is_package(name: str, text: str, *, used: bool = True) -> bool:
    """Whether a text has a name as that of a package: in a link, in a file's name, in quotes.

    used: whether it counts as well that somebody uses it, in code or in a version that they tell.
    """
    written = re.escape(name)
    ways = [
        rf"package={written}\b",
        rf"https?://[^\s<>]*/{written}(?=[/\s>)\].,#]|$)",
        rf"check_results_{written}\b",
        rf"\b{written}(?:_\d[\d.-]*)?\.(?:tar\.gz|Rcheck|Rproj|git)\b",
        rf"(?i:packages?:?) [\"'‘“`*?{{]{{1,2}}{written}[\"'’”`*?}}]",
        rf"(?m:^Package: {written}$)",
        rf"[\"‘“`*{{]{{1,2}}{written}[\"’”`*}}]{{1,2}} (?:R )?package",
        rf"\b{written} \(?v(?:ersion )?\d",
    ]
    if used:
        ways += [
            rf"(?:library|require|requireNamespace|install\.packages)\([\"']?{written}[\"')]",
            rf"\b{written}:{{2,3}}\w",
            rf"\b{written}[ _-]v?\d+[.-]\d",
        ]
    return re.search("|".join(ways), text) is not None
