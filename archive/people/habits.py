"""Writing habits of an address: months, time zones, mail programs and signatures.

Two people with the same name who write in the same months usually differ in several
habits at once. One person with two addresses usually differs in only one: the mail
program at work, or the time zone that a web-mail service writes into Date. Two
addresses that use the same signature belong to one person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HABIT_MONTH_SECONDS = 30 * 86_400
LEAST_POSTS = 3
"""With fewer posts of either side in their shared months, nothing is concluded."""
LEAST_REPLIES = 10
"""From this many replies of each side on, a common name, time zone and mail program together
identify one person."""
ZONES_APART = 120
"""Minutes. Zones further apart than this differ by more than summer time and one neighbouring
zone."""


@dataclass(frozen=True, slots=True)
class HabitUse:
    """Posts of one address in one 30-day month with the same zone, program and signature.

    month: number of the month, counted from 1970.
    zone: minutes east of UTC; None if unknown.
    replies: how many of the posts name a message that they answer.
    signature: hash of the signature (``archive.mail.fingerprints``); None without one.
    """

    month: int
    zone: int | None
    program: str | None
    posts: int
    replies: int
    signature: bytes | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of one address, by month, and how many of its posts are replies."""

    months: Mapping[int, tuple[HabitUse, ...]] = field(default_factory=dict)
    replies: int = 0


NO_HABITS = Habits()


def habits_of(uses: Iterable[HabitUse]) -> Habits:
    """Collect the uses of one address."""
    months: dict[int, tuple[HabitUse, ...]] = {}
    replies = 0
    for use in uses:
        months[use.month] = (*months.get(use.month, ()), use)
        replies += use.replies
    return Habits(months, replies)


def are_unlike(one: Habits, other: Habits) -> bool:
    """Whether two addresses look like two people who write at the same time.

    In months when both wrote, their time zones are far apart, and either their mail
    programs differ or each has a signature of its own.
    """
    shared = one.months.keys() & other.months.keys()
    if not shared:
        return False
    left = [use for month in shared for use in one.months[month]]
    right = [use for month in shared for use in other.months[month]]
    if min(sum(use.posts for use in left), sum(use.posts for use in right)) < LEAST_POSTS:
        return False
    if not _zones_differ(left, right) or sign_alike(one, other):
        return False
    return _programs_differ(left, right) or _signatures_differ(left, right)


def are_alike(one: Habits, other: Habits) -> bool:
    """Whether two addresses with many replies share a time zone and a mail program."""
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


def sign_alike(one: Habits, other: Habits) -> bool:
    """Whether both addresses have ever used the same signature."""
    left, right = (
        {use.signature for uses in habits.months.values() for use in uses if use.signature}
        for habits in (one, other)
    )
    return not left.isdisjoint(right)


def _signatures_differ(left: Iterable[HabitUse], right: Iterable[HabitUse]) -> bool:
    """Whether each side uses some signature regularly, and they have none in common."""
    here, there = _kept_signatures(left), _kept_signatures(right)
    return bool(here) and bool(there) and here.isdisjoint(there)


def _kept_signatures(uses: Iterable[HabitUse]) -> set[bytes]:
    posts: Counter[bytes] = Counter()
    for use in uses:
        if use.signature:
            posts[use.signature] += use.posts
    return {signature for signature, count in posts.items() if count >= LEAST_POSTS}


def _zones(uses: Iterable[HabitUse]) -> set[int]:
    # Servers that do not know the user's time zone write zone 0.
    return {use.zone for use in uses if use.zone}


def _programs(uses: Iterable[HabitUse]) -> set[str]:
    return {use.program for use in uses if use.program}
