"""Topic consistency, focus and presence: how much of a person's work is where, and for how long."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reputation.arrays import Floats, Integers
from reputation.evidence.ledger import MONTH_SECONDS

SHRINKAGE: Final = 2.0
"""Weight of work at the list's base rate that everybody is credited with."""
PRESENCE_MONTHS: Final = 24
"""Months after which half of the presence is reached."""


def month_of(date: Integers) -> Integers:
    """Number of the 30-day month of each instant, counted from 1970; 0 for all before."""
    return np.maximum(date, 0) // MONTH_SECONDS


def topic_consistency(on_topic: Floats, all_work: Floats, base_rate: float | Floats) -> Floats:
    """F: the share of a person's work that is on the topic, shrunk to the list's base rate."""
    share: Floats = (on_topic + SHRINKAGE * base_rate) / (all_work + SHRINKAGE)
    return share


def active_months(person: Integers, month: Integers, people: int) -> Integers:
    """Y: number of distinct months of each person's rows."""
    if not len(person):
        return np.zeros(people, dtype=np.int64)
    low = int(month.min())
    span = int(month.max()) - low + 1
    seen = np.unique(person * span + (month - low))
    return np.bincount(seen // span, minlength=people).astype(np.int64)


def presence(months: NDArray[np.int64] | Floats) -> Floats:
    """Y / (Y + 24), 0 to 1."""
    share: Floats = months / (months + PRESENCE_MONTHS)
    return share


def entropy(weights: Floats) -> float:
    """Shannon entropy (nats) of weights taken as shares; 0 for none."""
    positive = weights[weights > 0]
    if not len(positive):
        return 0.0
    share = positive / positive.sum()
    return float(-(share * np.log(share)).sum())


def focus(weights: Floats) -> float:
    """1 minus the entropy over topics, normalised by that of even work on all of them; 0 to 1.

    1: all on one topic; 0: evenly on all, or no work at all.
    """
    topics = len(weights)
    if not (weights > 0).any():
        return 0.0
    if topics < 2:
        return 1.0
    return float(np.clip(1.0 - entropy(weights) / np.log(topics), 0.0, 1.0))
