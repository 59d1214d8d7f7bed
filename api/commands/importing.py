"""``pakar import`` and ``pakar export``: read old mail in, and write messages out."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from api.commands.environment import Json, archive, messages, note, print_json, say
from api.instants import instant
from archive.errors import UsageError
from archive.importing.export import export_mbox
from archive.importing.formats import registry
from archive.importing.formats.reader import STANDARD_INPUT
from archive.importing.importer import Importer, ImportReport
from archive.importing.parallel import collect_rarely
from archive.lists.registry import find_list
from archive.lists.registry import list_address as canonical


class ExportFormat(StrEnum):
    """Output formats of an export."""

    MBOX = "mbox"


def register(application: typer.Typer) -> None:
    """Add the commands to the command line."""
    application.command(
        "import",
        epilog="Example: pakar import talk.mbox.xz --list talk@lists.example.org --json",
    )(import_mail)
    application.command(
        epilog="Example: pakar export --format mbox --list talk@lists.example.org talk.mbox"
    )(export)


def import_mail(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help="Files or folders of mail; - is standard input."),
    ],
    list_address: Annotated[
        str | None, typer.Option("--list", metavar="LIST-ADDRESS", help="The list; added if new.")
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="|".join(registry.NAMES), help="The form that the mail has."
        ),
    ] = registry.AUTO,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only messages from this date on.")
    ] = None,
    split: Annotated[
        bool,
        typer.Option(
            "--split-by-list-id",
            help="Each message into the list it names; --list takes those that name none.",
        ),
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = os.cpu_count() or 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read all, store nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Import past mail; what the archive has already is passed over."""
    if list_address is None and not split:
        raise UsageError("name the list by --list, or let messages name theirs: --split-by-list-id")
    if STANDARD_INPUT in paths and sys.stdin.isatty():
        raise UsageError("standard input is a terminal; pipe mail into it, or name a file")
    if form not in registry.NAMES:
        raise UsageError(f"--format: not {form[:40]!r}, but one of {', '.join(registry.NAMES)}")
    address = None if list_address is None else canonical(list_address)
    earliest = None if since is None else instant(since, "--since")
    collect_rarely()
    with archive(context) as store, _progress() as progress:
        task = progress.add_task("reading", total=None)
        importer = Importer(
            store.database,
            store.settings,
            address,
            jobs=jobs,
            dry_run=dry_run,
            progress=lambda read, _: progress.update(task, description=f"{read:,} messages read"),
            form=form,
            since=earliest,
            split=split,
        )
        try:
            report = importer.run(paths)
        except KeyboardInterrupt:
            note("interrupted; run it again, and what is missing is imported")
            raise
    _print(report, as_json=as_json)
    if report.refused:
        raise typer.Exit(1)


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write.")],
    _form: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.MBOX,
    list_address: Annotated[
        str | None, typer.Option("--list", metavar="LIST-ADDRESS", help="Only this list.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write messages out again; an mbox of a list imports to the same store."""
    if out.is_dir():
        raise UsageError(f"{out} is a folder; name a file")
    with archive(context) as store:
        list_id = None
        if list_address is not None:
            with store.database.session() as session:
                list_id = find_list(session, list_address).id
        written = export_mbox(store, out, list_id)
    if as_json:
        print_json({"written": written, "path": str(out)})
    else:
        note(f"{written} messages written to {out}")


def _print(report: ImportReport, *, as_json: bool) -> None:
    for refusal in report.refusals:
        note(f"refused: {refusal.where}: {refusal.reason}")
    unlisted = report.refused - len(report.refusals)
    if unlisted:
        note(f"refused: {unlisted} more")
    for doubt in report.doubts:
        note(f"doubtful: {doubt.where}: {doubt.reason}")
    if report.doubtful > len(report.doubts):
        note(f"doubtful: {report.doubtful - len(report.doubts)} more")
    if report.passed_over:
        note(f"passed over: {report.passed_over}, older than asked for or no mail")
    if report.not_indexed is not None:
        note(f"stored but not searchable yet: {report.not_indexed}")
    if as_json:
        refusals = [{"where": one.where, "reason": one.reason} for one in report.refusals]
        doubts = [{"where": one.where, "reason": one.reason} for one in report.doubts]
        print_json(
            {
                "read": report.read,
                "stored": report.stored,
                "duplicates": report.duplicates,
                "refused": report.refused,
                "seconds": report.seconds,
                "refusals": refusals,
                "doubtful": report.doubtful,
                "doubts": doubts,
            }
        )
        return
    say(
        f"{report.read} read: {report.stored} stored, {report.duplicates} already there, "
        f"{report.refused} refused, in {report.seconds:.1f} s"
    )


def _progress() -> Progress:
    """A progress bar on standard error, shown only on a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=messages,
        disable=not messages.is_terminal,
        transient=True,
    )
