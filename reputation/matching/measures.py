"""Measures of rankings, and a bootstrap interval for the difference of two methods.

A ranking is given as the gains of its items, in ranked order; a gain of 0 is
irrelevant.
Source: C. Manning, P. Raghavan, H. Schütze, Introduction to Information Retrieval,
2008, chapter 8; nDCG: K. Järvelin, J. Kekäläinen, Cumulated gain-based evaluation of IR
techniques, ACM TOIS 20(4), 2002; bootstrap: T. Sakai, Evaluating evaluation metrics
based on the bootstrap, SIGIR 2006.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reputation.arrays import Floats

SEED: Final = 4_711
DRAWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Measured:
    """Measures of one ranking, or their means over many; each 0 to 1."""

    reciprocal_rank: float
    average_precision: float
    precision_1: float
    precision_5: float
    recall_10: float
    ndcg_10: float


def measure(gains: Sequence[float], ideal: Sequence[float], cutoff: int | None = None) -> Measured:
    """Compute all measures of one ranking.

    gains: gains of the ranked items.
    ideal: gains of every relevant item, ranked or not.
    cutoff: how many places count for average precision and reciprocal rank; None: all.
    """
    relevant = len(ideal)
    hits = [place + 1 for place, gain in enumerate(gains[:cutoff]) if gain > 0]
    return Measured(
        reciprocal_rank=1.0 / hits[0] if hits else 0.0,
        average_precision=average_precision(hits, relevant),
        precision_1=sum(gain > 0 for gain in gains[:1]) / 1,
        precision_5=sum(gain > 0 for gain in gains[:5]) / 5,
        recall_10=sum(gain > 0 for gain in gains[:10]) / relevant if relevant else 0.0,
        ndcg_10=ndcg(gains[:10], sorted(ideal, reverse=True)[:10]),
    )


def average_precision(hits: Sequence[int], relevant: int) -> float:
    """Mean of the precision at the place of each relevant item; a missing item adds 0.

    hits: places of the relevant items found, from 1, ascending.
    relevant: number of all relevant items.
    """
    if not relevant:
        return 0.0
    return sum((number + 1) / place for number, place in enumerate(hits)) / relevant


def ndcg(gains: Sequence[float], ideal: Sequence[float]) -> float:
    """Discounted cumulated gain, Σ gain / log2(1 + place), as a share of the ideal ranking's."""
    best = _discounted(ideal)
    return _discounted(gains) / best if best > 0 else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def mean(measured: Sequence[Measured]) -> Measured:
    """The mean of every measure; all 0 if there is no ranking."""
    if not measured:
        return Measured(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    count = len(measured)
    return Measured(
        reciprocal_rank=sum(item.reciprocal_rank for item in measured) / count,
        average_precision=sum(item.average_precision for item in measured) / count,
        precision_1=sum(item.precision_1 for item in measured) / count,
        precision_5=sum(item.precision_5 for item in measured) / count,
        recall_10=sum(item.recall_10 for item in measured) / count,
        ndcg_10=sum(item.ndcg_10 for item in measured) / count,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean paired difference of a measure over queries, with its 95 % interval."""

    mean: float
    low: float
    high: float


def paired_difference(ours: Sequence[float], theirs: Sequence[float]) -> Difference:
    """Percentile bootstrap of mean(ours - theirs): 2,000 draws of queries, fixed seed.

    Raises ``ValueError`` when the two sequences have different lengths.
    """
    if len(ours) != len(theirs):
        raise ValueError("a paired difference needs the same queries on both sides")
    differences: Floats = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    if not len(differences):
        return Difference(0.0, 0.0, 0.0)
    generator = np.random.default_rng(SEED)
    means = np.empty(DRAWS)
    # Drawing in blocks bounds the memory for any number of queries.
    for start in range(0, DRAWS, 100):
        sample = generator.integers(0, len(differences), size=(100, len(differences)))
        means[start : start + 100] = differences[sample].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Difference(float(differences.mean()), float(low), float(high))
