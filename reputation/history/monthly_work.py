"""What is summed over all topics, at the end of each month: W and Y of everybody."""

from __future__ import annotations

import numpy as np

from reputation.arrays import SPAN, Floats, Integers, joined, sums
from reputation.evidence.ledger import NEVER, Ledger
from reputation.history.months import Months
from reputation.standing.formula import month_of


class MonthlyWork:
    """W and Y at the end of each month, as known then, for all who have evidence."""

    def __init__(self, ledger: Ledger, months: Months) -> None:
        self.months = months
        self._helpers: Integers = np.unique(ledger.person)
        helper = np.searchsorted(self._helpers, ledger.person)
        count, size = len(self._helpers), len(months.ends)
        self._work = np.zeros((count, size), dtype=np.float32)
        self._active = np.zeros((count, size), dtype=np.int16)
        self.total: Floats = np.zeros(size)
        young, mature = (
            _active_since(ledger, helper, demand=False),
            _active_since(ledger, helper, demand=True),
        )
        for place, end in enumerate(months.ends.tolist()):
            work = sums(helper, ledger.weight(end), count)
            self._work[:, place] = work
            self.total[place] = work.sum()
            since, who = young if end < ledger.mature_at else mature
            known = int(np.searchsorted(since, end, side="right"))
            self._active[:, place] = np.bincount(who[:known], minlength=count)

    def work(self, people: Integers) -> Floats:
        """W of people who have evidence, people x months."""
        return self._work[np.searchsorted(self._helpers, people)].astype(np.float64)

    def active(self, people: Integers) -> Floats:
        """Y of people who have evidence, people x months."""
        return self._active[np.searchsorted(self._helpers, people)].astype(np.float64)


def _active_since(ledger: Ledger, helper: Integers, *, demand: bool) -> tuple[Integers, Integers]:
    """When each person's 30-day month first counted in Y, and whose it is, by time.

    ``demand``: the asker must be vouched for.
    """
    cells, place = np.unique(joined(helper, month_of(ledger.date)), return_inverse=True)
    since = np.full(len(cells), NEVER, dtype=np.int64)
    counted = np.maximum(ledger.known_at, ledger.vouched_at) if demand else ledger.known_at
    np.minimum.at(since, place, counted)
    order = np.argsort(since, kind="stable")
    return since[order], (cells // SPAN)[order]
