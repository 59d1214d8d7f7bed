"""Whoever may not read a private list is answered as if the archive had none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from archive.importing.importer import Importer
from archive.settings import Settings
from archive.tokens import Scope
from reputation.epochs import scorer
from tests.api.archives import Archive
from tests.api.audiences.private_mail import private_mail
from tests.api.audiences.walk import Answer, walk
from tests.paths import SAMPLE

PUBLIC, FIRST, SECOND = (f"{name}@lists.example.org" for name in ("mandiri", "board", "council"))
NOW = datetime(2026, 11, 1, tzinfo=UTC)
MBOX = SAMPLE / "mandiri.mbox"
MOST = 500
"""Answers that are compared; all that an archive of this size gives are seven times as many."""


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both stores are ranked at the same instant."""
    monkeypatch.setattr(scorer, "_now", lambda: NOW)


class Compared:
    """A store of the public sample, and of private lists that get mail around it."""

    def __init__(self, folder: Path, before: Sequence[str], after: Sequence[str]) -> None:
        self.settings = Settings(data_dir=folder)
        self.archive = Archive(self.settings)
        self.archive.add_list(PUBLIC, name="Mandiri", language="id")
        for address in dict.fromkeys((*before, *after)):
            self.archive.add_list(address, name=f"Canary {address}", private=True)
        for address in before:
            self.archive.keep(address, *self.mail(address)[:94])
        Importer(self.archive.database, self.settings, PUBLIC, jobs=1).run([MBOX])
        for address in after:
            self.archive.keep(address, *self.mail(address)[94 if address in before else 0 :])
        self.archive.rank()

    @staticmethod
    def mail(address: str) -> list[bytes]:
        return private_mail(MBOX, address.partition("@")[0])

    def token(self, *lists: str) -> dict[str, str]:
        return self.archive.token(f"reader of {len(lists)}", Scope.READ, *lists)

    def client(self) -> TestClient:
        return TestClient(create_app(self.archive.context), follow_redirects=False)

    def walked(
        self, headers: dict[str, str] | None = None, at_most: int = MOST
    ) -> dict[str, Answer]:
        return walk(self.client(), self.seeds(), headers=headers, at_most=at_most)

    def seeds(self) -> dict[str, list[str]]:
        words = ("router", "vpn", "kriptokanari", "canaryboard", "from:tigor", "Wayan", "mikrotik")
        queries = [f"q={word}" for word in words]
        return {
            "/api/v1/search": [*queries, "q=router&sort=date", "q=router&by=thread", "q=ruoter"],
            "/api/v1/experts": queries,
            "/api/v1/people": [*queries, "q=canary1@board.example"],
            "/api/v1/topics": queries,
            "/api/v1/threads": ["unanswered=true", "unanswered=false"],
            "address": [PUBLIC],
            "slug": ["vpn", "router", "internal", "a--1"],
            "person_id": [str(number) for number in range(1, 60)],
            "thread_id": [str(number) for number in range(1, 140)],
            "message_id": ["q1@board.example", "a1@board.example"],
            "number": ["1"],
        }


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Callable[..., Compared]]:
    opened: list[Compared] = []

    def store(before: Sequence[str] = (), after: Sequence[str] = ()) -> Compared:
        found = Compared(tmp_path / str(len(opened)), before, after)
        opened.append(found)
        return found

    yield store
    for one in opened:
        one.archive.close()


def differing(one: dict[str, Answer], other: dict[str, Answer]) -> list[str]:
    """The paths that are answered differently, or only in one of the two."""
    return [path for path in {**one, **other} if one.get(path) != other.get(path)]


def test_nobody_can_tell_that_there_is_a_private_list(stores: Callable[..., Compared]) -> None:
    without, beside = stores(), stores(before=[FIRST], after=[FIRST])
    plain = without.walked()

    assert len(plain) == MOST
    assert differing(plain, beside.walked()) == []


def test_private_mail_that_arrives_changes_no_answer_of_the_public(
    stores: Callable[..., Compared],
) -> None:
    beside = stores(after=[FIRST])
    before = beside.walked(at_most=200)
    beside.archive.keep(FIRST, *private_mail(MBOX, "later")[:40])
    beside.archive.rank_if_stale()

    assert differing(before, beside.walked(at_most=200)) == []


def test_a_reader_of_one_private_list_cannot_tell_that_there_is_another(
    stores: Callable[..., Compared],
) -> None:
    one, two = stores(after=[FIRST]), stores(after=[FIRST, SECOND])
    alone = one.walked(one.token(FIRST), at_most=250)

    assert differing(alone, two.walked(two.token(FIRST), at_most=250)) == []
    # Pages are for everybody, so only the API tells what the token opens.
    told = b"".join(body for path, (_, _, body) in alone.items() if path.startswith("/api/"))
    assert b"canaryboard" in told
    assert b"council" not in told


def test_a_reader_sees_what_the_private_list_adds_to_the_rankings(
    stores: Callable[..., Compared],
) -> None:
    beside = stores(after=[FIRST])
    client, bearer = beside.client(), beside.token(FIRST)
    path = "/api/v1/experts?q=kriptokanari boardkriptokanari"

    assert client.get(path).json()["total"] == 0
    named = client.get(path, headers=bearer).json()["items"]
    assert named
    assert all(item["answers"] > 0 for item in named)
    # A token that opens no list reads what the public reads, with whole addresses.
    assert client.get(path, headers=beside.token()).json()["total"] == 0
    for scope in (Scope.CURATE, Scope.ADMIN):
        headers = beside.archive.token(scope, scope)
        assert client.get(path, headers=headers).json()["items"] == named


def test_a_list_made_private_is_gone_at_once_and_comes_back(
    stores: Callable[..., Compared],
) -> None:
    beside = stores()
    client = beside.client()
    assert client.get("/api/v1/experts?q=mikrotik").json()["total"] > 0

    beside.archive.edit_list(PUBLIC, private=True)

    assert client.get("/api/v1/experts?q=mikrotik&limit=5").json()["total"] == 0
    assert client.get("/api/v1/people?limit=1").json()["total"] == 0
    assert client.get("/api/v1/search?q=mikrotik").json()["total"] == 0
    bearer = beside.token(PUBLIC)
    assert client.get("/api/v1/experts?q=mikrotik", headers=bearer).json()["total"] > 0

    beside.archive.edit_list(PUBLIC, private=False)

    assert client.get("/api/v1/experts?q=mikrotik&limit=6").json()["total"] > 0
