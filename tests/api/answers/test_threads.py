"""Threads as the API shows them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from tests.api.answers.threads_read import MESSAGE_FIELDS, thread_of, walk
from tests.api.archives import (
    AYU,
    BOARD,
    BUDI,
    CITRA,
    COINS,
    DIAN,
    DISHES,
    KITCHEN,
    Archive,
    post,
)


def test_a_thread_nests_answers_under_what_they_answer(client: TestClient) -> None:
    thread = thread_of(client, "q1@example.net")
    (question,) = thread["messages"]
    (answer,) = question["children"]
    (thanks,) = answer["children"]

    assert set(question) >= MESSAGE_FIELDS | {"children"}
    assert [one["message_id"] for one in (question, answer, thanks)] == [
        "q1@example.net",
        "a1@example.com",
        "t1@example.net",
    ]
    assert (question["parent_source"], answer["parent_source"]) == (None, "in-reply-to")
    assert (answer["parent"], answer["ghost"]) == ("q1@example.net", False)
    assert answer["author"]["name"] == "Ayu Lestari"
    assert "> How does it choose?" in answer["text"]
    assert "> How does it choose?" not in answer["own_text"]
    assert answer["own_text"].startswith("Coin selection takes")
    assert thread["lists"] == [COINS]
    assert "coin-selection" in [topic["slug"] for topic in thread["topics"]]


def test_spans_cover_the_text_that_is_shown(client: TestClient) -> None:
    for message in walk(thread_of(client, "q1@example.net")["messages"]):
        limits = [limit for span in message["spans"] for limit in (span["start"], span["end"])]
        assert limits[0] == 0
        assert limits[-1] == len(message["text"])
        assert limits[1:-1:2] == limits[2::2]


def test_addresses_in_texts_are_obfuscated_where_the_list_wants_it(client: TestClient) -> None:
    coins = client.get("/api/v1/messages/a1@example.com").json()
    kitchen = client.get("/api/v1/messages/soto@example.com").json()

    assert "budi.santoso@example.net" not in coins["text"]
    assert "bud…@example.net" in coins["text"]
    assert "citra.dewi@example.com" in kitchen["text"]
    assert kitchen["author"]["address"] == "cit…@example.com"


def test_a_message_nobody_sent_here_is_a_ghost(own_client: TestClient, archive: Archive) -> None:
    archive.keep(
        COINS,
        post("r1@example.com", AYU, "Re: Lost", "First.\n", answers=["lost@example.com"]),
        post("r2@example.com", BUDI, "Re: Lost", "Second.\n", day=1, answers=["lost@example.com"]),
    )

    (ghost,) = thread_of(own_client, "r2@example.com")["messages"]

    assert (ghost["message_id"], ghost["ghost"]) == ("lost@example.com", True)
    assert (ghost["text"], ghost["author"], ghost["url"]) == (None, None, None)
    assert [child["parent"] for child in ghost["children"]] == ["lost@example.com"] * 2


def test_thousands_of_nested_replies_are_all_there_in_bounded_parts(
    own_client: TestClient, archive: Archive
) -> None:
    chain = [post("c0@example.com", AYU, "Chain", "Begin.\n")]
    chain += [
        post(
            f"c{number}@example.com",
            BUDI,
            "Re: Chain",
            f"Link {number}.\n",
            day=number / 1_440,
            answers=[f"c{number - 1}@example.com"],
        )
        for number in range(1, 1_500)
    ]
    archive.keep(COINS, *chain)

    part = thread_of(own_client, "c7@example.com")
    parts = [part]
    while part["next"]:
        part = own_client.get(urlsplit(part["next"])._replace(scheme="", netloc="").geturl()).json()
        parts.append(part)
    messages = [one for part in parts for one in walk(part["messages"])]

    assert [len(list(walk(part["messages"]))) for part in parts] == [1_000, 500]
    assert {(part["total"], part["posts"], part["author"]["name"]) for part in parts} == {
        (1_500, 1_500, "Ayu Lestari")
    }
    assert len({one["message_id"] for one in messages}) == 1_500
    # Whom a message answers is told by name, also where that one is in another part.
    assert {one["parent_author"] for one in messages} == {None, "Ayu Lestari", "Budi Santoso"}
    parents = {one["message_id"]: one["parent"] for one in messages}
    assert all(parents[f"c{n}@example.com"] == f"c{n - 1}@example.com" for n in range(1, 1_500))


def test_threads_are_listed_latest_first_and_joined_from_parts(client: TestClient) -> None:
    whole = client.get("/api/v1/threads?limit=200").json()
    url, ids = "/api/v1/threads?limit=2", []
    while url:
        part = client.get(url).json()
        ids += [item["id"] for item in part["items"]]
        url = part["next"]
    lasts = [item["last"] for item in whole["items"]]

    assert ids == [item["id"] for item in whole["items"]]
    assert len(ids) == len(set(ids)) == whole["total"] == 9 + len(DISHES)
    assert lasts == sorted(lasts, reverse=True)


def test_threads_are_narrowed_by_list_topic_and_whether_they_were_answered(
    own_client: TestClient, archive: Archive
) -> None:
    archive.keep(
        KITCHEN,
        post("alone@example.org", DIAN, "Kolak?", "Ada yang tahu?\n", day=9),
        post("new@example.org", DIAN, "[ANN] resep 2.0", "Versi baru sudah keluar.\n", day=10),
    )
    archive.rank()

    def subjects(**parameters: str) -> list[str]:
        found = own_client.get("/api/v1/threads", params=parameters).json()
        assert found["total"] == len(found["items"])
        return [item["subject"] for item in found["items"]]

    assert len(subjects(list=KITCHEN, limit="200")) == 3 + len(DISHES)
    # An announcement asks nobody anything, so it does not wait.
    assert subjects(unanswered="true") == ["Kolak?"]
    last = own_client.get("/api/v1/threads", params={"unanswered": "true"}).json()["items"][0]
    assert subjects(unanswered="true", after=last["last"]) == ["Kolak?"]
    assert subjects(unanswered="true", before=last["last"]) == []
    assert len(subjects(unanswered="false", limit="200")) == 10 + len(DISHES)
    assert len(subjects(topic="coin-selection", list=COINS)) == 8
    assert subjects(topic="coin-selection", list=KITCHEN) == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("list=nobody@example.org", 404),
        (f"list={BOARD}", 404),
        ("topic=alchemy", 404),
        ("unanswered=perhaps", 422),
        ("after=yesterday", 422),
        ("before=", 422),
        ("order=date", 422),
        ("cursor=x", 404),
    ],
)
def test_threads_of_nonsense_are_refused(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/api/v1/threads?{query}").status_code == status


@pytest.mark.parametrize("thread", ["0", "999999", "abc", str(2**63), "-4"])
def test_an_unknown_thread_is_not_found(client: TestClient, thread: str) -> None:
    assert client.get(f"/api/v1/threads/{thread}").status_code == 404


def test_nothing_of_a_private_list_is_readable(client: TestClient, story: Archive) -> None:
    from api.answers.thread import thread_of_message
    from api.readers import OPERATOR

    thread = thread_of_message(story.context, "secret@example.com", reader=OPERATOR)

    assert client.get(f"/api/v1/threads/{thread}").status_code == 404
    for part in ("", "/raw", "/attachments/1"):
        assert client.get(f"/api/v1/messages/secret@example.com{part}").status_code == 404
    assert "Salary" not in client.get("/api/v1/threads?limit=200").text


def test_a_thread_over_a_public_and_a_private_list_shows_the_public_part(
    own_client: TestClient, archive: Archive
) -> None:
    archive.keep(COINS, post("open@example.com", AYU, "Open", "All may read.\n"))
    archive.keep(
        BOARD,
        post(
            "closed@example.com",
            CITRA,
            "Re: Open",
            "Board only.\n",
            day=1,
            answers=["open@example.com"],
        ),
    )
    archive.keep(
        COINS,
        post(
            "open-2@example.com",
            DIAN,
            "Re: Open",
            "Open again.\n",
            day=2,
            answers=["open@example.com", "closed@example.com"],
        ),
    )

    thread = thread_of(own_client, "open@example.com")
    messages = {one["message_id"]: one for one in walk(thread["messages"])}

    assert messages["closed@example.com"]["ghost"] is True
    assert "Board only" not in str(thread)
    assert (thread["lists"], thread["posts"]) == ([COINS], 2)


def test_a_stored_post_is_readable_at_once(own_client: TestClient, archive: Archive) -> None:
    before = own_client.get("/api/v1/threads").json()["total"]
    tag = own_client.get("/api/v1/threads").headers["etag"]
    archive.keep(COINS, post("new@example.com", AYU, "New", "Just now.\n", day=400))

    after = own_client.get("/api/v1/threads", headers={"If-None-Match": tag})

    assert after.json()["total"] == before + 1
    assert own_client.get(f"/api/v1/lists/{COINS}").json()["messages"] == 25


def test_a_thread_that_began_in_private_shows_nothing_of_its_beginning(
    own_client: TestClient, archive: Archive
) -> None:
    archive.keep(BOARD, post("begin@example.com", CITRA, "Dismissal of Budi", "Board only.\n"))
    archive.keep(
        COINS,
        post(
            "later@example.com",
            DIAN,
            "In the open",
            "Open.\n",
            day=1,
            answers=["begin@example.com"],
        ),
    )

    thread = thread_of(own_client, "later@example.com")
    listed = own_client.get("/api/v1/threads?limit=200").json()["items"]
    (summary,) = [item for item in listed if item["id"] == thread["id"]]

    assert thread["subject"] == summary["subject"] == "In the open"
    assert (summary["messages"], summary["people"]) == (1, 1)
    assert summary["author"]["name"] == "Dian Permata"
    for path in ("/search?q=open", "/messages/later@example.com", "/threads?limit=200"):
        assert "Dismissal" not in own_client.get(f"/api/v1{path}").text
