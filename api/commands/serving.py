"""``pakar serve`` and ``pakar demo``: run the service."""

from __future__ import annotations

import asyncio
import functools
import tempfile
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from api.commands.environment import note, settings_of
from archive.errors import UsageError
from archive.importing.importer import Importer
from archive.lists.registry import add_list
from archive.settings import Settings

SAMPLE_LIST = "mandiri@milis.example"

HttpHost = Annotated[str | None, typer.Option("--http-host", help="[PAKAR_HTTP_HOST]")]
HttpPort = Annotated[int | None, typer.Option("--http-port", help="[PAKAR_HTTP_PORT]")]
SmtpHost = Annotated[str | None, typer.Option("--smtp-host", help="[PAKAR_SMTP_HOST]")]
SmtpPort = Annotated[int | None, typer.Option("--smtp-port", help="[PAKAR_SMTP_PORT]")]


def register(application: typer.Typer) -> None:
    """Add the commands to the command line."""
    application.command(epilog="Example: pakar serve --only smtp,worker")(serve)
    application.command(epilog="Example: pakar demo --http-port 8080")(demo)


def serve(
    context: typer.Context,
    only: Annotated[
        str | None, typer.Option("--only", metavar="PARTS", help="Of smtp, http and worker.")
    ] = None,
    accept_list_address: Annotated[
        bool,
        typer.Option(
            "--accept-list-address", help="Take mail addressed to a list itself, from loopback."
        ),
    ] = False,
    http_host: HttpHost = None,
    http_port: HttpPort = None,
    smtp_host: SmtpHost = None,
    smtp_port: SmtpPort = None,
) -> None:
    """Run the doors, the HTTP service and the background worker."""
    settings = settings_of(
        context, http_host=http_host, http_port=http_port, smtp_host=smtp_host, smtp_port=smtp_port
    )
    _serve(settings, only, accept_list_address=accept_list_address)


def demo(
    context: typer.Context,
    http_host: HttpHost = None,
    http_port: HttpPort = None,
    smtp_host: SmtpHost = None,
    smtp_port: SmtpPort = None,
) -> None:
    """Serve a throw-away archive made from the bundled sample."""
    from api.service.composition import open_store
    from reputation.corpus.reader import CorpusReader
    from reputation.epochs.scorer import Scorer
    from reputation.topics.curation import add_topics

    with tempfile.TemporaryDirectory(prefix="pakar-demo-") as folder:
        settings = settings_of(
            context,
            data_dir=Path(folder),
            database_url=f"sqlite:///{folder}/pakar.db",
            http_host=http_host,
            http_port=http_port,
            smtp_host=smtp_host,
            smtp_port=smtp_port,
        )
        store = open_store(settings)
        with store.database.transaction() as session:
            add_list(
                session,
                SAMPLE_LIST,
                name="Mandiri",
                description="Milis para pekerja lepas dan kantor rumahan (contoh; semua rekaan).",
            )
        sample = resources.files("archive") / "sample"
        with resources.as_file(sample / "mandiri.mbox") as mbox:
            report = Importer(store.database, settings, SAMPLE_LIST, jobs=1).run([mbox])
        with store.database.transaction() as session:
            add_topics(session, (sample / "topics.toml").read_text(encoding="utf-8"))
        reader = CorpusReader(store.database, settings.terms_folder)
        view = Scorer(store.database, reader, gated=settings.authority_gate).run(full=True)
        store.database.close()
        note(f"pakar: demo: {report.stored} sample messages, {len(view.topics)} topics")
        note(f"pakar: demo: open {settings.public_url}/")
        _serve(settings, None, accept_list_address=True)


def _serve(settings: Settings, only: str | None, *, accept_list_address: bool) -> None:
    from api.service.serve import PARTS, Service

    parts = [part.strip() for part in only.split(",")] if only is not None else list(PARTS)
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise UsageError(f"--only: {unknown[0]!r} is not one of {', '.join(PARTS)}")

    async def run() -> None:
        announce = functools.partial(print, flush=True)
        service = Service(
            settings, parts, accept_list_address=accept_list_address, announce=announce
        )
        await service.run()

    asyncio.run(run())
