"""How the factors of S become what readers see: components 0 to 1, scores 0 to 100."""

from __future__ import annotations

from typing import Final

import numpy as np

from reputation.arrays import Floats

HALF_RECOGNITION: Final = 3.0
"""Number of people helped at which recognition is one half."""
HALF_SCORE: Final = 0.25
"""S at which the score is 50."""
GATE_FLOOR: Final = 0.2
"""What the authority gate leaves of the score of somebody without authority."""


def scale(value: Floats) -> Floats:
    """Score 0 to 100 of S: 100 · √S / (√S + ½).

    Monotone, and a function of the person's own S alone, so that it stays when
    unrelated people come and go. The root spreads the lower ranks, which S
    itself, a product of four factors, crowds together near 0.
    """
    root = np.sqrt(value)
    score: Floats = 100.0 * root / (root + np.sqrt(HALF_SCORE))
    return score


def recognition(helped: Floats) -> Floats:
    """N / (N + 3), 0 to 1."""
    share: Floats = helped / (helped + HALF_RECOGNITION)
    return share


def authority_share(gain: Floats) -> Floats:
    """Authority g / (1 + g), 0 to 1, of g in units of the median established person."""
    share: Floats = gain / (1.0 + gain)
    return share


def authority_gate(share: Floats) -> Floats:
    """Factor of S when an operator switches authority on: .2 + .8 · g / (1 + g)."""
    gate: Floats = GATE_FLOOR + (1 - GATE_FLOOR) * share
    return gate
