"""Choose the weights that rank a question, given its date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reputation.matching.measures import Difference
from reputation.matching.weights import Weights, shipped


@dataclass(frozen=True, slots=True)
class Ranker:
    """The weights that match an archive's questions best, according to its own past.

    trained: the archive's own weights; None when they are no better than the formula.
    until: date of the last question they know (Unix seconds). For an earlier day they
        would know the future, so the shipped weights are used there.
    shipped: whether the shipped weights are at least as good as the formula here.
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
        """Name of the method that ranks today's questions; ``formula`` is the formula's name."""
        weights = self.at(self.until)
        return formula if weights is None else weights.method


@dataclass(frozen=True, slots=True)
class Training:
    """A ranker and how it was trained.

    weights: what was learnt, even if the ranker does not use it; None below 300
        questions.
    questions: number of questions replayed.
    held_back: number of the last ones among them, on which own weights were tested.
    trained: average precision of the own weights minus the formula's on the questions
        held back; None if not tested.
    shipped: the same for the shipped weights on all questions; None if not tested.
    replay_seconds: time to replay the questions.
    fit_seconds: time to fit the weights to all of them.
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
