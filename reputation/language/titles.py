"""Works with their true titles: packages by their names, books and articles by what is quoted.

A work is told of here only where its title is certain.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from reputation.language.locators import TRAILING, URL
from reputation.language.package_names import announced_package, maintained_packages
from reputation.language.works import READ_CHARACTERS, REPLY, AnnouncedWork, credited, works

_TAGS: Final = re.compile(
    r"^(?:\s*\[[^\[\]]{0,80}\]|\s*ANN(?:OUNCE(?:MENT)?)?\s*:)+\s*", re.IGNORECASE
)
_QUOTED_LINES: Final = re.compile(r"^ {0,4}[>|].*$", re.MULTILINE)
_HOSTING: Final = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sourceforge.net")
_NO_WORKS: Final = re.compile(
    r"(?:^|[./])(?:win-builder|pipermail|lists?|marc\.info|mail-archive|nabble|gmane|gossamer|twitter"
    r"|x\.com|bugs?|bugzilla|stackoverflow|stackexchange|rdocumentation|rdrr|readthedocs|inside-r"
    r"|travis-ci|memtests|raw|00check|codecov|issues?|pulls?|pull|discussions|commits?|blob|tree"
    r"|wiki|actions|incoming|incoming_pretest|check_results_[\w.]+|R\.check)(?:[./]|$)",
    re.IGNORECASE,
)


def titled_works(
    subject: str, own_text: str, *, informing: bool
) -> list[tuple[AnnouncedWork, str | None]]:
    """Works with certain titles, each with its maker's name.

    The maker is None for what the author announces, ``package_names.SELF`` for what they say
    is theirs.
    informing: whether the post announces rather than asks; only then does its subject count.
    """
    # What is still quoted here somebody else wrote.
    text = _QUOTED_LINES.sub("", own_text[:READ_CHARACTERS]).replace("’", "'")
    found: list[tuple[AnnouncedWork, str | None]] = []
    if informing and not REPLY.search(subject[:500]):
        title = _TAGS.sub("", " ".join(subject[:500].split()))
        name = announced_package(title, text)
        if name is not None:
            found.append((AnnouncedWork("code", name, _page_of(name, text)), None))
        found += [(work, None) for work in works(subject, own_text) if _has_title(work, title)]
    seen = {work.title for work, _ in found}
    for name, maker in maintained_packages(text):
        if name not in seen:
            found.append((AnnouncedWork("code", name, _page_of(name, text)), maker))
    found += [(work, maker) for work, maker in credited(own_text)]
    return found


def is_place_of_a_work(locator: str) -> bool:
    """Whether a link may lead to a work.

    A site's front page, a list's archive, a forum, an issue tracker, a report of checks or a
    documentation host is none.
    """
    if not locator.lower().startswith("http"):
        return True
    try:
        parts = urlsplit(locator)
    except ValueError:
        return False
    host, path = parts.netloc.lower().removeprefix("www."), parts.path.strip("/")
    if not path and not parts.query:
        return False
    if host in _HOSTING and "/" not in path:
        return False
    return _NO_WORKS.search(f"{host}/{path}") is None


def _has_title(work: AnnouncedWork, subject: str) -> bool:
    """Whether the title of a book, an article or a talk was quoted, not taken from the subject."""
    title = " ".join(work.title.split()).casefold()
    return work.kind != "code" and title not in subject.casefold() and len(title.split()) > 1


def _page_of(name: str, text: str) -> str | None:
    """The first link of a text that has the package's name in its path and may be its page."""
    for match in URL.finditer(text):
        link = match[0].rstrip(TRAILING)
        path = re.split(r"[/=?#&]", link.lower())[3:]
        if name.lower() in path and is_place_of_a_work(link):
            return link
    return None
