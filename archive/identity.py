"""People: which addresses are one person (REPUTATION.md, People).

Two addresses are joined when mail on one list shows the same full name for
both, unless the name is common or an address is a role's. The answer is a
function of the set of addresses alone, whatever order they came in.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

COMMON_NAME_FROM = 12
"""A full name used by this many addresses of one list is nobody's own."""

_TITLES = frozenset(
    "prof professor dr drs dra ir h hj kh rr mr mrs ms miss sir bapak bpk pak ibu bu sdr sdri "
    "mba mm st se sh skom mkom msc bsc phd md".split()
)
_ROLES = re.compile(
    r"(?:no-?reply|do-?not-?reply|postmaster|mailer-daemon|root|admin|administrator|webmaster|"
    r"info|support|help|helpdesk|sales|office|contact|list|owner|moderator|redaksi|sekretariat|"
    r"notifications?|bounces?)(?:[+.-].*)?@"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class NameUse:
    """A full name (normalised) shown with an address on a list."""

    address: int
    mailing_list: int
    name_key: str


def full_name_key(name: str) -> str:
    """The normalised full name: case, accents, order marks and titles removed.

    Empty when fewer than two tokens are left, since one name identifies nobody.
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    tokens = plain.replace(",", " ").split()
    untitled = " ".join(one for one in tokens if one.replace(".", "") not in _TITLES)
    words = _WORD.findall(untitled.replace(".", " "))
    if len(words) < 2 or sum(len(word) > 1 for word in words) < 2:
        return ""
    return " ".join(words)[:200]


def is_role(email: str) -> bool:
    """Whether an address belongs to an office rather than to a person."""
    return _ROLES.match(email) is not None


def address_key(email: str | None, name: str, written: str) -> str:
    """The identity a sender carries: the address, or the full name where it was obscured."""
    if email is not None:
        return email[:400]
    return ("name:" + (full_name_key(name) or f"{name.casefold()} {written.casefold()}"))[:400]


def people(
    addresses: Iterable[int], uses: Iterable[NameUse], roles: Collection[int]
) -> Mapping[int, int]:
    """For every address the lowest address of its person.

    ``roles`` are addresses that are never joined to another.
    """
    by_name: dict[tuple[int, str], set[int]] = defaultdict(set)
    for use in uses:
        if use.name_key and use.address not in roles:
            by_name[use.mailing_list, use.name_key].add(use.address)
    leader = {address: address for address in addresses}

    def find(address: int) -> int:
        while leader[address] != address:
            leader[address] = leader[leader[address]]
            address = leader[address]
        return address

    for group in by_name.values():
        if len(group) >= COMMON_NAME_FROM:
            continue
        first, *others = sorted(group)
        for other in others:
            one, two = sorted((find(first), find(other)))
            leader[two] = one
    return {address: find(address) for address in leader}
