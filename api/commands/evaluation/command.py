"""``pakar evaluate``: how good the rankings are, on the user's own archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.environment import Json, archive, messages, print_json
from api.commands.evaluation.figures import as_json as figures
from api.commands.evaluation.tables import print_tables
from api.instants import instant
from archive.errors import UsageError

if TYPE_CHECKING:
    from reputation.evaluation.judgements import Judgement
    from reputation.evaluation.protocol import Part


def register(application: typer.Typer) -> None:
    """Add the command to the command line."""
    application.command(
        epilog="Example: pakar evaluate --cutoff 2013-01-01 --until 2015-01-01 --judgements it.tsv"
    )(evaluate)


def evaluate(
    context: typer.Context,
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part", metavar="match|recognition|manipulation|stability", help="Only this; again."
        ),
    ] = None,
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
    """Quality figures beside the baselines: answers, recognition, attacks, stability."""
    from reputation.corpus.reader import CorpusReader
    from reputation.evaluation.protocol import evaluate_archive

    start = instant(cutoff, "--cutoff") if cutoff else None
    end = instant(until, "--until") if until else None
    if start is not None and end is not None and end <= start:
        raise UsageError("--until must be after --cutoff")
    judged = _read(judgements) if judgements else []
    parts = _parts(part, judged)
    if plot is not None and plot.suffix.lower() != ".svg":
        raise UsageError("--plot writes SVG: name a file that ends in .svg")
    with archive(context) as store:
        reader = CorpusReader(store.database, store.settings.terms_folder)
        with messages.status("") as status:
            found = evaluate_archive(
                store.database,
                reader,
                parts=parts,
                cutoff=start,
                until=end,
                judgements=judged,
                progress=status.update,
            )
        if trec_dir is not None:
            from api.commands.evaluation.trec_files import write_trec

            write_trec(store.database, found, trec_dir)
    if plot is not None:
        from api.commands.evaluation.plot import write_plot

        write_plot(found, plot)
    if as_json:
        print_json(figures(found))
        return
    print_tables(found)


def _parts(names: list[str] | None, judged: list[Judgement]) -> list[Part]:
    from reputation.evaluation.protocol import Part

    unknown = [name for name in names or [] if name not in set(Part)]
    if unknown:
        raise UsageError(f"--part {unknown[0][:40]}: it is one of {', '.join(Part)}")
    if names and Part.RECOGNITION in names and not judged:
        raise UsageError("--part recognition needs --judgements")
    return [Part(name) for name in names] if names else list(Part)


def _read(file: Path) -> list[Judgement]:
    from reputation.evaluation.judgements import parse_judgements

    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not text in UTF-8") from None
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
    found = parse_judgements(lines)
    if not found:
        raise UsageError(f"{file} holds no judgement")
    return found
