"""Calendar months of an archive (UTC), and the quarters and years made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reputation.arrays import Integers


@dataclass(frozen=True, slots=True)
class Months:
    """Consecutive calendar months.

    first: number of the first, months since January 1970. ends: the last
    second of each (Unix seconds); of the last one, the date of the last post.
    """

    first: int
    ends: Integers

    @classmethod
    def of(cls, dates: Integers) -> Months:
        """The months from the first to the last of ascending instants; none for none."""
        if not len(dates):
            return cls(0, np.zeros(0, dtype=np.int64))
        first, last = (int(number) for number in month_numbers(dates[[0, -1]]))
        following = np.arange(first + 1, last + 2).astype("datetime64[M]")
        ends = following.astype("datetime64[s]").astype(np.int64) - 1
        ends[-1] = dates[-1]
        return cls(first, ends)

    def places(self, instants: Integers) -> Integers:
        """Place of each instant's month among these."""
        return month_numbers(instants) - self.first


def month_numbers(instants: Integers) -> Integers:
    """Calendar months since January 1970 of Unix seconds."""
    return instants.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def period_groups(months: Months, granularity: str) -> tuple[Integers, Integers]:
    """First place and one past the last place of the months of each period."""
    size = {"month": 1, "quarter": 3, "year": 12}[granularity]
    period = (months.first + np.arange(len(months.ends))) // size
    ends = np.flatnonzero(np.append(period[1:] != period[:-1], True)[: len(period)]) + 1
    return np.append(0, ends[:-1])[: len(ends)], ends


def period_names(months: Months, granularity: str) -> list[str]:
    """``2019-03``, ``2019-Q1`` or ``2019`` for each period."""
    starts, _ = period_groups(months, granularity)
    names = []
    for number in (months.first + starts).tolist():
        year, month = 1970 + number // 12, number % 12
        if granularity == "month":
            names.append(f"{year:04}-{month + 1:02}")
        else:
            names.append(
                f"{year:04}-Q{month // 3 + 1}" if granularity == "quarter" else f"{year:04}"
            )
    return names
