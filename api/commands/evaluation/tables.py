"""The figures of ``pakar evaluate`` as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from api.commands.environment import answers, say
from api.commands.evaluation.figures import COMPARED, MEASURES

if TYPE_CHECKING:
    from reputation.evaluation.comparison import Evaluation
    from reputation.evaluation.coverage import Coverage
    from reputation.evaluation.protocol import SelfEvaluation
    from reputation.evaluation.resistance import Resistance
    from reputation.evaluation.steadiness import Steadiness
    from reputation.matching.measures import Difference
    from reputation.matching.ranker import Training


def print_tables(found: SelfEvaluation) -> None:
    """Print every part that was measured."""
    if found.match is not None:
        first, last = found.match.window
        _print(f"Who answers next, {first:%Y-%m-%d} to {last:%Y-%m-%d}", found.match.answers)
        _print_training(found.match.training)
    if found.recognition is not None:
        say()
        _print("Recognition against the judgements", found.recognition)
        _print_topics(found.recognition)
    if found.manipulation is not None:
        say()
        _print_manipulation(found.manipulation)
    if found.steadiness is not None:
        say()
        _print_stability(found.steadiness, found.coverage)
    if found.unknown:
        say(f"{len(found.unknown)} judged people never wrote here: {', '.join(found.unknown[:5])}")


def _print_manipulation(found: Resistance) -> None:
    if not found.trials:
        say("no topic ranks enough people to be worth an attack")
        return
    sizes = ", ".join(map(str, found.ranked))
    title = f"Sock puppets on the topics that rank most people ({sizes})"
    table = Table(
        "puppets × questions",
        "vouched",
        "place",
        "best",
        "no place",
        "gated",
        "alarms",
        title=title,
    )
    for trial in found.trials:
        table.add_row(
            f"{trial.attack.socks} × {trial.attack.questions}",
            "yes" if trial.attack.vouched else "no",
            f"{trial.median:.0f}",
            str(trial.best),
            f"{trial.unranked}/{trial.runs}",
            f"{trial.gated:.0f}",
            f"{trial.alarms}/{trial.runs}",
        )
    answers.print(table)
    say(f"{found.flagged} of the archive's first {found.honest} people raise an alarm themselves")


def _print_stability(steady: Steadiness, covered: Coverage | None) -> None:
    if steady.tau is not None and steady.newcomers is not None:
        say(
            f"{steady.topics} topics one month on: Kendall's τ of the first 20 is "
            f"{steady.tau:.3f}; {steady.newcomers:.0%} of them joined within two years, "
            f"with {steady.newcomers_evidence or 0:.0%} of the evidence"
        )
    else:
        say("no topic ranks the five people that stability is measured on")
    if covered is not None and covered.share is not None:
        say(
            f"{covered.nominal:.0%} intervals hold in {covered.share:.1%} of "
            f"{covered.compared} differences between two halves of the askers"
        )


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
    say(f"{training.questions} earlier questions were asked again to choose the ranker")
    if training.weights is not None:
        say(
            f"  {training.replay_seconds:.1f} s to see them again, {training.fit_seconds:.1f} s "
            f"to fit {len(training.weights.names)} weights of "
            f"{len(training.weights.to_json()):,} bytes"
        )
    for name, difference, tried in (
        ("its own", training.trained, training.held_back),
        ("the shipped", training.shipped, training.questions),
    ):
        if difference is not None:
            gap = _interval(difference)
            say(f"  {name} weights less the formula on the last {tried}: MAP {gap}")


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
