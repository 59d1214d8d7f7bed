"""``/threads`` and ``/messages``: reading what was kept, exactly and safely."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from archive.tables import MailingList, Person
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

MESSAGE_FIELDS = {
    "message_id",
    "author",
    "date",
    "subject",
    "text",
    "own_text",
    "ghost",
    "parent_source",
}


def _walk(messages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    waiting = list(messages)
    while waiting:
        message = waiting.pop()
        yield message
        waiting += message["children"]


def _thread(client: TestClient, message_id: str) -> dict[str, Any]:
    message = client.get(f"/api/v1/messages/{quote(message_id, safe='')}").json()
    thread: dict[str, Any] = client.get(f"/api/v1/threads/{message['thread']['id']}").json()
    return thread


def test_a_thread_nests_answers_under_what_they_answer(client: TestClient) -> None:
    thread = _thread(client, "q1@example.net")
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
    for message in _walk(_thread(client, "q1@example.net")["messages"]):
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

    (ghost,) = _thread(own_client, "r2@example.com")["messages"]

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

    part = _thread(own_client, "c7@example.com")
    parts = [part]
    while part["next"]:
        part = own_client.get(urlsplit(part["next"])._replace(scheme="", netloc="").geturl()).json()
        parts.append(part)
    messages = [one for part in parts for one in _walk(part["messages"])]

    assert [len(list(_walk(part["messages"]))) for part in parts] == [1_000, 500]
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
        ("order=date", 422),
        ("cursor=x", 422),
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
            answers=["closed@example.com"],
        ),
    )

    thread = _thread(own_client, "open@example.com")
    messages = {one["message_id"]: one for one in _walk(thread["messages"])}

    assert messages["closed@example.com"]["ghost"] is True
    assert "Board only" not in str(thread)
    assert (thread["lists"], thread["posts"]) == ([COINS], 2)


def test_raw_gives_the_exact_bytes_and_nothing_to_run(
    own_client: TestClient, archive: Archive
) -> None:
    raw = post("html@example.com", AYU, "x", "<script>alert(1)</script>\n").replace(b"\r\n", b"\n")
    raw += b"\xff\x00 tail"
    archive.keep(COINS, raw)

    answer = own_client.get("/api/v1/messages/html@example.com/raw")

    assert answer.content == raw
    assert answer.headers["content-type"] == "message/rfc822"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_raw_crosses_out_the_secret_of_a_receiving_address(
    own_client: TestClient, archive: Archive
) -> None:
    with archive.database.session() as session:
        listed = session.scalars(select(MailingList).where(MailingList.address == COINS)).one()
        address = f"archive+{listed.slug}.{listed.secret}@localhost"
    trace = f"Received: from a by b for <{address.upper()}>\r\nReturn-Path: <x-{address}>\r\n"
    raw = trace.encode() + post("traced@example.com", AYU, "x", "text\n")
    archive.keep(COINS, raw)

    shown = own_client.get("/api/v1/messages/traced@example.com/raw").content

    assert len(shown) == len(raw)
    assert listed.secret.encode() not in shown.lower()
    assert shown.endswith(b"text\r\n")


@pytest.mark.parametrize(
    "message_id",
    [
        "a/b@example.com",
        "a%2Fb@example.com",
        "x/raw@example.com",
        "50%@example.com",
        "é+&?#@example.com",
        "a/../b@example.com",
        "x/attachments/1",
    ],
)
def test_any_message_id_has_an_address(
    own_client: TestClient, archive: Archive, message_id: str
) -> None:
    archive.keep(COINS, post(message_id, AYU, "Odd id", "Here.\n"))
    stored = own_client.get("/api/v1/search?q=odd").json()["items"][0]

    found = own_client.get(f"/api/v1/messages/{quote(stored['message_id'], safe='')}")

    assert found.json()["message_id"] == stored["message_id"]
    assert own_client.get(found.json()["raw_url"]).content.endswith(b"Here.\r\n")
    assert own_client.get(f"/api/v1{stored['url']}").json()["message_id"] == stored["message_id"]


def test_a_slash_that_a_proxy_decoded_still_leads_to_the_message(
    own_client: TestClient, archive: Archive
) -> None:
    archive.keep(COINS, post("a/b@example.com", AYU, "Odd id", "Here.\n"))

    assert own_client.get("/api/v1/messages/a/b@example.com").status_code == 200
    assert own_client.get("/api/v1/messages/a/b@example.com/raw").status_code == 200


def test_brackets_around_a_message_id_do_no_harm(client: TestClient) -> None:
    assert client.get("/api/v1/messages/%3Ca1%40example.com%3E").status_code == 200


def test_every_stored_version_of_an_id_is_listed(own_client: TestClient, archive: Archive) -> None:
    archive.keep(COINS, post("twice@example.com", AYU, "Twice", "First text.\n"))
    archive.keep(COINS, post("twice@example.com", AYU, "Twice", "Second text.\n"))
    path = "/api/v1/messages/twice@example.com"

    message = own_client.get(path).json()

    assert [one["own_text"] for one in message["versions"]] == ["First text.", "Second text."]
    assert message["own_text"] == "First text."
    assert [own_client.get(one["raw_url"]).content[-13:] for one in message["versions"]] == [
        b"First text.\r\n",
        b"econd text.\r\n",
    ]
    assert own_client.get(f"{path}/raw?version=3").status_code == 404
    assert own_client.get(f"{path}/raw?version=0").status_code == 422


BINARY = b"\x00\x01\x02\xff"


def _with_attachments(message_id: str = "files@example.com", name: str = "coins") -> bytes:
    body = (
        "--x\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        "--x\r\nContent-Type: application/octet-stream\r\n"
        f'Content-Disposition: attachment; filename="../{name}\u202e.bin"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n"
        "--x\r\nContent-Type: text/html\r\n"
        "Content-Disposition: attachment; filename=page.html\r\n\r\n"
        "<script>alert(1)</script>\r\n--x--\r\n"
    )
    head = (
        f"From: {AYU}\r\nSubject: Files\r\nDate: Mon, 01 Jan 2024 08:00:00 +0000\r\n"
        f"Message-ID: <{message_id}>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    )
    return (head + body).encode()


def test_attachments_are_given_decoded_and_isolated(
    own_client: TestClient, archive: Archive
) -> None:
    archive.keep(COINS, _with_attachments())
    message = own_client.get("/api/v1/messages/files@example.com").json()

    first, second = message["attachments"]
    binary, page = own_client.get(first["url"]), own_client.get(second["url"])

    assert (first["n"], second["n"]) == (1, 2)
    assert (binary.content, first["size"]) == (b"\x00\x01\x02\xff", 4)
    assert b"<script>" in page.content
    assert page.headers["content-type"] == "application/octet-stream"
    for answer in (binary, page):
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "/coins" not in answer.headers["content-disposition"]
    assert binary.headers["content-disposition"].startswith('attachment; filename="coins.bin";')


def test_an_attachment_of_many_posts_is_one_thing(own_client: TestClient, archive: Archive) -> None:
    private = archive.keep(BOARD, _with_attachments("board@example.com", "salaries"))
    archive.keep(COINS, _with_attachments(), _with_attachments("2@example.com", "kopi"))
    first = own_client.get("/api/v1/messages/files@example.com").json()["attachments"][0]

    found = own_client.get(f"/api/v1/attachments/{first['digest']}?limit=1").json()
    rest = own_client.get(found["next"]).json()

    assert private
    assert first["digest"] == hashlib.sha256(BINARY).hexdigest()
    assert (found["total"], found["size"], rest["next"]) == (2, 4, None)
    posts = found["items"] + rest["items"]
    assert [(post["message_id"], post["filename"]) for post in posts] == [
        ("files@example.com", "coins.bin"),
        ("2@example.com", "kopi.bin"),
    ]
    content = own_client.get(found["url"])
    assert content.content == BINARY
    assert content.headers["content-disposition"].startswith("attachment")
    assert content.headers["x-content-type-options"] == "nosniff"


def test_an_attachment_is_given_out_for_the_posts_that_are(
    own_client: TestClient, archive: Archive
) -> None:
    archive.keep(BOARD, _with_attachments("board@example.com", "salaries"))
    path = f"/api/v1/attachments/{hashlib.sha256(BINARY).hexdigest()}"
    of_private_list = [own_client.get(path + part).status_code for part in ("", "/content")]
    archive.keep(COINS, _with_attachments())
    with archive.database.transaction() as session:
        session.execute(update(Person).values(hidden=True))

    listed = own_client.get(path).json()

    assert of_private_list == [404, 404]
    assert listed["items"][0]["author"]["id"] is None
    assert own_client.get(f"{path}/content").status_code == 404
    for wrong in ("0" * 64, "x", "A" * 64):
        assert own_client.get(f"/api/v1/attachments/{wrong}").status_code == 404


@pytest.mark.parametrize("number", ["3", "0", "-1", "x", "100000000000"])
def test_an_attachment_that_is_not_there_is_not_found(
    own_client: TestClient, archive: Archive, number: str
) -> None:
    archive.keep(COINS, _with_attachments())

    answer = own_client.get(f"/api/v1/messages/files@example.com/attachments/{number}")

    assert answer.status_code == 404


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

    thread = _thread(own_client, "later@example.com")
    listed = own_client.get("/api/v1/threads?limit=200").json()["items"]
    (summary,) = [item for item in listed if item["id"] == thread["id"]]

    assert thread["subject"] == summary["subject"] == "In the open"
    assert (summary["messages"], summary["people"]) == (1, 1)
    assert summary["author"]["name"] == "Dian Permata"
    for path in ("/search?q=open", "/messages/later@example.com", "/threads?limit=200"):
        assert "Dismissal" not in own_client.get(f"/api/v1{path}").text
