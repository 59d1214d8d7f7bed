"""Rankings by topic and by free text."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from reputation.tables import Topic
from tests.api.archives import BOARD, COINS, KITCHEN, Archive, post

EXPERTS = "/api/v1/topics/coin-selection/experts"
RANKING_FIELDS = {"topic", "list", "as_of", "computed_at", "method", "items", "next", "total"}
EXPERT_FIELDS = {
    "rank",
    "person",
    "score",
    "low",
    "high",
    "components",
    "posts",
    "answers",
    "thanks",
    "first",
    "last",
    "evidence",
}


def test_the_ranking_has_the_shape_of_the_contract(client: TestClient) -> None:
    ranking = client.get(EXPERTS).json()
    first = ranking["items"][0]

    assert set(ranking) == RANKING_FIELDS
    assert set(first) >= EXPERT_FIELDS
    assert ranking["topic"] == {"slug": "coin-selection", "label": "coin selection"}
    assert set(first["person"]) == {"id", "name", "url"}
    assert set(first["components"]) == {"authority", "recognition", "consistency", "presence"}
    assert set(first["evidence"][0]) == {
        "message_id",
        "subject",
        "date",
        "kind",
        "contribution",
        "url",
    }
    assert ranking["as_of"].endswith("Z")


def test_who_helped_most_people_stands_first_with_the_posts_that_show_it(
    client: TestClient,
) -> None:
    ranking = client.get(EXPERTS).json()
    names = [item["person"]["name"] for item in ranking["items"]]
    first = ranking["items"][0]

    assert names[:2] == ["Ayu Lestari", "Citra Dewi"]
    assert [item["rank"] for item in ranking["items"]] == list(range(1, len(names) + 1))
    assert 0 <= first["low"] <= first["high"] <= 100
    assert all(0 <= value <= 1 for value in first["components"].values())
    assert first["thanks"] == 6
    contributions = [one["contribution"] for one in first["evidence"]]
    assert contributions == sorted(contributions, reverse=True)


def test_links_of_the_ranking_lead_somewhere(client: TestClient) -> None:
    item = client.get(EXPERTS).json()["items"][0]

    for one in item["evidence"]:
        assert client.get(f"/api/v1{one['url']}").json()["message_id"] == one["message_id"]
        assert client.get(one["url"]).status_code == 200
    assert client.get(f"/api/v1{item['person']['url']}").json()["id"] == item["person"]["id"]


def test_parts_of_a_ranking_join_to_the_whole(client: TestClient) -> None:
    whole = client.get(EXPERTS).json()
    url, ranks = f"{EXPERTS}?limit=1", []
    while url:
        answer = client.get(url)
        ranks += [item["rank"] for item in answer.json()["items"]]
        assert answer.json()["total"] == whole["total"]
        following = answer.json()["next"]
        assert (f'<{following}>; rel="next"' == answer.headers.get("link")) is bool(following)
        url = following

    assert ranks == [item["rank"] for item in whole["items"]]


def test_as_of_knows_only_what_was_known_then(client: TestClient) -> None:
    before = client.get(f"{EXPERTS}?as_of=2023-12-31").json()
    early = client.get(f"{EXPERTS}?as_of=2024-01-25T00:00:00%2B07:00").json()

    assert (before["items"], before["as_of"]) == ([], "2023-12-31T00:00:00Z")
    assert early["as_of"] == "2024-01-24T17:00:00Z"
    assert early["items"][0]["answers"] == 2


def test_a_list_narrows_the_ranking(client: TestClient) -> None:
    coins = client.get(EXPERTS, params={"list": COINS}).json()
    kitchen = client.get(EXPERTS, params={"list": KITCHEN}).json()

    assert (coins["list"], kitchen["items"]) == (COINS, [])
    assert coins["items"][0]["person"]["name"] == "Ayu Lestari"


@pytest.mark.parametrize(
    ("parameters", "status", "said"),
    [
        ({"as_of": "yesterday"}, 422, "expected a date as 2026-11-23"),
        ({"limit": 0}, 422, "limit"),
        ({"limit": 201}, 422, "limit"),
        ({"limit": "many"}, 422, "limit"),
        ({"cursor": "bent"}, 404, "cursor"),
        ({"limits": 3}, 422, "limits: there is no such parameter"),
        ({"list": "nobody@example.org"}, 404, "no list nobody@example.org"),
        ({"list": BOARD}, 404, f"no list {BOARD}"),
    ],
)
def test_wrong_parameters_are_told(
    client: TestClient, parameters: dict[str, str], status: int, said: str
) -> None:
    answer = client.get(EXPERTS, params=parameters)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_an_unknown_topic_is_not_found(client: TestClient) -> None:
    assert client.get("/api/v1/topics/alchemy/experts").status_code == 404


def test_a_merged_topic_leads_on_with_its_query(own_client: TestClient, archive: Archive) -> None:
    successor = archive.add_topic("wallets", "wallets", {"wallet": 1.0})
    with archive.database.transaction() as session:
        session.execute(
            update(Topic)
            .where(Topic.slug == "coin-selection")
            .values(state="merged", merged_into=successor)
        )

    answer = own_client.get(f"{EXPERTS}?limit=3")

    assert answer.status_code == 301
    assert answer.headers["location"] == "/api/v1/topics/wallets/experts?limit=3"
    assert own_client.get(answer.headers["location"]).json()["topic"]["slug"] == "wallets"


def test_free_text_is_ranked_like_a_topic(client: TestClient) -> None:
    ranking = client.get("/api/v1/experts", params={"q": "coin selection by fee rate"}).json()

    assert set(ranking) == RANKING_FIELDS | {"topics", "query"}
    assert ranking["topic"] is None
    assert "coin-selection" in [topic["slug"] for topic in ranking["topics"]]
    assert ranking["items"][0]["person"]["name"] == "Ayu Lestari"


@pytest.mark.parametrize("query", ["", "  ", "x" * 1_001])
def test_a_query_is_needed_and_bounded(client: TestClient, query: str) -> None:
    assert client.get("/api/v1/experts", params={"q": query}).status_code == 422


@pytest.mark.parametrize("query", ["???", "zebra crossing", "'; drop table person --", "🙂" * 900])
def test_a_query_nobody_answered_gives_an_empty_ranking(client: TestClient, query: str) -> None:
    ranking = client.get("/api/v1/experts", params={"q": query}).json()

    assert (ranking["items"], ranking["total"], ranking["next"]) == ([], 0, None)


def test_an_unchanged_ranking_costs_a_304(client: TestClient) -> None:
    tag = client.get(EXPERTS).headers["etag"]

    assert client.get(EXPERTS, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(EXPERTS, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_new_epoch_shows_in_the_next_answer(own_client: TestClient, archive: Archive) -> None:
    old = own_client.get(EXPERTS)
    archive.keep(
        COINS,
        post(
            "q9@example.net",
            "Eko Putra <eko@example.net>",
            "Coin selection",
            "Which coin?\n",
            day=200,
        ),
        post(
            "a9@example.com",
            "Ayu Lestari <ayu.lestari@example.com>",
            "Re: Coin selection",
            "Coin selection prefers the smallest change output.\n",
            day=201,
            answers=["q9@example.net"],
        ),
    )
    archive.rank()
    new = own_client.get(EXPERTS)

    assert new.json()["items"][0]["answers"] == old.json()["items"][0]["answers"] + 1
    assert new.headers["etag"] != old.headers["etag"]


def test_a_hidden_person_is_not_ranked(own_client: TestClient, archive: Archive) -> None:
    archive.change_person(archive.person("citra.dewi@example.com"), hidden=True)
    archive.rank()

    answer = own_client.get(EXPERTS)

    assert "Citra" not in answer.text
    assert answer.json()["total"] == len(answer.json()["items"])


def test_nothing_of_a_private_list_is_evidence(client: TestClient) -> None:
    for path in (EXPERTS, "/api/v1/experts?q=salary+confidential+coin+selection"):
        text = client.get(path).text

        assert "secret" not in text
        assert "Rahasia" not in text


def test_labels_follow_the_language_of_the_reader(client: TestClient) -> None:
    ranking = client.get(EXPERTS, headers={"Accept-Language": "id"}).json()

    assert ranking["topic"]["label"] == "pemilihan koin"


def test_the_page_of_a_merged_topic_leads_on_too(own_client: TestClient, archive: Archive) -> None:
    successor = archive.add_topic("wallets", "wallets", {"wallet": 1.0})
    with archive.database.transaction() as session:
        session.execute(
            update(Topic)
            .where(Topic.slug == "coin-selection")
            .values(state="merged", merged_into=successor)
        )

    answer = own_client.get("/topics/coin-selection")

    assert (answer.status_code, answer.headers["location"]) == (301, "/topics/wallets")
