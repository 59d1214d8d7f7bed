"""A conditional logit: which of a question's candidates answered, from a linear score.

P(i answers) = exp(β·x_i) / Σ_j exp(β·x_j), over the candidates j of one question. The
weights β are fitted by penalised maximum likelihood. The penalty pulls them towards
weights known beforehand, so a small number of questions changes little.
Source: D. McFadden, Conditional logit analysis of qualitative choice behavior, in: P.
Zarembka (ed.), Frontiers in Econometrics, 1974.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from reputation.arrays import Floats, Integers

MAXIMUM_STEPS: Final = 120
LEAST_GAIN: Final = 1e-6
"""The search stops at a step that reduces the loss by a smaller share than this. Single precision
cannot show less."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Training data: the candidates of n questions, one question after another.

    names: the f features.
    values: k x f, for k candidates in all.
    answered: k values, 1 for those who answered, else 0.
    start: n places where each question's candidates begin. Every question has an
        answerer.
    """

    names: tuple[str, ...]
    values: Floats
    answered: Floats
    start: Integers

    def __len__(self) -> int:
        return len(self.start)

    def between(self, first: int, last: int) -> Choices:
        """The questions from ``first`` up to ``last`` (exclusive)."""
        ends = np.append(self.start, len(self.answered))
        rows = slice(int(ends[first]), int(ends[last]))
        return Choices(
            self.names, self.values[rows], self.answered[rows], self.start[first:last] - rows.start
        )

    def centred(self) -> Floats:
        """The values (k x f) minus the mean over the candidates of the same question."""
        lengths = np.diff(np.append(self.start, len(self.answered)))
        means = np.add.reduceat(self.values, self.start, axis=0) / lengths[:, None]
        values: Floats = self.values - np.repeat(means, lengths, axis=0)
        return values


def spread(choices: Choices) -> Floats:
    """Standard deviation of each feature among a question's candidates; 1 if it is 0."""
    deviation = choices.centred().std(axis=0)
    return np.where(deviation > 0, deviation, 1.0)


def fit(choices: Choices, scale: Floats, prior: Floats, strength: float) -> Floats:
    """Fit the weights β of the features.

    scale: f units of the features. In these units the penalty is ½ strength/n |β -
        prior|².
    prior: f weights towards which the penalty pulls.

    A question with several answerers counts once, divided among them.
    """
    from scipy.optimize import minimize

    values = (choices.centred() / scale).astype(np.float32)
    start, questions = choices.start, len(choices)
    question = np.repeat(np.arange(questions), np.diff(np.append(start, len(choices.answered))))
    target = choices.answered / np.add.reduceat(choices.answered, start)[question]
    wanted = (target.astype(np.float32) @ values).astype(np.float64) / questions
    centre = prior * scale
    penalty = strength / questions

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = values @ weights.astype(np.float32)
        highest = np.maximum.reduceat(scores, start)
        shares = np.exp(scores - highest[question])
        totals = np.add.reduceat(shares, start)
        expected = (shares / totals[question]).astype(np.float32) @ values / questions
        away = weights - centre
        likelihood = float((highest + np.log(totals)).mean()) - float(wanted @ weights)
        return (
            likelihood + penalty * float(away @ away) / 2,
            expected - wanted + penalty * away,
        )

    found = minimize(
        loss,
        centre,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MAXIMUM_STEPS, "ftol": LEAST_GAIN},
    )
    weights: Floats = found.x / scale
    return weights
