"""Small tools on arrays of numbers that stand for people, threads and rows."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csc_array, csr_array

SPAN: Final = 1 << 32
"""Joins two numbers below it to one key."""
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


def joined(first: Integers, second: Integers) -> Integers:
    """One key for each pair; ``key // SPAN`` is the first. Neither may be negative."""
    return first * SPAN + second


def sums(group: Integers, values: Floats, groups: int) -> Floats:
    """Sum of the values of each group 0 … groups - 1; of rows of values, column by column."""
    if values.ndim == 1:
        return np.bincount(group, values, groups).astype(np.float64)
    count = len(group)
    summing = csc_array((np.ones(count), group, np.arange(count + 1)), (groups, count))
    return np.asarray(summing @ values)


def distinct(group: Integers, values: Integers, groups: int) -> Integers:
    """How many different values each group 0 … groups - 1 has."""
    pairs = np.unique(joined(group, values))
    return np.bincount(pairs // SPAN, minlength=groups).astype(np.int64)


ROUNDED_DIGITS: Final = 7


def rounded(values: ArrayLike, digits: int = ROUNDED_DIGITS) -> Floats:
    """Numbers not below 0, rounded to some binary digits; with 7 whole ones up to 128 stay.

    What is computed from sums over a whole archive then stays the same, to the
    bit, for most single additions to it.
    """
    mantissa, exponent = np.frexp(np.asarray(values, dtype=np.float64))
    step = float(1 << digits)
    result: Floats = np.ldexp(np.rint(mantissa * step) / step, exponent)
    return result


def spread(starts: Integers, lengths: Integers) -> Integers:
    """Indices of the runs ``starts[i] … starts[i] + lengths[i] - 1``, one after another."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total, dtype=np.int64)


def by_first_appearance(ids: Integers) -> tuple[Integers, Integers, Integers]:
    """Distinct ids in order of appearance, each value's number there, and their first rows."""
    distinct, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    return distinct[order], number[inverse.reshape(-1)], first[order]


def ordinals(keys: Integers) -> Integers:
    """For each value, how many equal values stand before it."""
    order = np.argsort(keys, kind="stable")
    arranged = keys[order]
    starts = np.flatnonzero(np.append(True, arranged[1:] != arranged[:-1])[: len(keys)])
    lengths = np.diff(np.append(starts, len(keys)))
    count = np.empty(len(keys), dtype=np.int64)
    count[order] = np.arange(len(keys)) - np.repeat(starts, lengths)
    return count


def numbers_in(known: Integers, ids: Integers) -> Integers:
    """Place of each id among the distinct ``known`` ones, -1 for one that is not there."""
    if not len(known):
        return np.full(len(ids), -1, dtype=np.int64)
    order = np.argsort(known)
    place = order[np.minimum(np.searchsorted(known, ids, sorter=order), len(known) - 1)]
    return np.where(known[place] == ids, place, -1)


def scattered(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each number sent to one that looks drawn at random from 64 bits, always the same.

    Source: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number
    generators, OOPSLA 2014.
    """
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def sum_rows(table: csr_array, group: Integers, groups: int) -> csr_array:
    """Sums of the rows of each group 0 … groups - 1; rows of group -1 are left out."""
    rows = np.flatnonzero(group >= 0)
    ones = np.ones(len(rows), dtype=np.float32)
    membership = csr_array((ones, (group[rows], rows)), shape=(groups, len(group)))
    return csr_array(membership @ table)
