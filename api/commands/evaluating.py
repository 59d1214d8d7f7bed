"""``pakar evaluate``: how good the rankings are, on the user's own archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api.commands.environment import Json, answers, archive, print_json, say
from api.instants import instant
from archive.errors import UsageError

if TYPE_CHECKING:
    from reputation.evaluation import Evaluation, Judgement
    from reputation.self_evaluation import SelfEvaluation

MEASURES = {
    "map": "average_precision",
    "mrr": "reciprocal_rank",
    "p_1": "precision_1",
    "p_5": "precision_5",
    "r_10": "recall_10",
    "ndcg_10": "ndcg_10",
}


def register(application: typer.Typer) -> None:
    """Add the command to the command line."""
    application.command(
        epilog="Example: pakar evaluate --cutoff 2013-01-01 --until 2015-01-01 --judgements it.tsv"
    )(evaluate)


def evaluate(
    context: typer.Context,
    cutoff: Annotated[
        str | None, typer.Option("--cutoff", metavar="DATE", help="Test on questions from here on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="… to before this date.")
    ] = None,
    judgements: Annotated[
        Path | None,
        typer.Option("--judgements", metavar="FILE.tsv", help="Lines topic, person, e-mail."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Quality figures beside the baselines: who answers next, who is recognised."""
    from reputation.corpus import CorpusReader
    from reputation.self_evaluation import evaluate_archive

    start = instant(cutoff, "--cutoff") if cutoff else None
    end = instant(until, "--until") if until else None
    judged = _read(judgements) if judgements else None
    with archive(context) as store:
        reader = CorpusReader(store.database, store.settings.terms_folder)
        found = evaluate_archive(store.database, reader, cutoff=start, until=end, judgements=judged)
    if as_json:
        print_json(_as_json(found))
        return
    first, last = found.window
    _print(f"Who answers next, {first:%Y-%m-%d} to {last:%Y-%m-%d}", found.answers)
    if found.recognition is not None:
        say()
        _print("Recognition against the judgements", found.recognition)


def _read(file: Path) -> list[Judgement]:
    from reputation.evaluation import parse_judgements

    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from None
    return parse_judgements(lines)


def _print(title: str, evaluation: Evaluation) -> None:
    table = Table("method", "MAP", "MRR", "P@1", "P@5", "R@10", "nDCG@10", title=title)
    for method in evaluation.methods:
        values = [f"{getattr(method.measured, name):.3f}" for name in MEASURES.values()]
        table.add_row(method.name, *values)
    answers.print(table)
    difference = evaluation.difference
    say(
        f"{evaluation.queries} queries, ceiling {evaluation.ceiling:.3f}; MAP against the best "
        f"baseline ({evaluation.best_baseline}): {difference.mean:+.3f}, "
        f"95 % interval {difference.low:+.3f} to {difference.high:+.3f}"
    )


def _as_json(found: SelfEvaluation) -> dict[str, Any]:
    first, last = (moment.isoformat().replace("+00:00", "Z") for moment in found.window)
    recognition = found.recognition
    return {
        "window": {"from": first, "to": last},
        "answers": _part(found.answers),
        "recognition": None if recognition is None else _part(recognition),
    }


def _part(evaluation: Evaluation) -> dict[str, Any]:
    difference = evaluation.difference
    return {
        "queries": evaluation.queries,
        "ceiling": evaluation.ceiling,
        "methods": {
            method.name: {key: getattr(method.measured, name) for key, name in MEASURES.items()}
            for method in evaluation.methods
        },
        "best_baseline": evaluation.best_baseline,
        "map_difference": {
            "mean": difference.mean,
            "low": difference.low,
            "high": difference.high,
        },
    }
