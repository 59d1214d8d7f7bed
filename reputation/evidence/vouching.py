"""Who is established, and whose askers are vouched for, each with the instant it came true.

An asker counts fully once established, or once answered by an established
person other than the one who is to be judged: a farm of sock puppets that
only its owner answers stays unvouched (compare TrustRank: Z. Gyöngyi,
H. Garcia-Molina, J. Pedersen, Combating Web Spam with TrustRank, VLDB 2004).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from reputation.arrays import Integers
from reputation.evidence.ledger import NEVER

ESTABLISHED_ANSWERS: Final = 10
ESTABLISHED_ASKERS: Final = 5
ESTABLISHED_SECONDS: Final = 90 * 86_400
FEWEST_ESTABLISHED: Final = 3
"""With fewer established people an archive is young: nobody can vouch, so everybody is vouched."""


class Established(NamedTuple):
    """Who is established.

    since: for each person the instant, ``NEVER`` if not. mature_at: when there
    were enough of them to demand vouching.
    """

    since: Integers
    mature_at: int


def established_people(
    person: Integers, pair_ordinal: Integers, date: Integers, people: int
) -> Established:
    """Those of ``people`` who gave 10 answers to 5 askers over 90 days.

    The columns are those of the answers in date order; ``pair_ordinal`` is 0
    for the first answer of a person to an asker.
    """
    order = np.argsort(person, kind="stable")
    who, when, first_pair = person[order], date[order], pair_ordinal[order] == 0
    begin = np.searchsorted(who, np.arange(people))
    first_date = np.append(when, 0)[begin]
    before = np.append(0, np.cumsum(first_pair))
    answers = np.arange(len(who)) - begin[who] + 1
    askers = before[1:] - before[begin[who]]
    reached = (
        (answers >= ESTABLISHED_ANSWERS)
        & (askers >= ESTABLISHED_ASKERS)
        & (when - first_date[who] >= ESTABLISHED_SECONDS)
    )
    since = np.full(people, NEVER, dtype=np.int64)
    np.minimum.at(since, who[reached], when[reached])
    if people < FEWEST_ESTABLISHED:
        return Established(since, NEVER)
    last = FEWEST_ESTABLISHED - 1
    return Established(since, int(np.partition(since, last)[last]))


def vouched_at(
    person: Integers,
    asker: Integers,
    pair_ordinal: Integers,
    date: Integers,
    established: Integers,
) -> Integers:
    """For each answer: when its asker became vouched for in the answerer's favour."""
    first = np.flatnonzero(pair_ordinal == 0)
    voucher, ward = person[first], asker[first]
    since = np.maximum(date[first], established[voucher])
    order = np.lexsort((since, ward))
    voucher, ward, since = voucher[order], ward[order], since[order]
    begin = np.searchsorted(ward, asker)
    padded_ward, padded_since = np.append(ward, [-1, -1]), np.append(since, [NEVER, NEVER])
    second = np.where(padded_ward[begin + 1] == asker, padded_since[begin + 1], NEVER)
    # Nobody vouches for their own askers: then the next voucher decides.
    by_other = np.where(voucher[begin] != person, since[begin], second)
    return np.minimum(by_other, established[asker])
