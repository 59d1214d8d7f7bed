"""The rules that decide which addresses belong to one person (docs/people.md).

Three things decide, in this order: decisions of moderators, the newest first;
contradictions (two addresses use the same name at the same time in different ways); the
same full name on the same list. The result depends only on the content of the archive
and on the decisions, not on the order in which mail arrived.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

from archive.people.habits import NO_HABITS, Habits, are_alike, are_unlike, sign_alike
from archive.people.hidden import UNKNOWN, fit, split_remains, with_remains
from archive.people.joined import Joined
from archive.people.names import full_name, is_common, words_of_local_part

COMMON_NAME_FROM = 8
"""A full name shown by this many addresses of one list identifies nobody."""
MAIN_SHARE = 0.8
"""An address belongs to one person when at least this share of its uses show names that share a
word."""
MAX_PAIRS_OF_NAME = 1_000
"""Most pairs of addresses examined for one name; no name that may join has as many."""

SAME_NAME = "same full name on the same list"
SAME_NAME_AND_LOCAL_PART = "same full name and same local part"
DECIDED = "decision"
"""The reason of a merge that a moderator decided; the decision's number follows."""
SAME_NAME_AND_HABITS = "same full name, time zone and mail program, both in many discussions"
COMMON = "same full name, but a common one"
UNLIKE = "same full name, but they write at one time in unlike ways"
TWO_PEOPLE = "same full name, but two people bear it"
REMAINS = "same full name, and what is left of the hidden address fits"
OTHER_REMAINS = "same full name, but hidden addresses that cannot be one"
REORDERED = "same full name, but its words always in another order"
SILENT = "same full name, but on an address unlike it that took no part in a discussion"

_ROLES = re.compile(
    r"(?:no-?reply|do-?not-?reply|postmaster|mailer-daemon|root|admin|administrator|webmaster|"
    r"info|support|help|helpdesk|sales|office|contact|list|owner|moderator|redaksi|sekretariat|"
    r"notifications?|bounces?|noc|hostmaster|abuse|security|press|marketing|newsletter|team|"
    r"[^@]+-(?:bounces|request|owner|admin))(?:[+.-].*)?@"
)
_LEAST_LOCAL_PART = 5


@dataclass(frozen=True, slots=True)
class NameUse:
    """How often an address showed a full name on a list.

    address: key of the address.
    mailing_list: row id.
    name_key: the name normalised by ``full_name_key``.
    in_order: its words in the order shown (``full_name``).
    """

    address: str
    mailing_list: int
    name_key: str
    uses: int = 1
    in_order: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a decision says about two addresses: ``same`` person or not."""

    decision: int
    same: bool
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Two addresses that show one name on one list but were not joined."""

    one: str
    other: str
    reason: str


@dataclass(frozen=True, slots=True)
class People:
    """The result: which addresses belong together, and why.

    leaders: for every address, the lowest address of its person.
    reasons: for every address that was joined with others, the reason.
    refusals: pairs that were kept apart although they show the same full name on the
        same list.
    """

    leaders: Mapping[str, str]
    reasons: Mapping[str, str]
    refusals: Sequence[Refusal]


def is_role(email: str) -> bool:
    """Whether an address belongs to an office, such as ``info@``, and not to a person."""
    return _ROLES.match(email) is not None


def address_key(email: str | None, name: str, written: str) -> str:
    """The key that identifies a sender: the address, or the full name if it was obscured.

    written: the obscured address as written; what is left of it belongs to the key.
    """
    if email is not None:
        return email[:400]
    name_words = full_name(name)
    if not name_words:
        return f"name:{name.casefold()} {written.casefold()}"[:400]
    return with_remains(f"name:{name_words}", written)


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
    """Group the addresses (keys) by person.

    habits: how each address writes; may lack addresses.
    claims: decisions in force; their addresses need not be in ``addresses``.
    """
    joined = decided(claims)
    held = list(uses)
    refusals = join_by_name(joined, name_groups(held), habits or {}, name_orders(held))
    return answer(joined, addresses, refusals)


def decided(claims: Iterable[Claim]) -> Joined:
    """What moderators joined and told apart, the newest decision first."""
    joined = Joined()
    for claim in sorted(
        claims, key=lambda claim: (-claim.decision, claim.one, claim.other, claim.same)
    ):
        if claim.same:
            joined.join(claim.one, claim.other, f"{DECIDED} {claim.decision}")
        else:
            joined.separate(claim.one, claim.other)
    return joined


def join_by_name(
    joined: Joined,
    groups: Mapping[tuple[int, str], Collection[str]],
    habits: Mapping[str, Habits],
    orders: Mapping[tuple[str, str], Collection[str]],
) -> Mapping[tuple[str, str], str]:
    """Join addresses that show one name on one list; return the pairs refused, with reasons.

    groups: as of ``name_groups``.
    orders: as of ``name_orders``.
    """
    unlike = _unlike_pairs(groups.values(), habits)
    for one, other in sorted(unlike):
        joined.separate(one, other)
    rule = _NameRule(joined, unlike, habits, orders)
    for name, group in sorted((name, sorted(group)) for (_, name), group in groups.items()):
        rule.apply(name, group)
    return rule.refusals


def answer(
    joined: Joined, addresses: Iterable[str], refusals: Mapping[tuple[str, str], str]
) -> People:
    """The result for these addresses (keys)."""
    leaders: dict[str, str] = {}
    # A decision may name an address that no mail has shown. It can link other addresses,
    # but the result leaves it out.
    seen: dict[str, str] = {}
    for address in sorted(set(addresses)):
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
    """Group addresses by the list and the full name they show: keys are (list, name).

    Role addresses and addresses shared by several people are left out.
    """
    held = list(uses)
    main = main_names(held)
    groups: dict[tuple[int, str], set[str]] = defaultdict(set)
    for use in held:
        if use.name_key in main.get(use.address, ()):
            groups[use.mailing_list, use.name_key].add(use.address)
    return groups


def name_orders(uses: Iterable[NameUse]) -> Mapping[tuple[str, str], Collection[str]]:
    """The orders in which each address shows the words of each name: by (address, name)."""
    orders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for use in uses:
        orders[use.address, use.name_key].add(use.in_order)
    return orders


def main_names(uses: Iterable[NameUse]) -> dict[str, frozenset[str]]:
    """The full names that belong to each address.

    Empty for a role address and for an address that several people share.
    """
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for use in uses:
        if use.name_key and not is_role(use.address):
            counts[use.address][use.name_key] += use.uses
    return {address: _main(names) for address, names in counts.items()}


def _main(names: Mapping[str, int]) -> frozenset[str]:
    """The most used name and all names linked to it by shared words.

    Empty if they make up less than ``MAIN_SHARE`` of the uses.
    """
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
    """Pairs of addresses with one name that write at the same time in different ways."""
    found: set[tuple[str, str]] = set()
    for group in groups:
        if 2 <= len(group) < COMMON_NAME_FROM:
            for one, other in combinations(sorted(group), 2):
                if not _may_be_one_address(one, other) and are_unlike(
                    habits.get(one, NO_HABITS), habits.get(other, NO_HABITS)
                ):
                    found.add((one, other))
    return found


def _remains_or_email(key: str) -> str:
    """What is known of an address: all of it, or what is left; empty if nothing is."""
    return key if is_email(key) else split_remains(key)[1]


def _may_be_one_address(one: str, other: str) -> bool:
    """Whether one of two keys is a hidden address that can be the other one."""
    left, right = _remains_or_email(one), _remains_or_email(other)
    return bool(left and right) and not (is_email(one) and is_email(other)) and fit(left, right)


@dataclass(frozen=True, slots=True)
class _NameRule:
    """Joins addresses that show one name on one list, and notes the pairs it refuses."""

    joined: Joined
    unlike: Collection[tuple[str, str]]
    habits: Mapping[str, Habits]
    orders: Mapping[tuple[str, str], Collection[str]]
    refusals: dict[tuple[str, str], str] = field(default_factory=dict)

    def apply(self, name: str, group: Sequence[str]) -> None:
        """Examine each pair of addresses that show ``name``; pairs with equal local parts first."""
        pairs = sorted(
            islice(combinations(group, 2), MAX_PAIRS_OF_NAME),
            key=lambda pair: (not same_local_part(*pair), pair),
        )
        doubt = self._doubt(name, group, pairs)
        for one, other in self._fitting(pairs):
            self.joined.join(one, other, REMAINS)
        for one, other in pairs:
            reason = self._apply(name, one, other, doubt)
            if reason is not None:
                self.refusals.setdefault((one, other), reason)

    def _fitting(self, pairs: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        """Pairs of which one is what is left of the other, if it can be of no other address."""
        fitting = [pair for pair in pairs if _may_be_one_address(*pair)]
        known = Counter(key for pair in fitting if any(map(is_email, pair)) for key in pair)
        return [
            pair
            for pair in fitting
            if not any(map(is_email, pair)) or all(is_email(key) or known[key] == 1 for key in pair)
        ]

    def _apply(self, name: str, one: str, other: str, doubt: str | None) -> str | None:
        """Join two addresses, or return the reason not to."""
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
        lacking = self._lacks_second_sign(name, one, other)
        if lacking is not None and not self._are_kin(one, other):
            return lacking
        if not (self._speaks(one, name) and self._speaks(other, name)):
            return SILENT
        return None if self.joined.join(one, other, SAME_NAME) else TWO_PEOPLE

    def _doubt(
        self, name: str, group: Sequence[str], pairs: Sequence[tuple[str, str]]
    ) -> str | None:
        """Why this name alone does not identify a person; None if it does."""
        hidden = {key for pair in self._fitting(pairs) for key in pair if not is_email(key)}
        if len(group) - len(hidden) >= COMMON_NAME_FROM:
            return f"same full name, but {len(group)} addresses show it"
        if is_common(name):
            return COMMON
        if any(pair in self.unlike or self.joined.are_separate(*pair) for pair in pairs):
            return TWO_PEOPLE
        return None

    def _lacks_second_sign(self, name: str, one: str, other: str) -> str | None:
        """Why the name alone does not join these two addresses; None if it does."""
        left, right = split_remains(one)[1], split_remains(other)[1]
        if left and right and not fit(left, right):
            return OTHER_REMAINS
        orders = (self.orders.get((one, name), ()), self.orders.get((other, name), ()))
        if all(orders) and all(map(all, orders)) and set(orders[0]).isdisjoint(orders[1]):
            return REORDERED
        return None

    def _are_kin(self, one: str, other: str) -> bool:
        """Whether two addresses have a signature in common, or are alike in other habits."""
        return self._are_alike(one, other) or sign_alike(
            self.habits.get(one, NO_HABITS), self.habits.get(other, NO_HABITS)
        )

    def _are_alike(self, one: str, other: str) -> bool:
        return are_alike(self.habits.get(one, NO_HABITS), self.habits.get(other, NO_HABITS))

    def _speaks(self, address: str, name: str) -> bool:
        """Whether to believe the name: the address replied to somebody, or resembles the name."""
        if not is_email(address) or self.habits.get(address, NO_HABITS).replies > 0:
            return True
        return words_of_local_part(address.partition("@")[0], name)


def same_local_part(one: str, other: str) -> bool:
    """Whether two addresses have the same local part, of at least five characters.

    Of a hidden address the letters that are left must fit, five of them at least.
    """
    if is_email(one) and is_email(other):
        left, right = plain_local_part(one), plain_local_part(other)
        return left == right and len(left) >= _LEAST_LOCAL_PART
    left, sign, _ = _remains_or_email(one).partition("@")
    right, other_sign, _ = _remains_or_email(other).partition("@")
    if not (sign and other_sign and fit(left, right)):
        return False
    known = sum(a == b != UNKNOWN for a, b in zip(left, right, strict=True))
    return known >= _LEAST_LOCAL_PART


def plain_local_part(email: str) -> str:
    """The local part of an address without its ``+tag`` and without punctuation."""
    return re.sub(r"[^a-z0-9]", "", email.partition("@")[0].partition("+")[0])
