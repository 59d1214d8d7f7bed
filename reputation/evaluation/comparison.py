"""Compare methods: measure their rankings query by query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reputation.arrays import Floats, Integers
from reputation.evaluation.baselines import NAMES
from reputation.matching.measures import Difference, Measured, mean, measure, paired_difference

KEPT: int = 100
"""How many places of each ranking are kept for files."""


@dataclass(frozen=True, slots=True)
class MethodFigures:
    """Means of a method's measures over the queries."""

    name: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class Against:
    """Our method's measures minus another method's, paired by query."""

    name: str
    average_precision: Difference
    reciprocal_rank: Difference
    recall_10: Difference


@dataclass(frozen=True, slots=True)
class QueryFigures:
    """The figures of one query.

    gains: the relevant people's gains, by person id.
    measured: the measures of every method, by name.
    rankings: for every method, person ids with scores, best first.
    """

    query: str
    gains: Mapping[int, float]
    measured: Mapping[str, Measured]
    rankings: Mapping[str, Sequence[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of our method, of its other versions, and of the baselines.

    queries: number of queries.
    ceiling: share of the relevant people whom any method could rank.
    method: name of our method.
    best_baseline: the baseline with the highest MAP.
    against: our method compared with each other method.
    lines: the figures of each query.
    """

    queries: int
    ceiling: float
    method: str
    methods: tuple[MethodFigures, ...]
    best_baseline: str
    against: tuple[Against, ...]
    lines: tuple[QueryFigures, ...]

    @property
    def difference(self) -> Difference:
        """Average precision of our method minus that of the best baseline."""
        return self.against_baseline.average_precision

    @property
    def against_baseline(self) -> Against:
        """Our method compared with the best baseline."""
        return next(one for one in self.against if one.name == self.best_baseline)

    def measured(self, name: str) -> Measured:
        """The mean measures of a method."""
        return next(one.measured for one in self.methods if one.name == name)


class Comparison:
    """Collects the measures of every method, query by query."""

    def __init__(self, people: Integers, method: str, others: Sequence[str] = ()) -> None:
        """Begin a comparison.

        people: person ids by person number.
        method: name of our method.
        others: names of its other versions.
        """
        self._people, self._method = people, method
        self._names = (method, *others, *NAMES)
        self._lines: list[QueryFigures] = []

    def add(
        self,
        query: str,
        scores: Mapping[str, Floats],
        gains: Mapping[int, float],
        *,
        skip: int | None = None,
        cutoff: int | None = None,
    ) -> None:
        """Measure every method's ranking for one query.

        scores: for every method, a score per person number; only scores above 0 rank.
        gains: the relevant people's gains, by person id.
        skip: person id of the asker, who is not ranked.
        cutoff: how many places are examined; None means all.
        """
        ideal = list(gains.values())
        measured: dict[str, Measured] = {}
        rankings: dict[str, list[tuple[int, float]]] = {}
        for name in self._names:
            values = scores[name]
            ranked = np.flatnonzero(values > 0)
            ranked = ranked[np.argsort(-values[ranked], kind="stable")]
            # Places beyond the cutoff do not count; one more replaces the asker's place.
            ranked = ranked[: None if cutoff is None else cutoff + 1]
            ids, found = self._people[ranked].tolist(), values[ranked].tolist()
            line = [pair for pair in zip(ids, found, strict=True) if pair[0] != skip]
            measured[name] = measure([gains.get(one, 0.0) for one, _ in line], ideal, cutoff)
            rankings[name] = line[: cutoff or KEPT]
        self._lines.append(QueryFigures(query, gains, measured, rankings))

    def evaluation(self, ceiling: float) -> Evaluation:
        """The means of every method, and our differences to every other method."""
        figures = {
            name: MethodFigures(name, mean([line.measured[name] for line in self._lines]))
            for name in self._names
        }
        best = max(NAMES, key=lambda name: figures[name].measured.average_precision)
        against = tuple(self._against(name) for name in self._names if name != self._method)
        return Evaluation(
            len(self._lines),
            ceiling,
            self._method,
            tuple(figures.values()),
            best,
            against,
            tuple(self._lines),
        )

    def _against(self, name: str) -> Against:
        ours = [line.measured[self._method] for line in self._lines]
        theirs = [line.measured[name] for line in self._lines]

        def paired(measure_name: str) -> Difference:
            return paired_difference(
                [getattr(one, measure_name) for one in ours],
                [getattr(one, measure_name) for one in theirs],
            )

        return Against(
            name, paired("average_precision"), paired("reciprocal_rank"), paired("recall_10")
        )
