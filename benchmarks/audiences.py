"""What a private list beside an archive costs everybody else.

The yardstick is the archive without it. Beside a copy of the archive a private list gets
mail of the same people on the same subjects; ``pakar rank --full`` of the public and
cold answers to nobody are then timed in both, in turn.
"""

from __future__ import annotations

import argparse
import email.utils
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import select

from api.context import Context
from api.service.app import create_app
from api.service.composition import open_context, open_store
from archive.importing.importer import Importer
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.store.store import Incoming
from archive.tables import Message
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer

SAMPLE = Path(__file__).parents[1] / "archive" / "sample" / "mandiri.mbox"
PUBLIC, PRIVATE = "bench@lists.example.org", "board@lists.example.org"
SHARE = 0.05
"""Private mails for each public one."""


def main() -> None:
    """Measure, and print a table with ratios."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="pakar-bench-", dir=options.temporary) as folder:
        scratch = Path(folder)
        without = Settings(data_dir=scratch / "without")
        _import(without, options.archive)
        shutil.copytree(scratch / "without", scratch / "beside")
        beside = Settings(data_dir=scratch / "beside")
        kept = _add_private_mail(beside)
        print(f"{kept} private mails beside the archive; median of {options.rounds} rounds")
        parts: dict[str, Callable[[Settings], float]] = {
            "rank --full": _rank,
            "answers": _answer,
        }
        print(f"{'':14}{'without s':>12}{'beside s':>12}{'ratio':>8}")
        for name, measured in parts.items():
            seconds: dict[str, list[float]] = {"without": [], "beside": []}
            for _ in range(options.rounds):
                seconds["without"].append(measured(without))
                seconds["beside"].append(measured(beside))
            plain, private = (statistics.median(found) for found in seconds.values())
            print(f"{name:14}{plain:12.2f}{private:12.2f}{private / plain:8.2f}")


def _import(settings: Settings, archive: Path) -> None:
    store = open_store(settings)
    with store.database.transaction() as session:
        add_list(session, PUBLIC)
    Importer(store.database, settings, PUBLIC, jobs=2).run([archive])
    store.database.close()


def _add_private_mail(settings: Settings) -> int:
    """Posts of a private list by authors of the archive, under its subjects; how many."""
    store = open_store(settings)
    with store.database.transaction() as session:
        list_id = add_list(session, PRIVATE, private=True).id
        query = select(Message.author_name, Message.subject, Message.date, Message.id)
        rows = session.execute(query.order_by(Message.id)).all()
    chosen = rows[:: max(1, round(1 / SHARE))]
    now = datetime.now(UTC)
    mails = []
    for row in chosen:
        mail = EmailMessage()
        mail["From"] = email.utils.formataddr((row.author_name, f"p{row.id % 97}@example.org"))
        mail["Subject"], mail["Message-ID"] = row.subject, f"<private{row.id}@example.org>"
        mail["Date"] = email.utils.format_datetime(row.date)
        mail.set_content(f"{row.subject}\nOnly the board reads what this says.\n")
        mails.append(Incoming(mail.as_bytes(), list_id, "import", now))
    store.keep(mails)
    store.database.close()
    return len(mails)


def _rank(settings: Settings) -> float:
    store = open_store(settings)
    started = time.process_time()
    reader = CorpusReader(store.database, settings.terms_folder)
    Scorer(store.database, reader).run(full=True)
    store.database.close()
    return time.process_time() - started


def _answer(settings: Settings) -> float:
    """Processor seconds of cold answers to nobody, the view being in memory."""
    context: Context = open_context(settings)
    client = TestClient(create_app(context))
    topics = client.get("/api/v1/topics?limit=20").json()["items"]
    people = client.get("/api/v1/people?limit=20").json()["items"]
    threads = client.get("/api/v1/threads?limit=20").json()["items"]
    paths = [
        *(f"/api/v1/topics/{one['slug']}/experts" for one in topics),
        *(f"/api/v1/search?q={one['slug']}" for one in topics),
        *(f"/api/v1/people/{one['id']}" for one in people),
        *(f"/api/v1/people/{one['id']}/topics" for one in people),
        *(f"/api/v1/threads/{one['id']}" for one in threads),
        "/",
        "/topics",
    ]
    started = time.process_time()
    for path in paths:
        client.get(path).raise_for_status()
    taken = time.process_time() - started
    context.database.close()
    return taken


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, default=SAMPLE, help="past mail; default: sample")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side")
    parser.add_argument("--temporary", type=Path, help="where the copies go")
    return parser.parse_args()


if __name__ == "__main__":
    main()
