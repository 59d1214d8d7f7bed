"""The worker's steps: each in its own time, none in the way of the others."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from api.service.current_view import CurrentView
from api.service.steps import follow, forget_indexes
from api.service.worker import POLL_SECONDS, Worker
from archive.database import Database
from archive.lists.audience import audience
from archive.lists.registry import add_list
from archive.search import follower as follower_module
from archive.search.audiences import AudienceIndexes
from archive.search.searcher import Searcher
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import Authentication, MailingList
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


def test_every_index_that_exists_is_followed_and_made_anew_where_a_list_left_it(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "BEGIN_ANEW", 0)
    store = Store(sqlite_database, settings)
    with sqlite_database.transaction() as session:
        talk, secret = (add_list(session, f"{one}@lists.example.org") for one in ("talk", "secret"))
        secret.private = True
        lists = talk.id, secret.id
    indexes = AudienceIndexes(settings.index_folder, store.parsed)

    def post(name: str, list_id: int) -> None:
        raw = f"From: ayu@example.org\r\nMessage-ID: <{name}@example.org>\r\n\r\nkunci\r\n"
        store.keep([Incoming(raw.encode(), list_id, "smtp", datetime.now(UTC))])

    def held() -> dict[str, int]:
        follow(sqlite_database, indexes)
        return {name: one.index.searcher().num_docs for name, one in indexes.kept()}

    post("open", lists[0])
    post("closed", lists[1])
    assert held() == {"": 1}
    with sqlite_database.session() as session:
        Searcher(indexes, sqlite_database).search("kunci", audience=audience(session, None))
    post("later", lists[1])
    assert held() == {"": 1, "all": 3}

    with sqlite_database.transaction() as session:
        session.get_one(MailingList, lists[0]).private = True
    generation = indexes.public.index.state
    assert held() == {"": 0, "all": 3}
    state = indexes.public.index.state
    assert state is not None
    assert generation is not None
    assert not state.leftovers
    assert state.generation != generation.generation
    assert forget_indexes(indexes) > 0
    assert held() == {"": 0, "all": 3}
