"""Errors and the outer wall, on a small application."""

from __future__ import annotations

from html import unescape
from typing import Annotated

import pytest
from fastapi import FastAPI, Query, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.protocol.guard import MAX_BODY_BYTES, Guard
from api.protocol.problems import register_problems
from api.readers import AuthenticationError
from api.service.app import create_app
from archive.errors import (
    MergedError,
    NotFoundError,
    PakarError,
    RefusedError,
    StoreUnavailableError,
    TooLargeError,
    UsageError,
)
from archive.tokens import Scope
from archive.wording.catalogue import wordings
from tests.api.archives import Archive

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
        raise MergedError.of("topic-merged", topic=thing, successor="a b/c")

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


QUERY_ERRORS = [
    ("a " * 500 + "a", "query-too-many-characters", None),
    (" ", "query-empty", None),
    ("a " * 65, "query-too-many-terms", 129),
    ('pajak "kabel', "query-quote-open", 7),
    ("pajak from: ", "query-operator-empty", 7),
    ("OR pajak", "query-or-first", 1),
    ("pajak OR", "query-or-last", 7),
    ("pajak is:odd", "query-flag-unknown", 7),
    ("pajak a*", "query-prefix-short", 7),
    ("pajak after:soon", "query-date-malformed", 7),
    ("pajak topic:nowhere", "query-topic-unknown", None),
    (",", "query-no-word", None),
]


@pytest.mark.parametrize(("query", "code", "position"), QUERY_ERRORS)
def test_a_query_that_cannot_be_read_says_where_in_both_languages(
    story: Archive, query: str, code: str, position: int | None
) -> None:
    client = TestClient(create_app(story.context))
    answers = [
        client.get("/api/v1/search", params={"q": query}, headers={"Accept-Language": language})
        for language in ("en", "id")
    ]

    if code == "query-too-many-characters":
        # The bound of the parameter itself is the same and comes first.
        assert [one.json()["errors"][0]["code"] for one in answers] == ["string_too_long"] * 2
        return
    english, indonesian = (one.json() for one in answers)
    assert (english["code"], english.get("position")) == (code, position)
    assert [one.headers["Content-Language"] for one in answers] == ["en", "id"]
    assert english["detail"] != indonesian["detail"]
    assert english["title"] != indonesian["title"]
    for key in ("type", "code", "status", "instance", "position"):
        assert english.get(key) == indonesian.get(key)
    if position is not None:
        assert str(position) in english["detail"]
        assert str(position) in indonesian["detail"]
    if query.strip():
        page = client.get("/search", params={"q": query, "lang": "id"})
        assert page.status_code == 422
        assert indonesian["detail"] in unescape(page.text)


@pytest.mark.parametrize(
    ("path", "english", "indonesian"),
    [
        ("lists?odd=1", "there is no such parameter", "tidak ada parameter seperti ini"),
        ("lists?limit=0", "must be at least 1", "paling kecil 1"),
        ("lists?limit=many", "must be a whole number", "harus berupa bilangan bulat"),
        ("search", "this parameter is needed", "parameter ini perlu"),
        ("search?q=a&sort=x", "'relevance' or 'date'", "'relevance' atau 'date'"),
        ("experts?q=a&as_of=", "expected a date", "harus berupa tanggal"),
        ("people?q=" + "a" * 1001, "at most 1000", "paling banyak 1000"),
    ],
)
def test_values_that_are_refused_say_why_in_both_languages(
    story: Archive, path: str, english: str, indonesian: str
) -> None:
    client = TestClient(create_app(story.context))

    for language, words in (("en", english), ("id", indonesian)):
        answer = client.get(f"/api/v1/{path}", headers={"Accept-Language": language})
        assert answer.status_code == 422
        assert answer.json()["code"] == "values-invalid"
        assert words in answer.json()["errors"][0]["detail"]


def test_every_type_leads_to_a_line_of_the_page_of_errors(story: Archive) -> None:
    client = TestClient(create_app(story.context))
    found = client.get("/api/v1/nowhere").json()
    page = client.get(found["type"], headers={"Accept-Language": "id"})

    assert found["type"] == "/docs/errors#not-found"
    assert page.headers["Content-Language"] == "id"
    assert '<tr id="not-found">' in page.text
    assert wordings("id")["not-found"].title in page.text


@pytest.mark.parametrize(
    ("accepted", "asked", "language"),
    [("id", "", "id"), ("en", "?lang=id", "id"), ("en", "", "en")],
)
def test_a_browser_gets_errors_as_pages_in_its_language(
    story: Archive, accepted: str, asked: str, language: str
) -> None:
    client = TestClient(create_app(story.context))
    headers = {"Accept": "text/html", "Accept-Language": accepted}
    answer = client.post(f"/ask{asked}", headers=headers)

    assert answer.status_code == 415
    assert answer.headers["Content-Language"] == language
    assert wordings(language)["media-type-missing"].title in answer.text
    assert "/docs/errors#media-type-missing" in answer.text
    long = client.get(f"/nowhere{asked or '?'}&q={'a' * 17_000}", headers=headers)
    assert (long.status_code, long.headers["Content-Language"]) == (414, language)
    assert "text/html" in long.headers["Content-Type"]


def test_a_body_that_is_no_utf_8_is_a_documented_400(story: Archive) -> None:
    client = TestClient(create_app(story.context))
    headers = {**story.token("utf", Scope.CURATE), "Content-Type": "application/json"}
    answer = client.post("/api/v1/synonyms", content=b"\xff\xfe}", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "body-unreadable")
    described = client.get("/openapi.json").json()["paths"]
    for operations in (described[path] for path in described if path.startswith("/api/")):
        for operation in operations.values():
            assert {"400", "404", "414", "415", "422"} <= set(operation["responses"])


def test_a_body_over_the_bound_in_pieces_is_413_where_json_is_expected(story: Archive) -> None:
    client = TestClient(create_app(story.context))
    headers = {**story.token("pieces", Scope.CURATE), "Content-Type": "application/json"}
    pieces = (b" " * 100_000 for _ in range(12))
    answer = client.post("/api/v1/synonyms", content=pieces, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
