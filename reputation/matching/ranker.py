"""Which weights rank a question of which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reputation.matching.measures import Difference
from reputation.matching.weights import Weights, shipped


@dataclass(frozen=True, slots=True)
class Ranker:
    """What an archive's own past says about how its questions are best matched.

    trained: the archive's own weights; None when they are no better than the formula.
    until: the last question they know of (Unix seconds): for an earlier day they would
        know what came after it, so there the shipped weights stand in.
    shipped: whether those are not worse than the formula here.
    """

    trained: Weights | None = None
    until: int = 0
    shipped: bool = True

    def at(self, as_of: int) -> Weights | None:
        """The weights for a question of an instant (Unix seconds); None: the formula ranks."""
        if self.trained is not None and as_of >= self.until:
            return self.trained
        return shipped() if self.shipped else None

    def method(self, formula: str) -> str:
        """The method that ranks questions of today; ``formula``: the name of the formula's."""
        weights = self.at(self.until)
        return formula if weights is None else weights.method


@dataclass(frozen=True, slots=True)
class Training:
    """A ranker with how it came about.

    weights: what it learnt, also where the ranker does without; None below 300
    questions. questions: that were seen again; held_back: the last of them, that own
    weights were tried on. trained, shipped: their average precision less the
    formula's, there and on all of them, None when not tried.
    replay_seconds, fit_seconds: how long it took to see the questions again, and to
    fit the weights to all of them.
    """

    ranker: Ranker
    weights: Weights | None
    at: datetime
    questions: int
    held_back: int
    trained: Difference | None
    shipped: Difference | None
    replay_seconds: float = 0.0
    fit_seconds: float = 0.0
