"""People: which addresses are one person (REPUTATION.md, People).

Three things decide, in this order: what people decided, the newest first;
what contradicts (the same name used at the same time in unlike ways); the
same full name on the same list. The answer is a function of what the archive
holds and of the decisions, whatever order the mail came in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

from archive.disjoint_sets import DisjointSets
from archive.people.habits import NO_HABITS, Habits, are_alike, are_unlike
from archive.people.names import full_name, is_common, words_of_local_part

COMMON_NAME_FROM = 8
"""A full name used by this many addresses of one list is nobody's own."""
MAIN_SHARE = 0.8
"""An address is one person's when this share of its uses show names with a word in common."""
MAX_PAIRS_OF_NAME = 1_000
"""Pairs of one name that are looked at: more than the pairs of any name that joins."""

SAME_NAME = "same full name on the same list"
SAME_NAME_AND_LOCAL_PART = "same full name and same local part"
DECIDED = "decision"
"""Followed by its number: a moderator's word."""
SAME_NAME_AND_HABITS = "same full name, time zone and mail program, both in many discussions"
COMMON = "same full name, but a common one"
UNLIKE = "same full name, but they write at one time in unlike ways"
TWO_PEOPLE = "same full name, but two people bear it"
SILENT = "same full name, but on an address unlike it that took no part in a discussion"

_ROLES = re.compile(
    r"(?:no-?reply|do-?not-?reply|postmaster|mailer-daemon|root|admin|administrator|webmaster|"
    r"info|support|help|helpdesk|sales|office|contact|list|owner|moderator|redaksi|sekretariat|"
    r"notifications?|bounces?|noc|hostmaster|abuse|security|press|marketing|newsletter|team|"
    r"[^@]+-(?:bounces|request|owner|admin))(?:[+.-].*)?@"
)
_LEAST_LOCAL_PART = 5


class Joined:
    """Addresses joined one by one; ``reasons`` says what joined each first."""

    def __init__(self) -> None:
        self._sets = DisjointSets()
        self._apart: dict[str, set[str]] = defaultdict(set)
        self.reasons: dict[str, str] = {}

    def find(self, address: str) -> str:
        """The lowest address of the set that ``address`` is in."""
        return self._sets.find(address)

    def join(self, one: str, other: str, reason: str) -> bool:
        """Join two addresses unless they must stay apart; the lower one leads."""
        first, second = sorted((self.find(one), self.find(other)))
        if first != second:
            if second in self._apart[first]:
                return False
            self._sets.join(first, second)
            for third in self._apart.pop(second, ()):
                self._apart[third].discard(second)
                self._apart[third].add(first)
                self._apart[first].add(third)
        self.reasons.setdefault(one, reason)
        self.reasons.setdefault(other, reason)
        return True

    def separate(self, one: str, other: str) -> None:
        """Keep two addresses apart from now on, unless they are joined already."""
        first, second = self.find(one), self.find(other)
        if first != second:
            self._apart[first].add(second)
            self._apart[second].add(first)

    def are_separate(self, one: str, other: str) -> bool:
        """Whether two addresses must stay apart."""
        return self.find(other) in self._apart.get(self.find(one), ())


@dataclass(frozen=True, slots=True)
class NameUse:
    """How often a full name (normalised) was shown with an address (its key) on a list."""

    address: str
    mailing_list: int
    name_key: str
    uses: int = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """A decision's word on two addresses: ``same`` or not."""

    decision: int
    same: bool
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Two addresses that show one name on one list and are not joined for it."""

    one: str
    other: str
    reason: str


@dataclass(frozen=True, slots=True)
class People:
    """The answer: for every address the lowest address of its person, and why.

    reasons: of each address that stands with others. refusals: pairs left
    apart although they show the same full name on the same list.
    """

    leaders: Mapping[str, str]
    reasons: Mapping[str, str]
    refusals: Sequence[Refusal]


def is_role(email: str) -> bool:
    """Whether an address belongs to an office rather than to a person."""
    return _ROLES.match(email) is not None


def address_key(email: str | None, name: str, written: str) -> str:
    """The identity a sender carries: the address, or the full name where it was obscured."""
    if email is not None:
        return email[:400]
    return ("name:" + (full_name(name) or f"{name.casefold()} {written.casefold()}"))[:400]


def is_email(key: str) -> bool:
    """Whether an address key is an e-mail address rather than a name."""
    return not key.startswith("name:")


def people(
    addresses: Iterable[str],
    uses: Iterable[NameUse],
    *,
    habits: Mapping[str, Habits] | None = None,
    claims: Iterable[Claim] = (),
) -> People:
    """Join the addresses (keys) of each person.

    habits: how each address writes; one that is missing tells nothing.
    claims: decisions in force; their addresses need not be among ``addresses``.
    """
    known = set(addresses)
    decided = sorted(
        claims, key=lambda claim: (-claim.decision, claim.one, claim.other, claim.same)
    )
    joined = Joined()
    for claim in decided:
        if claim.same:
            joined.join(claim.one, claim.other, f"{DECIDED} {claim.decision}")
        else:
            joined.separate(claim.one, claim.other)
    groups = name_groups(uses)
    unlike = _unlike_pairs(groups.values(), habits or {})
    for one, other in sorted(unlike):
        joined.separate(one, other)
    rule = _NameRule(joined, unlike, habits or {})
    for name, group in sorted((name, sorted(group)) for (_, name), group in groups.items()):
        rule.apply(name, group)
    return _answer(joined, known, rule.refusals)


def _answer(
    joined: Joined, known: Iterable[str], refusals: Mapping[tuple[str, str], str]
) -> People:
    leaders: dict[str, str] = {}
    # An address that no mail has shown may join others; it does not stand in the answer.
    seen: dict[str, str] = {}
    for address in sorted(known):
        leaders[address] = seen.setdefault(joined.find(address), address)
    members = Counter(leaders.values())
    reasons = {
        address: joined.reasons[address]
        for address, leader in leaders.items()
        if members[leader] > 1 and address in joined.reasons
    }
    left = [
        Refusal(one, other, reason)
        for (one, other), reason in sorted(refusals.items())
        if leaders.get(one) != leaders.get(other)
    ]
    return People(leaders, reasons, left)


def name_groups(uses: Iterable[NameUse]) -> dict[tuple[int, str], set[str]]:
    """The addresses that show a full name on a list, by (list, name), of people's addresses."""
    held = list(uses)
    main = main_names(held)
    groups: dict[tuple[int, str], set[str]] = defaultdict(set)
    for use in held:
        if use.name_key in main.get(use.address, ()):
            groups[use.mailing_list, use.name_key].add(use.address)
    return groups


def main_names(uses: Iterable[NameUse]) -> dict[str, frozenset[str]]:
    """The full names each address goes by; none for a role's or for one that several share."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for use in uses:
        if use.name_key and not is_role(use.address):
            counts[use.address][use.name_key] += use.uses
    return {address: _main(names) for address, names in counts.items()}


def _main(names: Mapping[str, int]) -> frozenset[str]:
    """The most used names that hang together by shared words, if they are nearly all."""
    if len(names) == 1:
        return frozenset(names)
    ordered = sorted(names, key=lambda name: (-names[name], name))[:100]
    chosen = {ordered[0]}
    words = set(ordered[0].split())
    grown = True
    while grown:
        more = [name for name in ordered if name not in chosen and words & set(name.split())]
        chosen.update(more)
        words.update(word for name in more for word in name.split())
        grown = bool(more)
    enough = sum(names[name] for name in chosen) >= MAIN_SHARE * sum(names.values())
    return frozenset(chosen) if enough else frozenset()


def _unlike_pairs(
    groups: Iterable[Collection[str]], habits: Mapping[str, Habits]
) -> set[tuple[str, str]]:
    """Pairs of addresses of one name that write at the same time in unlike ways."""
    found: set[tuple[str, str]] = set()
    for group in groups:
        if 2 <= len(group) < COMMON_NAME_FROM:
            for one, other in combinations(sorted(group), 2):
                if are_unlike(habits.get(one, NO_HABITS), habits.get(other, NO_HABITS)):
                    found.add((one, other))
    return found


@dataclass(frozen=True, slots=True)
class _NameRule:
    """Joins what one name on one list joins, and notes what it does not."""

    joined: Joined
    unlike: Collection[tuple[str, str]]
    habits: Mapping[str, Habits]
    refusals: dict[tuple[str, str], str] = field(default_factory=dict)

    def apply(self, name: str, group: Sequence[str]) -> None:
        """Look at every two addresses that show ``name``, those with one local part first."""
        pairs = sorted(
            islice(combinations(group, 2), MAX_PAIRS_OF_NAME),
            key=lambda pair: (not same_local_part(*pair), pair),
        )
        doubt = self._doubt(name, group, pairs)
        for one, other in pairs:
            reason = self._apply(name, one, other, doubt)
            if reason is not None:
                self.refusals.setdefault((one, other), reason)

    def _apply(self, name: str, one: str, other: str, doubt: str | None) -> str | None:
        """Join two addresses, or say why not."""
        if (one, other) in self.unlike:
            return UNLIKE
        if same_local_part(one, other):
            joined = self.joined.join(one, other, SAME_NAME_AND_LOCAL_PART)
            return None if joined else TWO_PEOPLE
        if doubt == COMMON and self._are_alike(one, other):
            joined = self.joined.join(one, other, SAME_NAME_AND_HABITS)
            return None if joined else TWO_PEOPLE
        if doubt is not None:
            return doubt
        if not (self._speaks(one, name) and self._speaks(other, name)):
            return SILENT
        return None if self.joined.join(one, other, SAME_NAME) else TWO_PEOPLE

    def _doubt(
        self, name: str, group: Sequence[str], pairs: Iterable[tuple[str, str]]
    ) -> str | None:
        """Why the name alone does not tell who wrote, or None."""
        if len(group) >= COMMON_NAME_FROM:
            return f"same full name, but {len(group)} addresses show it"
        if is_common(name):
            return COMMON
        if any(pair in self.unlike or self.joined.are_separate(*pair) for pair in pairs):
            return TWO_PEOPLE
        return None

    def _are_alike(self, one: str, other: str) -> bool:
        return are_alike(self.habits.get(one, NO_HABITS), self.habits.get(other, NO_HABITS))

    def _speaks(self, address: str, name: str) -> bool:
        """Whether the name shown can be believed: the address takes part, or is like it."""
        if not is_email(address) or self.habits.get(address, NO_HABITS).replies > 0:
            return True
        return words_of_local_part(address.partition("@")[0], name)


def same_local_part(one: str, other: str) -> bool:
    """Whether two e-mail addresses have a telling left side in common."""
    if not (is_email(one) and is_email(other)):
        return False
    left, right = plain_local_part(one), plain_local_part(other)
    return left == right and len(left) >= _LEAST_LOCAL_PART


def plain_local_part(email: str) -> str:
    """The left side of an address without its tag and without punctuation."""
    return re.sub(r"[^a-z0-9]", "", email.partition("@")[0].partition("+")[0])
