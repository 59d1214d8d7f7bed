"""Several processes count requests together; when their store is away each counts for itself."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import pytest
from fastapi.testclient import TestClient
from limits import RateLimitItemPerMinute
from sqlalchemy import create_engine, make_url, text

from api.protocol import counting
from api.protocol.counting import Counter, DatabaseStorage, rate_store
from api.service.app import create_app
from archive.errors import UsageError
from archive.settings import Settings
from tests.api.archives import Archive, limited
from tests.postgresql import PostgresServer

ITEM = RateLimitItemPerMinute(5, namespace="searching")
# One process of several: it counts as often as it is told, and says what was within the limit.
PROCESS = """
import asyncio, sys
from limits import RateLimitItemPerMinute
from api.protocol.counting import Counter, DatabaseStorage
counter = Counter(DatabaseStorage(sys.argv[1], wrap_exceptions=True))
item = RateLimitItemPerMinute(50, namespace="searching")
async def count():
    return [await counter.hit(item, "192.0.2.7") for _ in range(40)]
print(sum(asyncio.run(count())))
"""


def counted(counter: Counter, times: int) -> list[bool]:
    async def count() -> list[bool]:
        return [await counter.hit(ITEM, "192.0.2.7") for _ in range(times)]

    return asyncio.run(count())


def test_two_processes_count_together_and_lose_nothing(postgresql_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, postgresql_url], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    allowed = [int(one.communicate(timeout=60)[0]) for one in processes]

    assert sum(allowed) == 50
    storage = DatabaseStorage(postgresql_url)
    key = RateLimitItemPerMinute(50, namespace="searching").key_for("192.0.2.7")
    assert storage.get(key) == 80
    assert 0 < storage.get_expiry(key) - time.time() <= 61


def test_a_window_that_is_over_begins_anew(postgresql_url: str) -> None:
    storage = DatabaseStorage(postgresql_url)

    assert [storage.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    with storage._engine.connect() as connection:
        connection.execute(text("UPDATE rate_count SET expires = 0"))
    assert storage.get("a") == 0
    assert storage.incr("a", 60) == 1
    storage.clear("a")
    assert storage.get("a") == 0
    assert storage.check()
    storage.incr("b", 60)
    assert storage.reset() == 1


def test_what_has_expired_is_swept_away(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_SWEEP_SECONDS", 0.0)
    storage = DatabaseStorage(postgresql_url)
    for client in range(5):
        storage.incr(str(client), 60)
    with storage._engine.connect() as connection:
        connection.execute(text("UPDATE rate_count SET expires = 0"))
        storage.incr("now", 60)
        assert connection.scalar(text("SELECT count(*) FROM rate_count")) == 1


def test_the_counts_of_a_store_are_not_logged_by_postgresql(postgresql_url: str) -> None:
    with create_engine(postgresql_url).connect() as connection:
        kind = text("SELECT relpersistence::text FROM pg_class WHERE relname = 'rate_count'")
        assert connection.scalar(kind) == "u"


def test_a_database_of_its_own_gets_the_table(postgresql_server: PostgresServer) -> None:
    url = postgresql_server.empty_database()
    assert DatabaseStorage(url).incr("a", 60) == 1
    postgresql_server.drop(url)


def test_while_the_store_is_away_the_process_counts_for_itself_and_comes_back(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "AWAY_SECONDS", 0.0)
    away = make_url(postgresql_url).set(database="nowhere").render_as_string(hide_password=False)
    counter = Counter(DatabaseStorage(away, wrap_exceptions=True))

    assert counted(counter, 7) == [True] * 5 + [False] * 2
    counter._shared.storage = DatabaseStorage(postgresql_url, wrap_exceptions=True)
    assert counted(counter, 1) == [True]


def test_an_absent_store_is_asked_again_only_after_a_while(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = make_url(postgresql_url).set(database="nowhere").render_as_string(hide_password=False)
    storage = DatabaseStorage(away, wrap_exceptions=True)
    counter = Counter(storage)
    counted(counter, 1)
    asked: list[str] = []
    monkeypatch.setattr(storage, "incr", lambda key, *_, **__: asked.append(key))

    assert counted(counter, 3) == [True] * 3
    assert asked == []


def test_a_service_counts_in_its_own_database(postgresql_url: str, settings: Settings) -> None:
    shared = settings.model_copy(
        update={"database_url": postgresql_url, "rate_limit_store": "database"}
    )
    archive = Archive(shared)
    client, other = (
        TestClient(create_app(limited(archive, "reading=2")), client=("192.0.2.7", port))
        for port in (1, 2)
    )
    found = [one.get("/api/v1/lists") for one in (client, other, client)]
    archive.close()

    assert [one.status_code for one in found] == [200, 200, 429]
    assert found[2].json()["code"] == "rate-limit"
    assert found[1].headers["RateLimit-Remaining"] == "0"


def test_the_database_of_sqlite_is_no_store_to_count_in(settings: Settings) -> None:
    with pytest.raises(UsageError, match="PAKAR_RATE_LIMIT_STORE: database needs a PostgreSQL"):
        rate_store(settings.model_copy(update={"rate_limit_store": "database"}))
