"""The worker's steps: each in its own time, none in the way of the others."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime

from sqlalchemy import func, select

from api.service.current_view import CurrentView
from api.service.worker import POLL_SECONDS, Worker
from archive.database import Database
from archive.lists.registry import add_list
from archive.search.audiences import AudienceIndexes
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import Authentication
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer
from reputation.epochs.view import load_view
from reputation.tables import Epoch
from tests.archive.mail.trust.test_dkim import PLAIN


def test_signatures_that_dns_does_not_tell_wait_while_all_else_goes_on(
    sqlite_database: Database, settings: Settings
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        asking = settings.model_copy(update={"dns": f"127.0.0.1:{silent.getsockname()[1]}"})
        store = Store(sqlite_database, asking)
        with sqlite_database.transaction() as session:
            talk = add_list(session, "talk@lists.example.org").id
        store.keep([Incoming(PLAIN, talk, "smtp", datetime.now(UTC))])
        reader = CorpusReader(sqlite_database, asking.terms_folder)
        worker = Worker(
            store,
            AudienceIndexes(asking.index_folder, store.parsed),
            Scorer(sqlite_database, reader),
            CurrentView(lambda: load_view(sqlite_database, reader)),
        )

        # The first pass waits for DNS in vain; the second does not ask again so soon.
        assert worker.take_steps() == POLL_SECONDS
        started = time.monotonic()
        assert worker.take_steps() == POLL_SECONDS
        assert time.monotonic() - started < 1

    with sqlite_database.session() as session:
        assert session.scalar(select(func.count()).select_from(Epoch)) == 1
        assert session.query(Authentication).one().pending
