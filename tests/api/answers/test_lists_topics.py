"""``/lists``, ``/topics`` and ``/graph``."""

from __future__ import annotations

import json
from io import BytesIO
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.answers import lists
from api.readers import OPERATOR
from archive.tables import MailingList, Person
from archive.tokens import Scope
from reputation.tables import Topic
from tests.api.archives import BOARD, COINS, KITCHEN, Archive

LIST_FIELDS = {
    "address",
    "name",
    "description",
    "language",
    "private",
    "messages",
    "threads",
    "people",
    "first",
    "last",
    "subscription",
}
TOPIC_FIELDS = {
    "slug",
    "label",
    "label_id",
    "label_en",
    "keywords",
    "threads",
    "messages",
    "people",
    "first",
    "last",
    "trend",
    "related",
}


def test_lists_have_the_fields_of_the_contract(client: TestClient) -> None:
    found = client.get(f"/api/v1/lists/{COINS}").json()

    assert set(found) == LIST_FIELDS
    assert (found["messages"], found["threads"], found["people"]) == (24, 8, 4)
    assert (found["first"], found["last"]) == ("2024-01-01T08:00:00Z", "2024-05-22T08:00:00Z")
    assert (found["name"], found["language"], found["private"]) == ("Coins", "en", False)


def test_the_address_of_a_list_is_found_however_it_is_written(client: TestClient) -> None:
    encoded = COINS.replace("@", "%40").upper().replace("%40", "%40")

    assert client.get(f"/api/v1/lists/{encoded}").json()["address"] == COINS


def test_only_public_lists_are_listed_and_counted(client: TestClient) -> None:
    found = client.get("/api/v1/lists").json()

    assert [item["address"] for item in found["items"]] == [COINS, KITCHEN]
    assert found["total"] == 2


def test_parts_of_the_lists_join_to_the_whole(client: TestClient) -> None:
    first = client.get("/api/v1/lists?limit=1").json()
    second = client.get(first["next"]).json()

    assert [first["items"][0]["address"], second["items"][0]["address"]] == [COINS, KITCHEN]
    assert second["next"] is None


@pytest.mark.parametrize("address", [BOARD, "nobody@example.org", "not an address", "%2F%25"])
def test_a_private_list_is_as_unknown_as_one_that_is_not_there(
    client: TestClient, address: str
) -> None:
    answer = client.get(f"/api/v1/lists/{address}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_operator_sees_private_lists_and_receiving_addresses(story: Archive) -> None:
    found = lists.mailing_lists(story.context, reader=OPERATOR)
    addresses = [item.receiving_address or "" for item in found.items]

    assert BOARD in [item.address for item in found.items]
    assert all(address.startswith("archive+") for address in addresses)


def test_a_topic_has_the_fields_of_the_contract(client: TestClient) -> None:
    found = client.get("/api/v1/topics/coin-selection").json()

    assert set(found) >= TOPIC_FIELDS
    assert (found["threads"], found["messages"], found["people"]) == (8, 24, 4)
    assert found["keywords"] == ["coin", "selection", "wallet"]
    assert found["trend"][0] == {"period": "2024-01", "posts": 6}
    assert sum(point["posts"] for point in found["trend"]) == found["messages"]


def test_labels_that_nobody_gave_are_left_out(archive: Archive, own_client: TestClient) -> None:
    archive.add_topic("fees", "fees", {"fee": 1.0})

    found = own_client.get("/api/v1/topics/fees").json()

    assert "label_id" not in found
    assert (found["threads"], found["first"], found["trend"]) == (0, None, [])


def test_topics_are_found_by_keyword_and_by_list(client: TestClient) -> None:
    def slugs(**parameters: str) -> list[str]:
        found = client.get("/api/v1/topics", params=parameters).json()
        assert found["total"] == len(found["items"])
        return [item["slug"] for item in found["items"]]

    assert "coin-selection" in slugs(q="WALL")
    assert "coin-selection" in slugs(q="pemilihan", list=COINS)
    assert "coin-selection" not in slugs(list=KITCHEN)
    assert slugs(q="alchemy") == []


def test_parts_of_the_topics_join_to_the_whole(own_client: TestClient, archive: Archive) -> None:
    for number in range(5):
        archive.add_topic(f"extra-{number}", f"extra {number}", {"extra": 1.0})
    whole = own_client.get("/api/v1/topics?limit=200").json()
    url, slugs = "/api/v1/topics?limit=2", []
    while url:
        part = own_client.get(url).json()
        slugs += [item["slug"] for item in part["items"]]
        url = part["next"]

    assert slugs == [item["slug"] for item in whole["items"]]
    assert len(slugs) == whole["total"] >= 6


def test_a_merged_topic_moved_for_good_and_a_hidden_one_is_gone(
    own_client: TestClient, archive: Archive
) -> None:
    successor = archive.add_topic("coins", "coins", {"coin": 1.0})
    archive.add_topic("gone", "gone", {"gone": 1.0}, state="hidden")
    with archive.database.transaction() as session:
        session.execute(
            update(Topic)
            .where(Topic.slug == "coin-selection")
            .values(state="merged", merged_into=successor)
        )

    for prefix in ("topics", "graph"):
        moved = own_client.get(f"/api/v1/{prefix}/coin-selection")
        assert (moved.status_code, moved.headers["location"]) == (301, f"/api/v1/{prefix}/coins")
        assert own_client.get(f"/api/v1/{prefix}/gone").status_code == 404


def test_a_topic_of_a_private_list_is_seen_by_its_readers_alone(
    own_client: TestClient, archive: Archive
) -> None:
    with archive.database.session() as session:
        board = session.scalar(select(MailingList.id).where(MailingList.address == BOARD))
    readers = f"{board}"
    words = {"salary": 1.0, "treasurer": 1.0}
    archive.add_topic(f"salaries--{readers}", "salaries", words, audience=readers)
    archive.rank()
    reading = archive.token("board", Scope.READ, BOARD)
    path = f"/api/v1/topics/salaries--{readers}"

    assert own_client.get(path).status_code == 404
    assert "salaries" not in own_client.get("/api/v1/topics?limit=200").text
    assert own_client.get(path, headers=reading).json()["threads"] == 1
    assert own_client.get(path, headers=archive.token("other", Scope.READ)).status_code == 404


def test_a_topic_tells_who_led_it_and_what_waits(client: TestClient, story: Archive) -> None:
    course = client.get("/api/v1/topics/coin-selection/history?granularity=quarter").json()
    ayu = {"id": story.person("ayu.lestari@example.com"), "name": "Ayu Lestari"}

    assert course["periods"][-1]["leader"].items() >= ayu.items()
    assert course["periods"][0]["period"] == "2024-Q1"
    assert course["rests_on"]["people"] == len(course["rests_on"]["names"]) > 0
    waiting = client.get("/api/v1/threads?topic=coin-selection&unanswered=true").json()
    assert course["waiting_total"] == waiting["total"]
    assert client.get("/api/v1/topics/alchemy/history").status_code == 404
    page = client.get("/topics/coin-selection?lang=en").text
    assert "Over the years" in page
    person = client.get(f"/people/{ayu['id']}?lang=en").text
    assert 'First answer</a> · <a href="/topics/' in person


def test_who_is_hidden_leads_without_a_name(own_client: TestClient, archive: Archive) -> None:
    with archive.database.transaction() as session:
        session.get_one(Person, archive.person("ayu.lestari@example.com")).hidden = True
    answer = own_client.get("/api/v1/topics/coin-selection/history?granularity=month")

    assert "Ayu" not in answer.text
    assert any(one["leader"] and one["leader"]["id"] is None for one in answer.json()["periods"])


def test_the_graph_is_node_link_json_that_networkx_reads(client: TestClient) -> None:
    data = client.get("/api/v1/graph/coin-selection").json()

    graph = nx.node_link_graph(data, edges="edges")
    names = dict(graph.nodes(data="name"))
    edges = {(names[asker], names[answerer]) for asker, answerer in graph.edges}
    assert graph.is_directed()
    assert ("Budi Santoso", "Ayu Lestari") in edges
    assert ("Ayu Lestari", "Budi Santoso") not in edges


def test_the_graph_comes_as_files_that_say_the_same(client: TestClient) -> None:
    data = client.get("/api/v1/graph/coin-selection").json()
    for form in ("graphml", "gexf"):
        answer = client.get(f"/api/v1/graph/coin-selection?format={form}")
        read = nx.read_graphml if form == "graphml" else nx.read_gexf

        graph = read(BytesIO(answer.content))

        assert graph.number_of_edges() == len(data["edges"])
        assert answer.headers["content-type"] == f"application/{form}+xml"
        tag = answer.headers["etag"]
        again = client.get(
            f"/api/v1/graph/coin-selection?format={form}", headers={"If-None-Match": tag}
        )
        assert again.status_code == 304


def test_a_hidden_person_is_a_node_without_a_name(own_client: TestClient, archive: Archive) -> None:
    person = archive.person("ayu.lestari@example.com")
    archive.change_person(person, hidden=True)
    data = own_client.get("/api/v1/graph/coin-selection").json()

    assert "Ayu" not in json.dumps(data)
    assert person not in [node["id"] for node in data["nodes"]]
    assert any(str(edge["target"]).startswith("hidden-") for edge in data["edges"])


def test_a_name_no_xml_may_hold_does_not_break_the_file(
    own_client: TestClient, archive: Archive
) -> None:
    person = archive.person("ayu.lestari@example.com")
    archive.change_person(person, name="Ayu\x01\x0b <b>&amp;\ufffe")

    for form in ("graphml", "gexf"):
        answer = own_client.get(f"/api/v1/graph/coin-selection?format={form}")
        assert "Ayu" in ET.tostring(ET.fromstring(answer.content), "unicode")
