"""The root command: takes settings from flags, and turns errors into exit statuses."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer

from api.commands import (
    alarms,
    importing,
    lists,
    maintenance,
    people,
    quarantine,
    ranking,
    reading,
    serving,
    subscribing,
    threads,
    tokens,
    topics,
)
from api.commands.environment import GlobalFlags
from api.commands.evaluation import command as evaluation
from archive.errors import PakarError, RefusedError, StoreUnavailableError

EXIT_DONE, EXIT_REFUSED, EXIT_WRONG_USE, EXIT_UNAVAILABLE = 0, 1, 2, 3
EXIT_INTERRUPTED = 130

application = typer.Typer(
    name="pakar",
    help="A mailing-list archive that tells who the recognised experts are, and why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)


@application.callback()
def root(
    context: typer.Context,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder for everything Pakar writes [PAKAR_DATA_DIR].")
    ] = None,
    database_url: Annotated[
        str | None, typer.Option(help="SQLite or PostgreSQL URL [PAKAR_DATABASE_URL].")
    ] = None,
) -> None:
    """Take the settings that every command shares."""
    context.obj = GlobalFlags({"data_dir": data_dir, "database_url": database_url})


for module in (
    lists,
    subscribing,
    quarantine,
    importing,
    ranking,
    topics,
    people,
    threads,
    alarms,
    reading,
    evaluation,
    tokens,
    maintenance,
    serving,
):
    module.register(application)


def run() -> None:
    """Run the command line and exit with the status that the contract defines."""
    _log_to_stderr()
    try:
        application()
    except PakarError as error:
        _fail(str(error), exit_status(error))
    except BrokenPipeError:
        # The reader of the pipe has closed it. That is no error, and nobody reads a message.
        sys.stderr.close()
        sys.exit(EXIT_DONE)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        _fail(f"{error.strerror or error}{place}", EXIT_UNAVAILABLE)


def _fail(reason: str, status: int) -> NoReturn:
    print(f"pakar: {reason}", file=sys.stderr)
    sys.exit(status)


def _log_to_stderr() -> None:
    """Log lines of JSON on standard error; standard output is only for answers."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def exit_status(error: PakarError) -> int:
    """The exit status that the contract defines for an error."""
    if isinstance(error, StoreUnavailableError):
        return EXIT_UNAVAILABLE
    if isinstance(error, RefusedError):
        return EXIT_REFUSED
    return EXIT_WRONG_USE
