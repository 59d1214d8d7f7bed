"""Errors and the outer wall, on a small application."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import FastAPI, Query, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.protocol.guard import MAX_BODY_BYTES, Guard
from api.protocol.problems import register_problems
from api.readers import AuthenticationError
from archive.errors import (
    MergedError,
    NotFoundError,
    PakarError,
    RefusedError,
    StoreUnavailableError,
    TooLargeError,
    UsageError,
)

ERRORS: dict[str, tuple[Exception, int]] = {
    "usage": (UsageError("say what"), 422),
    "missing": (NotFoundError("no such thing"), 404),
    "refused": (RefusedError("not a message"), 422),
    "large": (TooLargeError("over a megabyte"), 413),
    "down": (StoreUnavailableError("cannot open /var/lib/secret.db"), 503),
    "busy": (PoolTimeoutError("QueuePool limit of size 5 overflow 10 reached"), 503),
    "credentials": (AuthenticationError("the token is not known"), 401),
    "other": (PakarError("something of ours"), 500),
    "bug": (ZeroDivisionError("secret detail of the code"), 500),
}


class Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


@pytest.fixture
def client() -> TestClient:
    app = FastAPI(docs_url=None, redoc_url=None)
    register_problems(app)

    @app.get("/api/v1/errors/{name}")
    def get_error(name: str) -> None:
        raise ERRORS[name][0]

    @app.get("/api/v1/things/{thing}/parts")
    def get_thing(thing: int) -> None:
        raise MergedError(f"{thing} lives on", "a b/c")

    @app.get("/api/v1/plain")
    def get_plain(_: Annotated[Nothing, Query()]) -> str:
        return "plain"

    @app.get("/api/v1/names/{name}")
    def get_name(name: str) -> str:
        return name

    @app.post("/api/v1/bodies")
    async def post_body(request: Request) -> int:
        return len(await request.body())

    app.add_middleware(Guard)
    return TestClient(app)


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_is_a_problem_with_a_useful_detail(client: TestClient, name: str) -> None:
    _, status = ERRORS[name]

    answer = client.get(f"/api/v1/errors/{name}")
    problem = answer.json()

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == f"/api/v1/errors/{name}"


@pytest.mark.parametrize("name", ["down", "busy", "bug"])
def test_no_secret_of_the_machine_reaches_a_reader(client: TestClient, name: str) -> None:
    text = client.get(f"/api/v1/errors/{name}").text

    assert not any(word in text for word in ("secret", "/var", "QueuePool", "Traceback"))


def test_an_unavailable_store_says_when_to_come_back(client: TestClient) -> None:
    assert int(client.get("/api/v1/errors/down").headers["retry-after"]) > 0


def test_refused_credentials_name_the_scheme(client: TestClient) -> None:
    answer = client.get("/api/v1/errors/credentials")

    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_what_was_merged_answers_301_with_the_same_query(client: TestClient) -> None:
    answer = client.get("/api/v1/things/7/parts?limit=3", follow_redirects=False)

    assert answer.status_code == 301
    assert answer.headers["location"] == "/api/v1/things/a%20b%2Fc/parts?limit=3"


def test_unknown_parameters_are_named(client: TestClient) -> None:
    answer = client.get("/api/v1/plain?wrong=1&odd=2")

    assert answer.status_code == 422
    assert "wrong: there is no such parameter" in answer.json()["detail"]
    assert [item["name"] for item in answer.json()["errors"]] == ["wrong", "odd"]


def test_an_id_that_is_no_id_is_not_found(client: TestClient) -> None:
    assert client.get("/api/v1/things/seven/parts").status_code == 404


@pytest.mark.parametrize("path", ["/", "/api/v1/nowhere", "/api/v1/%00", "/a%00b"])
def test_unknown_paths_are_problems(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(client: TestClient) -> None:
    answer = client.delete("/api/v1/plain")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.json()["detail"] == "DELETE is not possible here"


def test_a_nul_in_the_query_is_refused(client: TestClient) -> None:
    assert client.get("/api/v1/plain?a=%00").status_code == 422


def test_an_endless_query_is_refused(client: TestClient) -> None:
    assert client.get(f"/api/v1/plain?a={'x' * 20_000}").status_code == 414


def test_a_large_body_is_refused_by_its_announced_length(client: TestClient) -> None:
    answer = client.post("/api/v1/bodies", content=b"x" * (MAX_BODY_BYTES + 1))

    assert answer.status_code == 413


def test_a_large_body_in_pieces_is_refused_too(client: TestClient) -> None:
    pieces = (b"x" * 100_000 for _ in range(12))

    assert client.post("/api/v1/bodies", content=pieces).status_code == 413


def test_a_body_at_the_bound_is_taken(client: TestClient) -> None:
    answer = client.post("/api/v1/bodies", content=b"x" * MAX_BODY_BYTES)

    assert answer.json() == MAX_BODY_BYTES


def test_head_is_get_without_the_body(client: TestClient) -> None:
    answer = client.head("/api/v1/plain")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(b'"plain"'))


@pytest.mark.parametrize("path", ["/api/v1/plain", "/api/v1/nowhere", "/api/v1/errors/bug"])
def test_security_headers_stand_on_every_answer(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a%2Fb", "a%2Fb"),
        ("a%252Fb", "a%252Fb"),
        ("a%20b", "a b"),
        ("%C3%A9", "é"),
        ("100%25", "100%25"),
    ],
)
def test_an_encoded_slash_or_percent_sign_reaches_the_route_encoded(
    client: TestClient, path: str, name: str
) -> None:
    assert client.get(f"/api/v1/names/{path}").json() == name
