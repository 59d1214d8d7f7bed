"""E-mail addresses in texts, as anyone may see them.

``ayu.lestari@example.com`` becomes ``ayu…@example.com``, the same everywhere,
so that a reader can still tell two people apart. Addresses that people or list
software spell out are found too: ``ayu at example.com``, ``ayu (at) example dot
com``. Text is hostile: the work is bounded at every place where an address may
begin, hence linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

MAX_LOCAL_PART = 64
"""RFC 5321, section 4.5.3.1.1."""
MAX_DOMAIN = 255
"""RFC 5321, section 4.5.3.1.2."""
SHOWN_CHARACTERS = 3

_LOCAL_PART = re.compile(r"[^\s<>()\[\]{}\"',;:@|/\\?&=*]+\Z")
_DOMAIN = re.compile(r"[^\W_](?:[\w-]|\.(?=[\w-]))*")
_URL_START = re.compile(r"https?://\S*\Z")
_DIGITS_OF_A_MESSAGE_ID = 6

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_AT = re.compile(
    r"\s{0,2}[\[({<]\s{0,2}(?:at|@|pada)\s{0,2}[\])}>]\s{0,2}|\s{1,3}(?:at|AT|@)\s{1,3}|@"
)
_HINT = re.compile(r"@|[\s\[({<](?:at|AT|pada)(?=[\s\])}>])")
_BEFORE_AT = re.compile(r"(?<![\w.+-])[^\W_][\w.+-]{0,63}\Z")
_AFTER_AT = re.compile(
    rf"{_LABEL}(?:(?:\.|\s{{0,2}}[\[({{<]\s{{0,2}}(?:dot|titik|\.)\s{{0,2}}[\])}}>]\s{{0,2}}"
    rf"|\s{{1,3}}(?:dot|DOT|titik)\s{{1,3}}){_LABEL}){{1,5}}"
)
_SPOKEN = ("at", "AT", "pada", "@", "dot", "DOT", "titik")
_BOUNDS = tuple(f"{before}{word}" for word in _SPOKEN for before in " \n\t[({<")
_LAST_LABEL = re.compile(r"[^\W\d_]{2,24}\Z")
# "See the page at www.example.org" names a place; "ayu at example.org" names a person.
_PLACES = frozenset({"www", "cran", "ftp", "http", "https", "docs", "wiki", "svn", "git"})
_PLACED = frozenset(
    """
    a all also am an anything archive archived archives are article as available be been blog
    book bug bugs call code copy data date demo described details discussed discussion
    documentation documented download downloads example examples explained faq file files find
    found guide guidelines have here homepage host hosted html http https i info information is
    it item know latest line link linked list lists live lives located look looking mailing manual
    maintained me mirror more my not online only or package packages page pages paper patch pdf
    posted posting project published question read release repository resides script see site
    slides sources start stored subscribe text that there this thread tutorial up url version
    versions video web webpage website works you yours
    adalah ada baca berada bisa cek dari di diunduh file halaman ini itu kunjungi lihat situs
    tersedia unduh
    """.split()
)


def obfuscate_address(address: str) -> str:
    """``local@domain`` with at most three characters, and half, of the local part.

    Anything without an ``@`` carries no address and comes back unchanged.
    """
    local, at, domain = address.rpartition("@")
    if not at:
        return address
    return f"{_shown(local)}…@{domain}"


def address_ranges(text: str) -> list[tuple[int, int]]:
    """Where e-mail addresses stand in a text: ``(start, end)``, ascending, disjoint.

    Message-IDs in the path of a web link are left out: they are what makes
    links to archives work.
    """
    return [(start, end) for start, end, _ in _found(text)]


def obfuscate_text(text: str, keep: Collection[str] = ()) -> str:
    """``text`` with every e-mail address in it obfuscated, but for those in ``keep``.

    keep: lower-case addresses that are public anyway, as those of lists.
    """
    if "@" not in text and not _may_be_spoken(text):
        return text
    parts: list[str] = []
    done = 0
    for start, end, local_end in _found(text):
        if _plain(text[start:end]) not in keep:
            parts.extend((text[done:start], _shown(text[start:local_end]), "…"))
            done = local_end
    parts.append(text[done:])
    return "".join(parts)


def _may_be_spoken(text: str) -> bool:
    """Whether a word stands in the text that spells out a sign of an address."""
    return any(one in text for one in _BOUNDS)


def _shown(local: str) -> str:
    return local[: min(SHOWN_CHARACTERS, len(local) // 2)].rstrip(".")


def _found(text: str) -> Iterator[tuple[int, int, int]]:
    """Start and end of each address, and the end of its local part; ascending, disjoint."""
    written = _written(text)
    if not _may_be_spoken(text):
        yield from written
        return
    end = 0
    for found in sorted([*written, *_spoken(text)]):
        if found[0] >= end:
            yield found
            end = found[1]


def _written(text: str) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    end = 0
    at = text.find("@")
    while at >= 0:
        local = _LOCAL_PART.search(text, max(end, at - MAX_LOCAL_PART), at)
        domain = _DOMAIN.match(text, at + 1, at + 1 + MAX_DOMAIN)
        if local and domain and "." in domain.group():
            if not _is_link_to_a_message(text, local.start(), local.group()):
                found.append((local.start(), domain.end(), at))
            end = domain.end()
        at = text.find("@", max(at + 1, end))
    return found


def _spoken(text: str) -> Iterator[tuple[int, int, int]]:
    """Addresses that are spelt out, so that machines should not read them."""
    end = 0
    for hint in _HINT.finditer(text):
        # The blanks and the bracket before the word are part of what separates.
        start = max(end, hint.start() - 3)
        separator = _AT.search(text, start, hint.end() + 4)
        if separator is None or separator.end() < hint.end():
            continue
        end = separator.end()
        before = _BEFORE_AT.search(text, max(0, separator.start() - 64), separator.start())
        after = _AFTER_AT.match(text, separator.end())
        if before is None or after is None:
            continue
        local, at, domain = before[0], separator[0].strip(), after[0]
        if not _LAST_LABEL.search(domain):
            continue
        if separator[0] != "@" and at == "@" and len(local) < 2:
            continue
        if separator[0] == "@" and _DOMAIN.fullmatch(domain):
            # Written as machines write it, and found there already.
            continue
        if at.lower() == "at":
            first = _DOMAIN.match(domain)
            if local.lower() in _PLACED or (first and first[0].split(".")[0].lower() in _PLACES):
                continue
        yield before.start(), after.end(), before.end()


def _plain(address: str) -> str:
    """An address as machines write it, whatever form it was found in."""
    joined = re.sub(
        r"[\s\[({<]*\b(?:at|pada)\b[\s\])}>]*|[\s\[({<]+@[\s\])}>]*|@\s+",
        "@",
        address,
        flags=re.IGNORECASE,
    )
    return re.sub(
        r"[\s\[({<]*\b(?:dot|titik)\b[\s\])}>]*", ".", joined, flags=re.IGNORECASE
    ).lower()


def _is_link_to_a_message(text: str, start: int, local_part: str) -> bool:
    if sum(character.isdigit() for character in local_part) < _DIGITS_OF_A_MESSAGE_ID:
        return False
    before = _URL_START.search(text, max(0, start - 200), start)
    return before is not None and "?" not in before.group()
