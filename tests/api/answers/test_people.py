"""``/people``: facts, histories, evidence, and who may not be seen."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.answers import people
from api.readers import OPERATOR
from archive.tokens import Scope
from tests.api.archives import COINS, Archive, post

PERSON_FIELDS = {
    "id",
    "name",
    "names",
    "addresses",
    "first",
    "last",
    "posts",
    "answers",
    "thanks",
    "level",
    "topics",
    "works",
}

NAMES = [
    "Ayu Lestari",
    "Budi Santoso",
    "Citra Dewi",
    "Dian Permata",
    "Eka Saputra",
    "Fitri Handayani",
]


@pytest.fixture(scope="module")
def ayu(story: Archive) -> str:
    return f"/api/v1/people/{story.person('ayu.lestari@example.com')}"


def test_a_person_has_the_fields_of_the_contract(client: TestClient, ayu: str) -> None:
    person = client.get(ayu).json()

    assert set(person) >= PERSON_FIELDS
    assert (person["name"], person["posts"]) == ("Ayu Lestari", 6)
    assert (person["answers"], person["thanks"]) == (6, 6)
    place = next(one for one in person["topics"] if one["slug"] == "coin-selection")
    assert (place["rank"], place["label"]) == (1, "coin selection")
    assert place["score"] > 0


def test_addresses_are_whole_for_the_operator_alone(
    client: TestClient, story: Archive, ayu: str
) -> None:
    person = story.person("ayu.lestari@example.com")

    assert client.get(ayu).json()["addresses"] == ["ayu…@example.com"]
    whole = people.person(story.context, person, reader=OPERATOR)
    assert whole.addresses == ["ayu.lestari@example.com"]


def test_people_are_found_by_part_of_a_name_or_with_a_token_by_a_whole_address(
    client: TestClient, story: Archive
) -> None:
    token = story.token("finds", Scope.READ)

    def names(query: str, headers: dict[str, str] | None = None) -> list[str]:
        found = client.get("/api/v1/people", params={"q": query}, headers=headers).json()
        assert found["total"] == len(found["items"])
        return [item["name"] for item in found["items"]]

    assert names("lest") == ["Ayu Lestari"]
    assert names("Ayu.Lestari@Example.com", token) == ["Ayu Lestari"]
    assert names("Ayu.Lestari@Example.com") == []
    assert names("ayu.lest") == []
    assert names("%") == []
    assert names("") == NAMES


def test_parts_of_the_people_join_to_the_whole(client: TestClient) -> None:
    url, names = "/api/v1/people?limit=1", []
    while url:
        part = client.get(url).json()
        names += [item["name"] for item in part["items"]]
        url = part["next"]

    assert names == NAMES


@pytest.mark.parametrize("part", ["", "/topics", "/evidence", "/works"])
@pytest.mark.parametrize("person", ["999999", "abc", "-1", "1.5", str(2**63), "9" * 400])
def test_nobody_is_a_problem_everywhere(client: TestClient, person: str, part: str) -> None:
    answer = client.get(f"/api/v1/people/{person}{part}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("part", ["", "/topics", "/evidence", "/works"])
def test_a_merged_person_leads_on(own_client: TestClient, archive: Archive, part: str) -> None:
    old, new = archive.person("citra.dewi@example.com"), archive.person("dian.permata@example.org")
    archive.change_person(old, merged_into=new)

    answer = own_client.get(f"/api/v1/people/{old}{part}")

    assert answer.status_code == 301
    assert answer.headers["location"] == f"/api/v1/people/{new}{part}"


def test_merges_in_a_circle_end(own_client: TestClient, archive: Archive) -> None:
    one, other = (
        archive.person("citra.dewi@example.com"),
        archive.person("dian.permata@example.org"),
    )
    archive.change_person(one, merged_into=other)
    archive.change_person(other, merged_into=one)

    assert own_client.get(f"/api/v1/people/{one}").status_code == 404
    assert own_client.get("/api/v1/topics/coin-selection/experts").status_code == 200


def test_a_hidden_person_is_nowhere_named(own_client: TestClient, archive: Archive) -> None:
    person = archive.person("ayu.lestari@example.com")
    thread = own_client.get("/api/v1/messages/a1@example.com").json()["thread"]["id"]
    archive.change_person(person, hidden=True)

    assert own_client.get(f"/api/v1/people/{person}").status_code == 404
    assert own_client.get("/api/v1/people?q=ayu").json()["items"] == []
    assert own_client.get("/api/v1/people?q=ayu.lestari@example.com").json()["items"] == []
    for path in (
        "/topics/coin-selection/experts",
        "/experts?q=coin+selection",
        f"/threads/{thread}",
        "/threads?limit=200",
        "/messages/a1@example.com",
        "/search?q=coin+selection",
        "/people",
    ):
        answer = own_client.get(f"/api/v1{path}")
        assert answer.status_code == 200
        assert "Ayu" not in answer.text
        assert "ayu.lestari" not in answer.text
    author = own_client.get("/api/v1/messages/a1@example.com").json()["author"]
    assert author == {"id": None, "name": "hidden person", "url": None, "address": None}


def test_the_bytes_of_a_hidden_person_are_not_given_out(
    own_client: TestClient, archive: Archive
) -> None:
    archive.change_person(archive.person("ayu.lestari@example.com"), hidden=True)

    answer = own_client.get("/api/v1/messages/a1@example.com/raw")

    assert answer.status_code == 404
    assert "Ayu" not in answer.text


def test_who_wrote_to_private_lists_alone_is_not_there(client: TestClient, story: Archive) -> None:
    rini = story.person("rini@example.com")

    assert client.get(f"/api/v1/people/{rini}").status_code == 404
    assert "Rini" not in client.get("/api/v1/people").text
    assert people.person(story.context, rini, reader=OPERATOR).name == "Rini Rahasia"


@pytest.mark.parametrize(
    ("granularity", "period"), [("month", "2024-01"), ("quarter", "2024-Q1"), ("year", "2024")]
)
def test_a_history_has_a_series_for_each_topic(
    client: TestClient, ayu: str, granularity: str, period: str
) -> None:
    history = client.get(f"{ayu}/topics", params={"granularity": granularity}).json()
    series = {topic["slug"]: topic["series"] for topic in history["topics"]}["coin-selection"]

    assert history["granularity"] == granularity
    assert set(series[0]) == {
        "period",
        "posts",
        "answers",
        "thanks",
        "score",
        "rank",
        "share",
        "depth",
        "breadth",
    }
    assert series[0]["period"] == period
    assert series[-1]["rank"] == 1
    assert {"period", "focus"} <= set(history["focus"][0])


def test_a_history_tells_of_what_happened_first(client: TestClient, ayu: str) -> None:
    history = client.get(f"{ayu}/topics").json()
    events = [one for one in history["events"] if one["topic"]["slug"] == "coin-selection"]

    person = client.get(ayu).json()
    place = next(one for one in person["topics"] if one["slug"] == "coin-selection")
    assert [one["kind"] for one in events] == ["first-answer", "level"]
    assert events[-1]["level"] == place["level"]
    assert client.get(events[0]["url"]).status_code == 200


def test_a_history_is_cut_to_the_periods_asked_for(client: TestClient, ayu: str) -> None:
    history = client.get(f"{ayu}/topics?from=2024-02-10&to=2024-03-05").json()
    periods = {record["period"] for topic in history["topics"] for record in topic["series"]}

    assert periods <= {"2024-02", "2024-03"}
    assert {record["period"] for record in history["focus"]} <= {"2024-02", "2024-03"}


def test_a_history_of_a_period_that_ends_before_it_begins_is_empty(
    client: TestClient, ayu: str
) -> None:
    history = client.get(f"{ayu}/topics?from=2024-05-01&to=2024-01-01").json()

    assert (history["topics"], history["focus"], history["events"]) == ([], [], [])


@pytest.mark.parametrize("query", ["from=", "from=soon", "granularity=day", "start=2024-01-01"])
def test_a_history_of_nonsense_is_refused(client: TestClient, ayu: str, query: str) -> None:
    assert client.get(f"{ayu}/topics?{query}").status_code == 422


def test_evidence_is_ordered_by_what_it_contributes(client: TestClient, ayu: str) -> None:
    whole = client.get(f"{ayu}/evidence?topic=coin-selection").json()
    contributions = [one["contribution"] for one in whole["items"]]
    part = client.get(f"{ayu}/evidence?topic=coin-selection&limit=4").json()
    rest = client.get(part["next"]).json()

    assert whole["total"] == 6
    assert contributions == sorted(contributions, reverse=True)
    assert part["items"] + rest["items"] == whole["items"]
    assert client.get(f"{ayu}/evidence?topic=alchemy").status_code == 404


def test_works_that_others_answered_are_shown(own_client: TestClient, archive: Archive) -> None:
    announcement = (
        "I have just released my new package coinpicker:\n"
        "https://example.org/coinpicker\nReviews are welcome.\n"
    )
    archive.keep(
        COINS,
        post(
            "work@example.com",
            "Ayu Lestari <ayu.lestari@example.com>",
            "[ANN] coinpicker 1.0 released",
            announcement,
            day=300,
        ),
        post(
            "review@example.com",
            "Citra Dewi <citra.dewi@example.com>",
            "Re: [ANN] coinpicker 1.0 released",
            "It picks coins well here, thank you.\n",
            day=301,
            answers=["work@example.com"],
        ),
    )
    archive.rank()
    person = archive.person("ayu.lestari@example.com")

    page = own_client.get(f"/api/v1/people/{person}/works").json()

    assert set(page) == {"items", "next", "total"}
    assert page["items"] == own_client.get(f"/api/v1/people/{person}").json()["works"]
