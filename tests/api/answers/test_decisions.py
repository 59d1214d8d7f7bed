"""Curation by HTTP: who may, what comes of it, and the way back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from archive.settings import RATE_LIMITS
from archive.tokens import Scope
from tests.api.archives import Archive

API = "/api/v1"


class Curator:
    """A client that decides with a token, and gives back what was answered."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers

    def __call__(self, path: str, status: int = 200, method: str = "POST", **body: Any) -> Any:
        answer = self.client.request(method, API + path, json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.client.get(API + path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def curator(archive: Archive, own_client: TestClient) -> Curator:
    return Curator(own_client, archive.token("Sari", Scope.CURATE))


@pytest.fixture(scope="module")
def refused_one(story: Archive) -> dict[str, str]:
    """Headers of a curator all of whose decisions are refused."""
    return story.token("refused", Scope.CURATE) | {"Content-Type": "application/json"}


def test_a_topic_is_added_renamed_split_merged_hidden_and_all_of_it_undone(
    archive: Archive, curator: Curator
) -> None:
    before = curator.get("/topics")["items"]
    made = curator("/topics", 201, label="Ongkos", terms={"fee": 1, "rate": 0.5}, reason="asked")
    assert made["slug"] == "ongkos"
    curator("/topics/ongkos", method="PATCH", label_id="Ongkos", label_en="Fees")
    curator("/topics/ongkos", method="PATCH", label_id=None)
    assert curator.get("/topics/ongkos")["label_en"] == "Fees"
    assert "label_id" not in curator.get("/topics/ongkos")
    part = curator("/topics/ongkos/split", 201, terms=["rate"], label="Rates")
    curator("/topics/rates/merge", into="coin-selection")
    curator("/topics/coin-selection/pin", thread="soto@example.com")
    archive.rank()
    kitchen = curator.get("/topics/coin-selection")
    assert kitchen["keywords"][:3] == ["coin", "rate", "selection"]
    assert kitchen["threads"] == 10  # eight, the one pinned, and one of a private list
    curator("/topics/ongkos/hide")
    assert curator.client.get(f"{API}/topics/ongkos").status_code == 404
    curator("/topics/ongkos/unhide")

    decided = curator.get("/decisions/topics?limit=3")
    assert [one["kind"] for one in decided["items"]] == ["unhide", "hide", "pin"]
    assert decided["total"] == 8
    decided = curator.get("/decisions/topics")["items"]
    assert {one["author"] for one in decided} == {"Sari"}
    assert decided[-1]["reason"] == "asked"
    assert decided[-1]["number"] == made["decision"]
    assert part["decision"] == decided[4]["number"]
    for one in decided:
        undone = curator(f"/decisions/{one['number']}/undo")
        assert undone["undone_by"] == "Sari"
    archive.rank()
    shown = [one for one in curator.get("/topics")["items"] if one["state"] != "hidden"]
    assert shown == before


def test_asking_again_decides_once(curator: Curator) -> None:
    curator("/topics", 201, label="Fees", terms={"fee": 1})
    asked: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("/topics/fees", "PATCH", {"label": "Ongkos"}),
        ("/topics/fees/pin", "POST", {"thread": "q1@example.net", "about": False}),
        ("/topics/fees/hide", "POST", {}),
        ("/topics/fees/unhide", "POST", {}),
        ("/topics/fees/merge", "POST", {"into": "coin-selection"}),
    )
    for path, method, body in asked:
        assert curator(path, method=method, **body)["decision"] is not None
        assert curator(path, method=method, **body)["decision"] is None


@pytest.mark.parametrize(
    ("path", "status", "body", "detail"),
    [
        (
            "/topics/coin-selection/merge",
            409,
            {"into": "coin-selection"},
            "cannot be merged",
        ),
        ("/topics/nowhere/merge", 404, {"into": "coin-selection"}, "no topic 'nowhere'"),
        ("/topics/coin-selection/merge", 422, {}, "into: this parameter is needed"),
        ("/topics/coin-selection/hide", 422, {"colour": "red"}, "colour: there is no such"),
        ("/topics/coin-selection/hide?force=1", 422, {}, "force: there is no such"),
        ("/topics", 422, {"label": " ", "terms": {"fee": 1}}, "a letter or a digit"),
        ("/topics", 409, {"label": "Fee"}, "a topic needs at least one word"),
        ("/topics", 422, {"label": "Fee", "terms": {"fee": 9}}, "is not between -1 and 1"),
        ("/topics", 422, {"label": "Fee", "threads": ["a\0b"]}, "NUL"),
        ("/topics/coin-selection/hide", 422, {"reason": "\ud800"}, "UTF-8"),
        ("/topics/coin-selection/pin", 404, {"thread": "gone@example.org"}, "no message <gone@"),
        ("/people/999999/hide", 404, {}, "no person 999999"),
        ("/messages/gone%40example.org/split", 404, {}, "no message <gone@example.org>"),
        ("/decisions/999/undo", 404, {}, "no decision 999"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_in_one_sentence(
    client: TestClient,
    refused_one: dict[str, str],
    path: str,
    status: int,
    body: dict[str, Any],
    detail: str,
) -> None:
    refused = client.post(API + path, content=json.dumps(body), headers=refused_one)

    assert (refused.status_code, refused.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    )
    assert detail in refused.json()["detail"]


def test_deciding_needs_a_token_of_the_scope(client: TestClient, story: Archive) -> None:
    path = f"{API}/topics/coin-selection/hide"
    reading = story.token("only reads", Scope.READ)

    missing, small = client.post(path, json={}), client.post(path, json={}, headers=reading)

    assert (missing.status_code, small.status_code) == (401, 403)
    assert missing.headers["WWW-Authenticate"] == 'Bearer realm="pakar"'
    assert small.headers["WWW-Authenticate"] == (
        'Bearer realm="pakar", error="insufficient_scope", scope="curate"'
    )
    assert client.get(f"{API}/decisions/topics").status_code == 401
    assert client.get(f"{API}/topics/coin-selection").json()["state"] == "pinned"


def test_people_and_threads_are_put_right_and_back(archive: Archive, curator: Curator) -> None:
    ayu, budi = (
        archive.person("ayu.lestari@example.com"),
        archive.person("budi.santoso@example.net"),
    )
    merged = curator(f"/people/{ayu}/merge", other=budi, reason="told me")
    (kept,) = merged["people"]
    gone = ({ayu, budi} - {kept}).pop()
    assert curator.client.get(f"{API}/people/{gone}").status_code == 301
    assert "was merged" in curator(f"/people/{gone}/hide", 409)["detail"]
    curator(f"/decisions/{merged['number']}/undo")
    assert curator.get(f"/people/{ayu}")["addresses"] == ["ayu.lestari@example.com"]
    curator(f"/people/{ayu}/distinct", other=budi)
    curator(f"/people/{ayu}/hide")
    assert curator.client.get(f"{API}/people/{ayu}").status_code == 404
    curator(f"/people/{ayu}/unhide")
    alone = curator(f"/people/{ayu}/split", 409, addresses=["ayu.lestari@example.com"])
    assert "leaves some" in alone["detail"]
    assert [one["kind"] for one in curator.get("/decisions/people")["items"]] == [
        "unhide",
        "hide",
        "distinct",
        "merge",
    ]

    moved = curator("/messages/re-soto%40example.org/split", reason="another question")
    assert moved["parent"] is None
    assert curator("/messages/re-soto%40example.org/attach", parent="q1@example.net")["thread"]
    assert curator.get("/decisions/threads")["total"] == 2


def test_a_token_decides_at_a_persons_pace(curator: Curator) -> None:
    path = f"{API}/topics/nowhere/hide"
    most = RATE_LIMITS["deciding"]
    statuses = [
        curator.client.post(path, json={}, headers=curator.headers).status_code
        # The minute may end meanwhile, once.
        for _ in range(2 * most + 1)
    ]

    assert statuses[:most] == [404] * most
    assert 429 in statuses
    refused = curator.client.post(path, json={}, headers=curator.headers)
    assert int(refused.headers["Retry-After"]) >= 1
    # Reading goes on.
    assert curator.get("/topics")["total"] == 1


def test_the_description_says_where_a_token_is_needed(client: TestClient) -> None:
    description = client.get("/openapi.json").json()

    assert description["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    needed = {
        (method, path)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
        if operation.get("security") == [{"token": []}]
    }
    assert ("patch", f"{API}/topics/{{slug}}") in needed
    reading = {path for method, path in needed if method == "get"}
    assert reading == {
        f"{API}/decisions/topics",
        f"{API}/decisions/people",
        f"{API}/decisions/threads",
        f"{API}/synonyms",
    }
    assert description["paths"][f"{API}/match"]["post"]["security"] == [{}, {"token": []}]


def test_a_topic_shows_what_it_is_part_of_and_its_parts(archive: Archive, curator: Curator) -> None:
    curator("/topics", 201, label="Selection fees", terms={"fee": 1})
    archive.rank()
    curator("/topics/selection-fees/parent", parent="coin-selection")

    assert curator.get("/topics/selection-fees")["parent"]["slug"] == "coin-selection"
    (part,) = curator.get("/topics/coin-selection")["narrower"]
    assert part["slug"] == "selection-fees"
    page = curator.client.get("/topics/selection-fees?lang=en").text
    assert 'Part of <a href="/topics/coin-selection?lang=en">' in page
    assert "Parts of this topic" in curator.client.get("/topics/coin-selection?lang=en").text
    curator("/topics/selection-fees/parent", parent=None)
    assert "parent" not in curator.get("/topics/selection-fees")


def test_a_synonym_leads_queries_to_the_topic_and_its_people(
    archive: Archive, curator: Curator
) -> None:
    def first(query: str) -> Any:
        return curator.get(f"/experts?q={query}")

    assert first("koin")["items"] == []
    said = curator("/synonyms", one="koin", other="coin", reason="the same")
    assert (said["one"], said["other"], said["state"]) == ("coin", "koin", "added")
    assert curator("/synonyms", one="coin", other="koin")["decision"] is None

    assert first("koin")["items"] == first("coin")["items"]
    assert [one["slug"] for one in first("koin")["topics"]] == ["coin-selection"]
    (topic,) = curator.get("/topics?q=koin")["items"]
    assert topic["slug"] == "coin-selection"
    assert "coin-selection" in curator.client.get("/topics?q=koin&lang=en").text
    asked = curator.client.post(f"{API}/match", json={"subject": "koin"}).json()
    assert asked["experts"][0]["person"]["name"] == "Ayu Lestari"
    assert curator.get("/synonyms")["items"] == [
        {"one": "coin", "other": "koin", "state": "added", "reason": ""}
    ]

    assert curator("/synonyms/remove", one="koin", other="coin")["state"] == "removed"
    assert first("koin")["items"] == []
    kinds = [(one["kind"], one["words"]) for one in curator.get("/decisions/topics")["items"]]
    assert kinds == [("unsynonym", ["coin", "koin"]), ("synonym", ["coin", "koin"])]
    assert "one word" in curator("/synonyms", 409, one="coin", other="coin")["detail"]


def test_a_label_is_not_changed_behind_somebodys_back(curator: Curator) -> None:
    path = f"{API}/topics/coin-selection"
    tag = curator.client.get(path, headers=curator.headers).headers["ETag"]

    def rename(label: str) -> int:
        headers = {**curator.headers, "If-Match": tag}
        return curator.client.patch(path, json={"label_en": label}, headers=headers).status_code

    assert rename("coins") == 200
    assert rename("money") == 412
    assert curator.get("/topics/coin-selection")["label_en"] == "coins"
    tag = "*"
    assert rename("money") == 200


def test_what_is_so_already_is_a_conflict_wherever_it_would_be_a_second_decision(
    curator: Curator, archive: Archive
) -> None:
    person = f"/people/{archive.person('ayu.lestari@example.com')}"
    curator(f"{person}/unhide", 409)
    number = curator(f"{person}/hide")["number"]
    curator(f"/decisions/{number}/undo")

    assert curator(f"/decisions/{number}/undo", 409)["code"] == "decision-undone-already"
    curator(f"{person}/hide")
    assert curator(f"{person}/hide", 409)["code"] == "person-hidden-already"
    first = curator("/messages/q1%40example.net/split", 409)
    assert first["code"] == "message-first-already"
