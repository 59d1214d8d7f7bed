"""Find merges that are likely but not certain, and queue them for moderators."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.errors import NotFoundError
from archive.people.addresses import KnownAddresses
from archive.people.identity import (
    COMMON_NAME_FROM,
    NameUse,
    People,
    is_email,
    is_role,
    main_names,
    plain_local_part,
)
from archive.people.layers import people_in_layers
from archive.people.names import is_common
from archive.tables import Address, MergeSuggestion

MAX_GROUP = COMMON_NAME_FROM
"""A feature that this many addresses share identifies nobody."""
_LEAST_LOCAL_PART = 6

OTHER_LIST = "same full name on different lists"
INITIALS = "names that agree but for initials or a part left out, on the same list"
LOCAL_PART = "same local part and a name in common, on the same list"


@dataclass(frozen=True, slots=True)
class PeopleReport:
    """Numbers of addresses and people, with the reasons.

    merges: by reason, how many addresses were merged; one address of each person is not
        counted.
    refused: by reason, how many pairs with one full name on one list were kept apart.
    suggested: by reason, how many pairs are in the queue.
    """

    addresses: int
    people: int
    merges: Mapping[str, int]
    refused: Mapping[str, int]
    suggested: Mapping[str, int]


def refresh_suggestions(session: Session) -> PeopleReport:
    """Examine all addresses and update the queue. A pair found again keeps its id."""
    known = KnownAddresses(session, None)
    found = people_in_layers(known)
    apart = {tuple(sorted((claim.one, claim.other))) for claim in known.claims if not claim.same}
    pairs: dict[tuple[str, str], str] = {}
    for one, other, reason in _candidates(known, found):
        pair = (one, other) if one < other else (other, one)
        if found.leaders[one] != found.leaders[other] and pair not in apart:
            pairs.setdefault(pair, reason)
    _write(session, known, _one_for_two_people(pairs, found.leaders))
    return _report(known, found, pairs)


def take_suggestion(session: Session, number: int) -> tuple[int, int, str]:
    """Remove a suggestion from the queue; return its two person ids and its reason.

    Raises ``NotFoundError`` if it was settled or the archive has changed since.
    """
    row = session.get(MergeSuggestion, number)
    if row is None:
        raise NotFoundError(f"no suggestion {number} in the queue; see `people suggestions`")
    one = session.get_one(Address, row.one).person_id
    other = session.get_one(Address, row.other).person_id
    reason = row.reason
    session.delete(row)
    session.flush()
    return one, other, reason


def _candidates(known: KnownAddresses, found: People) -> Iterator[tuple[str, str, str]]:
    """Pairs of addresses with the reason to suggest them, the stronger reasons first."""
    for refusal in found.refusals:
        if "addresses show it" not in refusal.reason:
            yield refusal.one, refusal.other, refusal.reason
    yield from _pairs(_by_name_part(known), INITIALS)
    yield from _pairs(_by_local_part(known), LOCAL_PART)
    yield from _pairs(_by_name(known), OTHER_LIST)


def _pairs(groups: Iterable[set[str]], reason: str) -> Iterator[tuple[str, str, str]]:
    for group in groups:
        if len(group) < MAX_GROUP:
            for one, other in combinations(sorted(group), 2):
                yield one, other, reason


def _by_name(known: KnownAddresses) -> Iterable[set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for use in _sure(known.uses):
        if not is_common(use.name_key):
            groups[use.name_key].add(use.address)
    return groups.values()


def _by_name_part(known: KnownAddresses) -> Iterable[set[str]]:
    """Addresses of one list whose names share two words that are not both common."""
    groups: dict[tuple[int, str], set[str]] = defaultdict(set)
    for use in _sure(known.uses):
        words = [word for word in use.name_key.split() if len(word) > 1][:6]
        for pair in combinations(words, 2):
            part = " ".join(pair)
            if not is_common(part):
                groups[use.mailing_list, part].add(use.address)
    return groups.values()


def _by_local_part(known: KnownAddresses) -> Iterable[set[str]]:
    lists: dict[str, set[int]] = defaultdict(set)
    for use in known.uses:
        lists[use.address].add(use.mailing_list)
    groups: dict[tuple[int, str, str], set[str]] = defaultdict(set)
    for address, shown in known.shown.items():
        local_part = plain_local_part(address)
        if not is_email(address) or is_role(address) or len(local_part) < _LEAST_LOCAL_PART:
            continue
        words = {word for name, *_ in shown for word in name.casefold().split() if len(word) > 2}
        for mailing_list in lists[address]:
            for word in words - {local_part}:
                groups[mailing_list, local_part, word].add(address)
    return groups.values()


def _sure(uses: Iterable[NameUse]) -> list[NameUse]:
    """The uses of names that belong to their addresses (``main_names``)."""
    held = list(uses)
    main = main_names(held)
    return [use for use in held if use.name_key in main.get(use.address, ())]


def _one_for_two_people(
    pairs: Mapping[tuple[str, str], str], leaders: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """Keep one pair of addresses for every two people, so that each question is asked once."""
    chosen: dict[tuple[str, str], tuple[str, str]] = {}
    for pair in pairs:
        one, other = sorted((leaders[pair[0]], leaders[pair[1]]))
        chosen.setdefault((one, other), pair)
    return {pair: pairs[pair] for pair in chosen.values()}


def _write(session: Session, known: KnownAddresses, pairs: Mapping[tuple[str, str], str]) -> None:
    wanted: dict[tuple[int, int], str] = {}
    for (one, other), reason in pairs.items():
        first, second = sorted((known.rows[one].id, known.rows[other].id))
        wanted[first, second] = reason
    stored = {(row.one, row.other): row for row in session.scalars(select(MergeSuggestion))}
    gone = [row.id for pair, row in stored.items() if pair not in wanted]
    for part in in_parts(gone):
        session.execute(delete(MergeSuggestion).where(MergeSuggestion.id.in_(part)))
    now = datetime.now(UTC).replace(microsecond=0)
    for addresses, reason in wanted.items():
        row = stored.get(addresses)
        if row is None:
            first, second = addresses
            session.add(MergeSuggestion(one=first, other=second, reason=reason, found=now))
        else:
            row.reason = reason
    session.flush()


def _report(
    known: KnownAddresses, found: People, pairs: Mapping[tuple[str, str], str]
) -> PeopleReport:
    leaders = set(found.leaders.values())
    merged = Counter(
        re.sub(r" \d+$", "", reason)
        for address, reason in found.reasons.items()
        if address not in leaders
    )
    return PeopleReport(
        addresses=len(known.rows),
        people=len(leaders),
        merges=merged,
        refused=Counter(
            re.sub(r"\d+ addresses", "many addresses", one.reason) for one in found.refusals
        ),
        suggested=Counter(_one_for_two_people(pairs, found.leaders).values()),
    )
