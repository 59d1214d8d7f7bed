"""``pakar evaluate``: how good the rankings are, on the user's own archive."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api.commands.environment import Json, answers, archive, print_json, say
from api.instants import instant
from archive.errors import UsageError

if TYPE_CHECKING:
    from reputation.comparison import Evaluation
    from reputation.judgements import Judgement
    from reputation.measures import Difference
    from reputation.ranker.choice import Training
    from reputation.self_evaluation import SelfEvaluation

MEASURES = {
    "map": "average_precision",
    "mrr": "reciprocal_rank",
    "p_1": "precision_1",
    "p_5": "precision_5",
    "r_10": "recall_10",
    "ndcg_10": "ndcg_10",
}
COMPARED = {"map": "average_precision", "mrr": "reciprocal_rank", "r_10": "recall_10"}


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
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE.svg", help="Draw the methods' figures."),
    ] = None,
    trec_dir: Annotated[
        Path | None,
        typer.Option("--trec-dir", metavar="DIR", help="Write TREC run and qrels files."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Quality figures beside the baselines: who answers next, who is recognised."""
    from reputation.corpus import CorpusReader
    from reputation.self_evaluation import evaluate_archive

    start = instant(cutoff, "--cutoff") if cutoff else None
    end = instant(until, "--until") if until else None
    judged = _read(judgements) if judgements else None
    if plot is not None and plot.suffix.lower() != ".svg":
        raise UsageError("--plot writes SVG: name a file that ends in .svg")
    with archive(context) as store:
        reader = CorpusReader(store.database, store.settings.terms_folder)
        found = evaluate_archive(store.database, reader, cutoff=start, until=end, judgements=judged)
        if trec_dir is not None:
            from api.commands.trec import write_trec

            write_trec(store.database, found, trec_dir)
    if plot is not None:
        from api.commands.evaluation_plot import write_plot

        write_plot(found, plot)
    if as_json:
        print_json(_as_json(found))
        return
    _print_all(found)


def _read(file: Path) -> list[Judgement]:
    from reputation.judgements import parse_judgements

    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from None
    found = parse_judgements(lines)
    if not found:
        raise UsageError(f"{file} holds no judgement")
    return found


def _print_all(found: SelfEvaluation) -> None:
    first, last = found.window
    _print(f"Who answers next, {first:%Y-%m-%d} to {last:%Y-%m-%d}", found.answers)
    _print_training(found.training)
    if found.recognition is not None:
        say()
        _print("Recognition against the judgements", found.recognition)
        _print_topics(found.recognition)
    steady = found.steadiness
    if steady.tau is not None and steady.newcomers is not None:
        say(
            f"{steady.topics} topics one month on: Kendall's τ of the first 20 is "
            f"{steady.tau:.3f}; {steady.newcomers:.0%} of them joined within two years, "
            f"with {steady.newcomers_evidence or 0:.0%} of the evidence"
        )
    if found.unknown:
        say(f"{len(found.unknown)} judged people never wrote here: {', '.join(found.unknown[:5])}")


def _print(title: str, evaluation: Evaluation) -> None:
    table = Table("method", "MAP", "MRR", "P@1", "P@5", "R@10", "nDCG@10", title=title)
    for method in evaluation.methods:
        values = [f"{getattr(method.measured, name):.3f}" for name in MEASURES.values()]
        table.add_row(method.name, *values)
    answers.print(table)
    say(
        f"{evaluation.queries} queries, ceiling {evaluation.ceiling:.3f}; ours is "
        f"{evaluation.method}, the best baseline {evaluation.best_baseline}"
    )
    gaps = Table(f"{evaluation.method} less", "MAP", "MRR", "R@10", title="95 % intervals")
    for other in evaluation.against:
        gaps.add_row(other.name, *(_interval(getattr(other, name)) for name in COMPARED.values()))
    answers.print(gaps)


def _interval(difference: Difference) -> str:
    return f"{difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"


def _print_training(training: Training) -> None:
    say(
        f"the ranker learnt from {training.questions} earlier questions "
        f"and was tried on the last {training.held_back} of them"
    )
    for name, difference in (("its own", training.trained), ("the shipped", training.shipped)):
        if difference is not None:
            say(f"  {name} weights less the formula there: MAP {_interval(difference)}")


def _print_topics(recognition: Evaluation) -> None:
    table = Table("topic", "named", "AP", "RR", "R@10", f"AP {recognition.best_baseline}")
    for line in recognition.lines:
        ours, theirs = line.measured[recognition.method], line.measured[recognition.best_baseline]
        table.add_row(
            line.query,
            str(len(line.gains)),
            f"{ours.average_precision:.3f}",
            f"{ours.reciprocal_rank:.3f}",
            f"{ours.recall_10:.3f}",
            f"{theirs.average_precision:.3f}",
        )
    answers.print(table)


def _as_json(found: SelfEvaluation) -> dict[str, Any]:
    first, last = (moment.isoformat().replace("+00:00", "Z") for moment in found.window)
    recognition = found.recognition
    training = found.training
    return {
        "window": {"from": first, "to": last},
        "training": {
            "questions": training.questions,
            "held_back": training.held_back,
            "trained": _difference(training.trained),
            "shipped": _difference(training.shipped),
        },
        "answers": _part(found.answers),
        "recognition": None
        if recognition is None
        else {**_part(recognition), "topics": _topics(recognition)},
        "steadiness": asdict(found.steadiness),
        "unknown_people": list(found.unknown),
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
