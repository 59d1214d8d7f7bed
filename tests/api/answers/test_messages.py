"""Single messages, and their bytes as sent."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from archive.tables import MailingList
from archive.tokens import Scope
from tests.api.archives import (
    AYU,
    COINS,
    Archive,
    post,
)


def test_raw_gives_the_exact_bytes_and_nothing_to_run(
    own_client: TestClient, archive: Archive
) -> None:
    raw = post("html@example.com", AYU, "x", "<script>alert(1)</script>\n").replace(b"\r\n", b"\n")
    raw += b"\xff\x00 tail"
    archive.keep(COINS, raw)

    token = archive.token("reads", Scope.READ)
    answer = own_client.get("/api/v1/messages/html@example.com/raw", headers=token)

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

    token = archive.token("reads", Scope.READ)
    shown = own_client.get("/api/v1/messages/traced@example.com/raw", headers=token).content

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
    assert own_client.get(found.json()["raw_url"]).content.rstrip().endswith(b"Here.")
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
    token = archive.token("reads", Scope.READ)
    versions = [own_client.get(one["raw_url"], headers=token) for one in message["versions"]]
    assert [one.content[-13:] for one in versions] == [b"First text.\r\n", b"econd text.\r\n"]
    assert own_client.get(f"{path}/raw?version=3").status_code == 404
    assert own_client.get(f"{path}/raw?version=0").status_code == 422
