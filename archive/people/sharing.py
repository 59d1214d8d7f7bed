"""Addresses that several people share, told by the names shown with them.

A forum's gateway, a tracker, a web form or a list that rewrites From writes for many
people from one address. Such an address belongs to nobody: each name on it is a sender of
its own, with a key made of both (``named_key``).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from archive.disjoint_sets import DisjointSets
from archive.people.names import full_name_key

SHARED_FROM = 3
"""An address with so many full names of which no two are alike belongs to nobody. Two are
often one person's, who also writes under a pseudonym or for a project."""
_BEGINNING = 3
"""Words that share so many first letters may be one name and its short form."""
NICKNAMES_FROM = 5
"""Likewise with this many names of any kind, if none makes up half of the uses."""

_MACHINES = re.compile(
    r"(?:no-?reply|do-?not-?reply|nobody|invalid|forum|board|gateway|web|www|guest|anonymous|"
    r"bug|issue|ticket|tracker|trac|jira|gerrit|review|git|svn|cvs|hg|phabric|discourse|nabble|"
    r"gmane|news|usenet|dmarc|notif|bounce|info|support|help|contact|office|list|admin)"
)
"""Beginnings of local parts behind which no single person stands."""
_WORD = re.compile(r"[^\W_]{2,}")
_NAMED = re.compile(r"name:[^<>]* <([^<>\s]+@[^<>\s]+)>")


def named_key(email: str, name: str) -> str:
    """The key of a sender known by a name on an address that is not theirs alone."""
    words = full_name_key(name) or " ".join(re.sub(r"[<>]", " ", name).casefold().split())
    return f"name:{words[: 400 - len(email) - 8]} <{email}>"


def shared_email(key: str) -> str | None:
    """The address in a key made by ``named_key``; None for any other key."""
    match = _NAMED.fullmatch(key)
    return match[1] if match else None


def is_shared(email: str, uses: Mapping[str, int]) -> bool:
    """Whether an address belongs to nobody.

    uses: how often it showed each name.
    """
    plain = _WORD.findall(email.partition("@")[0])
    named = {name: count for name, count in uses.items() if _words(name) != plain}
    every = _unrelated(named)
    full = _unrelated({name: count for name, count in named.items() if full_name_key(name)})
    if _MACHINES.match(email):
        return len(full) > 1 or len(every) >= SHARED_FROM
    return len(full) >= SHARED_FROM or (
        len(every) >= NICKNAMES_FROM and max(every) < sum(every) / 2
    )


def _unrelated(uses: Mapping[str, int]) -> list[int]:
    """Uses of each group of names that are linked by words that begin alike.

    A name in another script may be the same name spelt otherwise. So the groups are those
    of the script that has most of them.
    """
    scripts: dict[str, dict[str, int]] = defaultdict(dict)
    for name, count in uses.items():
        words = _words(name)
        if words:
            key = " ".join(words)
            names = scripts[_script(words)]
            names[key] = names.get(key, 0) + count
    return max((_groups(names) for names in scripts.values()), key=len, default=[])


def _groups(names: Mapping[str, int]) -> list[int]:
    linked = DisjointSets()
    for name in names:
        first, *others = name.split()
        for word in others:
            linked.join(first[:_BEGINNING], word[:_BEGINNING])
    totals: dict[str, int] = defaultdict(int)
    for name, count in names.items():
        totals[linked.find(name.split()[0][:_BEGINNING])] += count
    return list(totals.values())


def _words(name: str) -> list[str]:
    """The words of a name that may link it to another one: no initials."""
    words = full_name_key(name).split() or _WORD.findall(name.casefold())
    return [word for word in words if len(word) > 1]


def _script(words: Iterable[str]) -> str:
    letter = next((letter for word in words for letter in word if letter.isalpha()), "a")
    return unicodedata.name(letter, "LATIN").split()[0]
