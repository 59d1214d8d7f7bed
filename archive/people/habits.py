"""How an address writes: when, from which time zone, with which program and signature.

Two people of one name who write in the same months differ in more than one
habit at once; one person with two addresses mostly differs in one alone: the
office's program, or the zone that a web-mail service puts into Date. Whoever
signs alike from both is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MONTH_SECONDS = 30 * 86_400
LEAST_POSTS = 3
"""Posts of each side in shared months below which nothing is concluded."""
LEAST_REPLIES = 10
"""Replies of each side from which a common name, a zone and a program tell one person."""
ZONES_APART = 120
"""Minutes: further apart than summer time and a neighbouring zone."""


@dataclass(frozen=True, slots=True)
class HabitUse:
    """Posts of one address in one 30-day month that agree in zone, program and signature.

    month: number since 1970. zone: minutes east of UTC, None where unknown.
    replies: those that name a message they answer. signature: its mark
    (``archive.mail.fingerprints``), None without one.
    """

    month: int
    zone: int | None
    program: str | None
    posts: int
    replies: int
    signature: bytes | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """All posts of an address: by month, and how many are replies."""

    months: Mapping[int, tuple[HabitUse, ...]] = field(default_factory=dict)
    replies: int = 0


NO_HABITS = Habits()


def habits_of(uses: Iterable[HabitUse]) -> Habits:
    """Gather an address's uses."""
    months: dict[int, tuple[HabitUse, ...]] = {}
    replies = 0
    for use in uses:
        months[use.month] = (*months.get(use.month, ()), use)
        replies += use.replies
    return Habits(months, replies)


def are_unlike(one: Habits, other: Habits) -> bool:
    """Whether two addresses write in the same months, from far zones and otherwise too.

    Otherwise: with other programs, or each under a signature of its own.
    """
    shared = one.months.keys() & other.months.keys()
    if not shared:
        return False
    left = [use for month in shared for use in one.months[month]]
    right = [use for month in shared for use in other.months[month]]
    if min(sum(use.posts for use in left), sum(use.posts for use in right)) < LEAST_POSTS:
        return False
    if not _zones_differ(left, right) or _sign_alike(one, other):
        return False
    return _programs_differ(left, right) or _signatures_differ(left, right)


def are_alike(one: Habits, other: Habits) -> bool:
    """Whether two addresses that both took much part share a zone and a mail program."""
    if min(one.replies, other.replies) < LEAST_REPLIES:
        return False
    left = [use for uses in one.months.values() for use in uses]
    right = [use for uses in other.months.values() for use in uses]
    return bool(_zones(left) & _zones(right)) and bool(_programs(left) & _programs(right))


def _zones_differ(left: Iterable[HabitUse], right: Iterable[HabitUse]) -> bool:
    here, there = _zones(left), _zones(right)
    if not here or not there:
        return False
    return min(abs(one - other) for one in here for other in there) > ZONES_APART


def _programs_differ(left: Iterable[HabitUse], right: Iterable[HabitUse]) -> bool:
    here, there = _programs(left), _programs(right)
    return bool(here) and bool(there) and here.isdisjoint(there)


def _sign_alike(one: Habits, other: Habits) -> bool:
    """Whether both have ever used one signature."""
    left, right = (
        {use.signature for uses in habits.months.values() for use in uses if use.signature}
        for habits in (one, other)
    )
    return not left.isdisjoint(right)


def _signatures_differ(left: Iterable[HabitUse], right: Iterable[HabitUse]) -> bool:
    """Whether each keeps to a signature, and not to the same."""
    here, there = _kept_signatures(left), _kept_signatures(right)
    return bool(here) and bool(there) and here.isdisjoint(there)


def _kept_signatures(uses: Iterable[HabitUse]) -> set[bytes]:
    posts: Counter[bytes] = Counter()
    for use in uses:
        if use.signature:
            posts[use.signature] += use.posts
    return {signature for signature, count in posts.items() if count >= LEAST_POSTS}


def _zones(uses: Iterable[HabitUse]) -> set[int]:
    # Zone 0 is what servers write that do not know where their user is.
    return {use.zone for use in uses if use.zone}


def _programs(uses: Iterable[HabitUse]) -> set[str]:
    return {use.program for use in uses if use.program}
