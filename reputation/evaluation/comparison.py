"""Methods beside each other: the measures of their rankings, query by query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reputation.arrays import Floats, Integers
from reputation.evaluation.baselines import NAMES
from reputation.matching.measures import Difference, Measured, mean, measure, paired_difference

KEPT: int = 100
"""Places of a ranking that are kept for files."""


@dataclass(frozen=True, slots=True)
class MethodFigures:
    """Means of a method's measures over the queries."""

    name: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class Against:
    """Our method's measures less those of another, paired by query."""

    name: str
    average_precision: Difference
    reciprocal_rank: Difference
    recall_10: Difference


@dataclass(frozen=True, slots=True)
class QueryFigures:
    """One query: its name, its relevant people's gains by id, and every method's measures.

    rankings: of each method, people by id with their scores, best first.
    """

    query: str
    gains: Mapping[int, float]
    measured: Mapping[str, Measured]
    rankings: Mapping[str, Sequence[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of our method, of its other versions, and of the baselines.

    queries: how many. ceiling: the share of relevant people who could be ranked
    at all. method: ours. best_baseline: the one of highest MAP; difference: of
    average precision, ours minus its. against: ours and each other method.
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
        """Average precision, ours minus that of the best baseline."""
        return self.against_baseline.average_precision

    @property
    def against_baseline(self) -> Against:
        """Ours and the best baseline."""
        return next(one for one in self.against if one.name == self.best_baseline)

    def measured(self, name: str) -> Measured:
        """Means of a method."""
        return next(one.measured for one in self.methods if one.name == name)


class Comparison:
    """Collects the measures of every method, query by query."""

    def __init__(self, people: Integers, method: str, others: Sequence[str] = ()) -> None:
        """people: ids by number. method: ours; others: further versions of it."""
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
        """Measures every method's ranking; ``gains``: of the relevant people by id.

        Only scores above 0 rank. ``skip`` is the id of the asker.
        """
        ideal = list(gains.values())
        measured: dict[str, Measured] = {}
        rankings: dict[str, list[tuple[int, float]]] = {}
        for name in self._names:
            values = scores[name]
            ranked = np.flatnonzero(values > 0)
            ranked = ranked[np.argsort(-values[ranked], kind="stable")]
            # Nobody looks further than this, and one place more makes up for the asker's.
            ranked = ranked[: None if cutoff is None else cutoff + 1]
            ids, found = self._people[ranked].tolist(), values[ranked].tolist()
            line = [pair for pair in zip(ids, found, strict=True) if pair[0] != skip]
            measured[name] = measure([gains.get(one, 0.0) for one, _ in line], ideal, cutoff)
            rankings[name] = line[: cutoff or KEPT]
        self._lines.append(QueryFigures(query, gains, measured, rankings))

    def evaluation(self, ceiling: float) -> Evaluation:
        """The means, and the differences to every other method."""
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
