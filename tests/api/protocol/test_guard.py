"""What no route can want is refused before any sees it, and said so truly."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from archive.tokens import Scope
from tests.api.archives import Archive

API = "/api/v1"


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/topics", "GET, HEAD, POST"),
        ("/synonyms", "GET, HEAD, POST"),
        ("/match", "POST"),
        ("/people/1/hide", "POST"),
        ("/lists", "GET, HEAD"),
    ],
)
def test_what_is_possible_at_an_address_is_said_in_full(
    client: TestClient, path: str, methods: str
) -> None:
    answer = client.delete(API + path)

    assert (answer.status_code, answer.headers["allow"]) == (405, methods)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/xml"}, b"<a/>", 415),
        ({}, b"name", 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"x", 415),
        ({"Content-Type": "application/json"}, b"\xff\xfe}", 400),
        ({"Content-Type": "application/json; charset=utf-8"}, b"{", 422),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_for_what_it_is(
    client: TestClient, story: Archive, headers: dict[str, str], body: bytes, status: int
) -> None:
    token = story.token(f"reads-{status}-{len(body)}-{len(headers)}", Scope.CURATE)
    answer = client.post(API + "/synonyms", content=body, headers={**token, **headers})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_parameter_given_twice_is_refused(client: TestClient) -> None:
    answer = client.get(API + "/search?q=wallet&q=coin")

    assert answer.status_code == 422
    assert answer.json()["detail"] == "q: given more than once"


def test_too_long_a_question_is_too_large_and_no_fault_of_ours(client: TestClient) -> None:
    question = "router " * 142_858
    answer = client.post(API + "/match", content=question, headers={"Content-Type": "text/plain"})

    assert answer.status_code == 413


def test_the_host_that_was_asked_for_leads_nobody_elsewhere(client: TestClient) -> None:
    answer = client.get(API + "/lists/", headers={"Host": "evil.example"})

    assert answer.status_code in (307, 308)
    assert answer.headers["location"] == "/api/v1/lists"


@pytest.mark.parametrize("number", ["4_6", "0000046", "+1", " 1", "１"])
def test_a_number_is_written_in_one_way(client: TestClient, number: str) -> None:
    assert client.get(f"{API}/people/{number}").status_code == 404


def test_looking_at_decisions_is_no_decision(client: TestClient, story: Archive) -> None:
    token = story.token("looks", Scope.CURATE)
    statuses = {
        client.get(API + "/decisions/topics", headers=token).status_code for _ in range(130)
    }

    assert statuses == {200}
