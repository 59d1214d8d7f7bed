"""Fill the gaps between periods, so that the axis of a plot shows time evenly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

MAXIMUM_PERIODS = 480
"""Forty years of months; older periods are not shown."""

_PERIOD = re.compile(r"(\d{4})(?:-(Q[1-4]|0[1-9]|1[0-2]))?\Z")


def continuous(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every period from the first to the last of ``counts``; 0 for a missing one."""
    return [(period, counts.get(period, 0)) for period in every_period(counts)]


def coarsened(counts: Sequence[tuple[str, int]], limit: int) -> list[tuple[str, int]]:
    """Sum counts by month, or by quarter or year if there would be more than ``limit`` sums."""
    for kind in (12, 4, 1):
        summed: dict[str, int] = {}
        for period, count in counts:
            parsed = _parse(period)
            if parsed:
                of, number = parsed
                name = _write(min(kind, of), number * min(kind, of) // of)
                summed[name] = summed.get(name, 0) + count
        if len(summed) <= limit:
            break
    return list(summed.items())


def every_period(periods: Iterable[str]) -> list[str]:
    """All periods from the first to the last, of one kind: ``2019``, ``2019-Q1`` or ``2019-03``.

    Malformed periods, and periods of another kind than the first, are left out.
    """
    parsed = [found for period in periods if (found := _parse(period))]
    if not parsed:
        return []
    kind = parsed[0][0]
    numbers = [number for other, number in parsed if other == kind]
    last = max(numbers)
    first = max(min(numbers), last - MAXIMUM_PERIODS + 1)
    return [_write(kind, number) for number in range(first, last + 1)]


def _parse(period: str) -> tuple[int, int] | None:
    """(periods per year, running number); None for a malformed period."""
    match = _PERIOD.match(period)
    if not match:
        return None
    year, part = int(match[1]), match[2]
    if part is None:
        return 1, year
    if part.startswith("Q"):
        return 4, year * 4 + int(part[1]) - 1
    return 12, year * 12 + int(part) - 1


def _write(kind: int, number: int) -> str:
    year, part = divmod(number, kind)
    if kind == 1:
        return f"{year:04}"
    return f"{year:04}-Q{part + 1}" if kind == 4 else f"{year:04}-{part + 1:02}"
