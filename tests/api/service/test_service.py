"""The application as a whole: health, documentation, faults, any request at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.service.app import create_app
from archive.settings import Settings
from archive.tokens import Scope
from tests.api.archives import COINS, Archive, limited

RESOURCES = [
    "/lists",
    "/topics",
    "/topics/coin-selection",
    "/topics/coin-selection/experts",
    "/experts?q=coin",
    "/people",
    "/threads",
    "/messages/a1@example.com",
    "/search?q=coin",
    "/graph/coin-selection",
]


def test_health_and_readiness_name_each_part(client: TestClient) -> None:
    ready = client.get("/readyz")

    assert client.get("/healthz").json() == {"status": "ok"}
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert {"store", "rankings"} <= set(ready.json()["parts"])


def test_the_documentation_needs_no_script_and_no_other_host(client: TestClient) -> None:
    page = client.get("/docs")

    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "/api/v1/topics/{slug}/experts" in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]


def test_the_description_is_openapi_3_1_and_complete(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    paths = {
        path
        for path, operations in description["paths"].items()
        for operation in operations.values()
        if path.startswith("/api/v1") and {} in operation["security"]
    }

    assert description["openapi"].startswith("3.1")
    assert paths == {
        f"/api/v1{path}"
        for path in (
            "/lists",
            "/lists/{address}",
            "/topics",
            "/topics/{slug}",
            "/topics/{slug}/experts",
            "/topics/{slug}/history",
            "/experts",
            "/match",
            "/people",
            "/people/{person_id}",
            "/people/{person_id}/topics",
            "/people/{person_id}/evidence",
            "/people/{person_id}/works",
            "/threads",
            "/threads/{thread_id}",
            "/messages/{message_id}",
            "/messages/{message_id}/raw",
            "/messages/{message_id}/attachments/{n}",
            "/attachments/{digest}",
            "/attachments/{digest}/content",
            "/search",
            "/graph/{slug}",
        )
    }


@pytest.mark.parametrize("path", RESOURCES)
def test_every_resource_has_an_etag_and_the_security_headers(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}")

    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    tag = answer.headers["etag"]
    again = client.get(f"/api/v1{path}", headers={"If-None-Match": tag})
    assert (again.status_code, again.headers["etag"]) == (304, tag)


@pytest.mark.parametrize("path", RESOURCES)
def test_every_resource_refuses_parameters_it_does_not_know(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}{'&' if '?' in path else '?'}surprise=1")

    assert answer.status_code == 422
    assert "surprise" in answer.json()["detail"]


@pytest.mark.usefixtures("database_url")
def test_every_resource_answers_alike_on_both_dialects(
    archive: Archive, own_client: TestClient, client: TestClient
) -> None:
    thread = own_client.get("/api/v1/messages/a1@example.com").json()["thread"]["id"]
    person = archive.person("ayu.lestari@example.com")
    paths = [
        f"/people/{person}",
        f"/people/{person}/topics",
        f"/people/{person}/evidence",
        f"/threads/{thread}",
        "/threads?unanswered=true&topic=coin-selection",
        "/people?q=ayu.lestari@example.com",
        "/topics?q=coin",
    ]

    for path in [*RESOURCES, *paths]:
        assert own_client.get(f"/api/v1{path}").status_code == 200
    trend = own_client.get("/api/v1/topics/coin-selection").json()["trend"]
    assert trend == client.get("/api/v1/topics/coin-selection").json()["trend"]


def test_a_store_that_is_away_is_503_and_not_ready(
    own_client: TestClient, archive: Archive, settings: Settings
) -> None:
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    archive.close()
    for file in database.parent.glob("pakar.db*"):
        file.unlink()
    database.mkdir()

    for path in ("/lists", "/threads", "/messages/a1@example.com", "/search?q=coin"):
        answer = own_client.get(f"/api/v1{path}")
        assert (answer.status_code, answer.json()["status"]) == (503, 503)
        assert "retry-after" in answer.headers
        assert str(database) not in answer.text
    ready = own_client.get("/readyz")
    assert (ready.status_code, ready.json()["parts"]["store"]["ready"]) == (503, False)
    assert own_client.get("/healthz").status_code == 200


def test_damaged_bytes_are_told_and_do_not_break_the_thread(
    own_client: TestClient, archive: Archive, settings: Settings
) -> None:
    row = own_client.get("/api/v1/messages/a1@example.com").json()
    archive.close()
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "UPDATE message SET digest = zeroblob(32) WHERE message_id = 'a1@example.com'"
        )

    message = own_client.get("/api/v1/messages/a1@example.com").json()
    thread = own_client.get(f"/api/v1/threads/{row['thread']['id']}")
    raw = own_client.get("/api/v1/messages/a1@example.com/raw")

    assert (message["text"], message["defects"][-1]) == ("", "damaged")
    assert thread.status_code == 200
    assert (raw.status_code, raw.headers["content-type"]) == (500, "application/problem+json")
    assert "pakar verify" in raw.json()["detail"]


@pytest.fixture(scope="module")
def description(story: Archive) -> BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(story.context))


def test_any_request_gets_an_answer_that_was_described(
    description: BaseSchema, client: TestClient, story: Archive
) -> None:
    known = {
        "address": COINS,
        "slug": "coin-selection",
        "person_id": story.person("ayu.lestari@example.com"),
        "thread_id": client.get("/api/v1/messages/a1@example.com").json()["thread"]["id"],
        "message_id": "a1@example.com",
        "n": 1,
        "digest": "0" * 64,
    }
    operations = [one for one in operations_of(description) if not needs_token(one)]

    for operation in operations:
        ask_anything(operation, known)

    assert len(operations) == 25


def test_any_decision_gets_an_answer_that_was_described(archive: Archive) -> None:
    app = create_app(limited(archive, "deciding=1000000"))
    description = schemathesis.openapi.from_asgi("/openapi.json", app)
    decisions = [one for one in operations_of(description) if needs_token(one)]
    known = {
        "slug": "coin-selection",
        "person_id": archive.person("ayu.lestari@example.com"),
        "message_id": "a1@example.com",
        "number": 1,
    }

    headers = archive.token("anything", Scope.CURATE)

    for operation in decisions:
        ask_anything(operation, known, examples=5, headers=headers)

    assert len(decisions) == 22


def operations_of(description: BaseSchema) -> list[Any]:
    found: Iterable[Any] = description.get_all_operations()
    return [one.ok() for one in found]


def needs_token(operation: Any) -> bool:
    needed: bool = operation.definition.raw.get("security") == [{"token": []}]
    return needed


def ask_anything(
    operation: Any,
    known: dict[str, object],
    *,
    examples: int = 25,
    headers: dict[str, str] | None = None,
) -> None:
    """Send generated requests; half of those that name a thing name one that is there."""

    @given(operation.as_strategy(), st.booleans())
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, named: bool) -> None:
        if named:
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
        case.call_and_validate(
            headers=headers,
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )

    ask()
