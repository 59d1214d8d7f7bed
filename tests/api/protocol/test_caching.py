"""ETags, and ready answers of an epoch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from api.protocol.caching import EpochCache, json_answer, matches
from api.schemas import Health
from archive.errors import StoreUnavailableError


@dataclass
class Service:
    """A small application behind the cache, and how often its routes ran."""

    epoch: int = 1
    max_age: float = 60.0
    max_bytes: int = 10_000
    calls: list[str] = field(default_factory=list)
    unavailable: bool = False

    def current(self) -> int:
        if self.unavailable:
            raise StoreUnavailableError("away")
        return self.epoch

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/api/v1/ranking/{name}")
        def get_ranking(request: Request, name: str) -> Response:
            self.calls.append(name)
            body = Health(status=f"{name} in epoch {self.epoch}: {'x' * 1_000}")
            return json_answer(request, body, epoch=self.epoch)

        @app.get("/api/v1/fresh")
        def get_fresh(request: Request) -> Response:
            self.calls.append("fresh")
            return json_answer(request, Health(status=str(len(self.calls))))

        @app.get("/api/v1/missing")
        def get_missing(request: Request) -> Response:
            self.calls.append("missing")
            return json_answer(request, Health(status="no"), epoch=self.epoch, status=404)

        app.add_middleware(
            EpochCache, epoch_id=self.current, max_age=self.max_age, max_bytes=self.max_bytes
        )
        return app


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(service.app()) as client:
        yield client


def test_the_second_request_of_an_epoch_is_answered_with_the_same_bytes(
    service: Service, client: TestClient
) -> None:
    first = client.get("/api/v1/ranking/one")
    second = client.get("/api/v1/ranking/one")

    assert service.calls == ["one"]
    assert (second.content, second.headers) == (first.content, first.headers)
    assert first.headers["etag"].startswith('"1-')


def test_a_new_epoch_is_shown_at_once(service: Service, client: TestClient) -> None:
    old = client.get("/api/v1/ranking/one")
    service.epoch = 2
    new = client.get("/api/v1/ranking/one")

    assert "epoch 2" in new.text
    assert old.headers["etag"] != new.headers["etag"]


def test_answers_are_kept_apart_by_path_query_and_language(
    service: Service, client: TestClient
) -> None:
    client.get("/api/v1/ranking/one")
    client.get("/api/v1/ranking/two")
    client.get("/api/v1/ranking/one?limit=3")
    client.get("/api/v1/ranking/one", headers={"Accept-Language": "id"})
    assert service.calls == ["one", "two", "one", "one"]

    client.get("/api/v1/ranking/one", headers={"Accept-Language": "id-ID, en;q=0.5"})

    assert len(service.calls) == 4


def test_an_encoded_slash_is_another_path(service: Service, client: TestClient) -> None:
    client.get("/api/v1/ranking/one")

    assert client.get("/api/v1%2Franking/one").status_code == 200
    assert len(service.calls) == 2


def test_requests_with_credentials_pass_by(service: Service, client: TestClient) -> None:
    for _ in range(2):
        client.get("/api/v1/ranking/one", headers={"Authorization": "Bearer x"})

    assert len(service.calls) == 2


def test_fresh_answers_and_errors_are_never_kept(service: Service, client: TestClient) -> None:
    bodies = {client.get("/api/v1/fresh").text for _ in range(3)}
    client.get("/api/v1/missing")
    client.get("/api/v1/missing")

    assert len(bodies) == 3
    assert service.calls.count("missing") == 2


def test_an_unchanged_answer_costs_a_304(service: Service, client: TestClient) -> None:
    tag = client.get("/api/v1/ranking/one").headers["etag"]

    kept = client.get("/api/v1/ranking/one", headers={"If-None-Match": f'"x", W/{tag}'})
    other = client.get("/api/v1/ranking/one", headers={"If-None-Match": '"x"'})

    assert (kept.status_code, kept.content, kept.headers["etag"]) == (304, b"", tag)
    assert "content-length" not in kept.headers
    assert other.status_code == 200
    assert service.calls == ["one"]


def test_a_304_of_the_route_itself_is_not_kept_as_the_answer(
    service: Service, client: TestClient
) -> None:
    tag = client.get("/api/v1/ranking/one").headers["etag"]
    service.epoch = 2
    client.get("/api/v1/ranking/one")
    service.epoch = 1

    assert client.get("/api/v1/ranking/one", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/api/v1/ranking/one").status_code == 200


def test_an_old_answer_is_made_anew_in_the_same_epoch() -> None:
    service = Service(max_age=0.0)
    with TestClient(service.app()) as client:
        client.get("/api/v1/ranking/one")
        client.get("/api/v1/ranking/one")

    assert service.calls == ["one", "one"]


def test_memory_is_bounded_and_the_least_used_answer_goes(
    service: Service, client: TestClient
) -> None:
    for name in ("a", "b", "c", "d"):
        client.get(f"/api/v1/ranking/{name}")
    client.get("/api/v1/ranking/a")
    client.get("/api/v1/ranking/e")
    service.calls.clear()

    client.get("/api/v1/ranking/a")
    client.get("/api/v1/ranking/b")

    assert service.calls == ["b"]


def test_without_an_epoch_the_application_answers_for_itself(
    service: Service, client: TestClient
) -> None:
    client.get("/api/v1/ranking/one")
    service.unavailable = True

    assert client.get("/api/v1/ranking/one").status_code == 200
    assert service.calls == ["one", "one"]


def test_many_readers_of_a_new_epoch_wait_for_one_answer(service: Service) -> None:
    async def read() -> list[str]:
        transport = httpx2.ASGITransport(service.app())
        async with httpx2.AsyncClient(transport=transport, base_url="http://a.example") as client:
            await client.get("/api/v1/ranking/one")
            service.epoch = 2
            answers = await asyncio.gather(*(client.get("/api/v1/ranking/one") for _ in range(20)))
        return [answer.text for answer in answers]

    texts = asyncio.run(read())

    assert all("epoch 2" in text for text in texts)
    assert service.calls == ["one", "one"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"a"', True), ('W/"a"', True), ("*", True), ('"b", "a"', True), ('"b"', False), ("", False)],
)
def test_if_none_match_is_compared_weakly(header: str, expected: bool) -> None:
    assert matches(header, '"a"') is expected
