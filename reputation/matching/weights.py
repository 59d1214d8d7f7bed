"""The weights of a linear ranker, and those shipped with Pakar."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

import numpy as np

from reputation.arrays import Floats, Integers
from reputation.matching.features import FEATURES_VERSION, GROUPS, Candidates

TRAINED: Final = "pakar-2"
"""Method name of weights that the archive trained itself."""
SHIPPED: Final = "pakar-2-default"
"""Method name of the weights shipped with Pakar."""
DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight for each named feature.

    scale: the spread of each feature in the training data.
    """

    method: str
    names: tuple[str, ...]
    values: Floats
    scale: Floats

    def parts(self, candidates: Candidates) -> tuple[Integers, dict[str, Floats]]:
        """The candidates' person numbers, and what each feature group adds to their scores.

        Features are collinear, so a single weight means nothing, but the sum of a group
        does.
        """
        weights = self.ordered(candidates.names)
        groups = np.array([name.partition("-")[0] for name in candidates.names])
        return candidates.people, {
            group: candidates.values[:, groups == group] @ weights[groups == group]
            for group in GROUPS
        }

    def ordered(self, names: tuple[str, ...]) -> Floats:
        """The weights in the order of ``names``; 0 for an unknown name."""
        if names == self.names:
            return self.values
        known = dict(zip(self.names, self.values.tolist(), strict=True))
        return np.array([known.get(name, 0.0) for name in names])

    def to_json(self) -> str:
        """Compact JSON, under 3 kB."""
        content = {
            "features": FEATURES_VERSION,
            "method": self.method,
            "names": " ".join(self.names),
            "weights": _rounded(self.values),
            "scale": _rounded(self.scale),
        }
        return json.dumps(content, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Weights | None:
        """Read what ``to_json`` wrote; None when it is invalid or for other features."""
        try:
            content = json.loads(text)
            if content["features"] != FEATURES_VERSION:
                return None
            names = tuple(content["names"].split())
            values = np.array(content["weights"], dtype=np.float64)
            scale = np.array(content["scale"], dtype=np.float64)
            method = str(content["method"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        sound = values.shape == scale.shape == (len(names),)
        sound = sound and bool(np.isfinite(values).all() and (scale > 0).all())
        return cls(method, names, values, scale) if sound else None


@functools.cache
def shipped() -> Weights:
    """The default weights, trained on a merge of several lists (``benchmarks/ranker.py``)."""
    text = resources.files("reputation.matching").joinpath("default.json").read_text("utf-8")
    weights = Weights.from_json(text)
    assert weights is not None
    return weights


def total(parts: Mapping[str, Floats]) -> Floats:
    """The sum of all parts of the candidates' values."""
    values: Floats = np.sum(list(parts.values()), axis=0)
    return values


def _rounded(values: Floats) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values.tolist()]
