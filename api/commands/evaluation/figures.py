"""The figures of ``pakar evaluate`` as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reputation.evaluation.comparison import Evaluation
    from reputation.evaluation.protocol import MatchFigures, SelfEvaluation
    from reputation.evaluation.resistance import Resistance, Trial
    from reputation.matching.measures import Difference

MEASURES = {
    "map": "average_precision",
    "mrr": "reciprocal_rank",
    "p_1": "precision_1",
    "p_5": "precision_5",
    "r_10": "recall_10",
    "ndcg_10": "ndcg_10",
}
COMPARED = {"map": "average_precision", "mrr": "reciprocal_rank", "r_10": "recall_10"}


def as_json(found: SelfEvaluation) -> dict[str, Any]:
    """All figures as one document; null for parts that were not measured."""
    recognition, covered = found.recognition, found.coverage
    return {
        **_match(found.match),
        "recognition": None
        if recognition is None
        else {**_part(recognition), "topics": _topics(recognition)},
        "manipulation": None if found.manipulation is None else _resistance(found.manipulation),
        "steadiness": None if found.steadiness is None else asdict(found.steadiness),
        "coverage": None if covered is None else asdict(covered),
        "unknown_people": list(found.unknown),
    }


def _match(match: MatchFigures | None) -> dict[str, Any]:
    if match is None:
        return {"window": None, "training": None, "answers": None}
    first, last = (moment.isoformat().replace("+00:00", "Z") for moment in match.window)
    training = match.training
    weights = training.weights
    return {
        "window": {"from": first, "to": last},
        "training": {
            "questions": training.questions,
            "held_back": training.held_back,
            "trained": _difference(training.trained),
            "shipped": _difference(training.shipped),
            "replay_seconds": training.replay_seconds,
            "fit_seconds": training.fit_seconds,
            "bytes": None if weights is None else len(weights.to_json()),
        },
        "answers": _part(match.answers),
    }


def _resistance(found: Resistance) -> dict[str, Any]:
    return {
        "ranked_people": list(found.ranked),
        "attacks": [{**asdict(trial.attack), **_trial(trial)} for trial in found.trials],
        "honest_people": found.honest,
        "false_alarms": found.flagged,
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "runs": trial.runs,
        "median_place": trial.median,
        "best_place": trial.best,
        "without_place": trial.unranked,
        "gated_median_place": trial.gated,
        "alarms": trial.alarms,
    }


def _part(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "queries": evaluation.queries,
        "ceiling": evaluation.ceiling,
        "method": evaluation.method,
        "methods": {
            method.name: {key: getattr(method.measured, name) for key, name in MEASURES.items()}
            for method in evaluation.methods
        },
        "best_baseline": evaluation.best_baseline,
        "map_difference": _difference(evaluation.difference),
        "differences": {
            other.name: {key: _difference(getattr(other, name)) for key, name in COMPARED.items()}
            for other in evaluation.against
        },
    }


def _topics(recognition: Evaluation) -> list[dict[str, Any]]:
    return [
        {
            "topic": line.query,
            "experts": len(line.gains),
            "methods": {
                name: {key: getattr(measured, field) for key, field in MEASURES.items()}
                for name, measured in line.measured.items()
            },
        }
        for line in recognition.lines
    ]


def _difference(difference: Difference | None) -> dict[str, float] | None:
    if difference is None:
        return None
    return {"mean": difference.mean, "low": difference.low, "high": difference.high}
