"""``/search`` and ``POST /match``."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.archives import AYU, BOARD, BUDI, COINS, KITCHEN, Archive, post


def test_a_search_finds_messages_with_marked_snippets(client: TestClient) -> None:
    page = client.get("/api/v1/search", params={"q": "knapsack", "limit": 3}).json()
    hit = page["items"][0]

    assert (page["total"], page["sort"]) == (8, "relevance")
    assert "<mark>knapsack</mark>" in hit["snippet"]
    assert client.get(f"/api/v1{hit['url']}").json()["message_id"] == hit["message_id"]
    assert hit["lists"] == [COINS]


def test_parts_of_a_search_join_without_overlap(client: TestClient) -> None:
    whole = client.get("/api/v1/search?q=coin&sort=date&limit=200").json()
    url, ids = "/api/v1/search?q=coin&sort=date&limit=5", []
    while url:
        part = client.get(url).json()
        ids += [hit["message_id"] for hit in part["items"]]
        url = part["next"]

    assert ids == [hit["message_id"] for hit in whole["items"]]
    assert len(set(ids)) == whole["total"]
    dates = [hit["date"] for hit in whole["items"]]
    assert dates == sorted(dates, reverse=True)


def test_private_lists_are_not_searched(client: TestClient) -> None:
    assert client.get("/api/v1/search?q=confidential").json()["total"] == 0
    assert client.get(f"/api/v1/search?q=salary&list={BOARD}").status_code == 404
    assert client.get(f"/api/v1/search?q=list:{BOARD}+salary").json().get("items", []) == []


def test_a_search_keeps_to_its_list(client: TestClient) -> None:
    assert client.get(f"/api/v1/search?q=coin&list={KITCHEN}").json()["items"] == []
    assert client.get(f"/api/v1/search?q=soto&list={KITCHEN}").json()["total"] == 2


def test_snippets_show_no_whole_address_and_no_markup(
    own_client: TestClient, archive: Archive
) -> None:
    archive.keep(
        COINS,
        post("x@example.com", AYU, "Zebra", "zebra <img src=x> ask eko.putra@example.net zebra\n"),
    )

    snippet = own_client.get("/api/v1/search?q=zebra+eko").json()["items"][0]["snippet"]

    assert "eko.putra@" not in snippet
    assert "<img" not in snippet
    assert "<mark>zebra</mark>" in snippet


def test_a_message_stored_a_moment_ago_is_found(own_client: TestClient, archive: Archive) -> None:
    assert own_client.get("/api/v1/search?q=quokka").json()["total"] == 0

    archive.keep(COINS, post("q@example.com", AYU, "Quokka", "A quokka.\n"))

    assert own_client.get("/api/v1/search?q=quokka").json()["total"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=",
        "q=coin&sort=best",
        "q=coin&limit=0",
        "q=coin&page=2",
        f"q={'x' * 1_001}",
        "q=%22open",
        "q=before:soon",
    ],
)
def test_a_search_that_makes_no_sense_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/v1/search?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_cursor_that_no_search_gave_is_not_found(client: TestClient) -> None:
    answer = client.get("/api/v1/search?q=coin&cursor=WyJzZWFyY2giLDk5OTk5OV0")

    assert (answer.status_code, answer.json()["code"]) == (404, "cursor-unknown")


def test_a_question_finds_who_will_answer_and_what_was_answered(client: TestClient) -> None:
    question = {"subject": "Coin selection", "body": "How does coin selection work?", "list": COINS}

    match = client.post("/api/v1/match", json=question).json()
    best = match["experts"][0]

    assert best["person"]["name"] == "Ayu Lestari"
    assert (best["rank"], best["score"]) == (1, 100.0)
    assert best["evidence"]
    record = best["record"]
    assert record["questions"] > 1
    assert f"Answered {record['questions']} questions like this" in best["why"]
    assert record["helped"] < 10
    assert "has helped" not in best["why"]
    assert set(match["threads"][0]) >= {"thread", "score", "why"}
    assert "coin" in match["threads"][0]["why"]


def test_the_reason_for_a_thread_is_said_in_the_reader_s_language(client: TestClient) -> None:
    question = {"subject": "Coin selection"}

    match = client.post("/api/v1/match", json=question, headers={"Accept-Language": "id"}).json()

    assert match["threads"][0]["why"].startswith("Membahas")


def test_a_message_is_a_question_too(client: TestClient) -> None:
    raw = post(
        "ask@example.net",
        BUDI,
        "Coin selection",
        "How does coin selection work?\n",
        headers="List-Id: Coins <coins.lists.example.org>\r\n",
    )

    match = client.post(
        "/api/v1/match", content=raw, headers={"Content-Type": "message/rfc822"}
    ).json()

    assert match["experts"][0]["person"]["name"] == "Ayu Lestari"


def test_match_knows_only_what_was_known_then(client: TestClient) -> None:
    answer = client.post("/api/v1/match?as_of=2023-06-01", json={"body": "coin selection"})

    assert (answer.json()["experts"], answer.json()["threads"]) == ([], [])


def test_match_shows_nothing_of_private_lists(client: TestClient) -> None:
    answer = client.post("/api/v1/match", json={"body": "salary of the treasurer confidential"})

    assert "secret" not in answer.text
    assert "Salary" not in answer.text


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"subject": 3}', "application/json", 422),
        (b'{"topic": "x"}', "application/json", 422),
        (b'{"subject": "x", "list": "nobody@example.org"}', "application/json", 404),
        (b'{"subject": "\\ud800"}', "application/json", 422),
        (b'{"subject": "coin\\u0000"}', "application/json", 200),
        (b"", "message/rfc822", 422),
        (b"\xff\xfe\x00", "text/plain", 200),
        (b"coin", "image/png", 415),
        (b"coin", "", 415),
        (b'{"body": "' + b"x" * 1_100_000 + b'"}', "application/json", 413),
        (b"[" * 100_000, "application/json", 422),
    ],
)
def test_bodies_that_are_no_question_are_refused(
    client: TestClient, body: bytes, media_type: str, status: int
) -> None:
    answer = client.post("/api/v1/match", content=body, headers={"Content-Type": media_type})

    assert answer.status_code == status
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
