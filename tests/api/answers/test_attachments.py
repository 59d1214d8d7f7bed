"""Attachments, by post and by content."""

from __future__ import annotations

import hashlib

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from archive.tables import Person
from tests.api.archives import (
    AYU,
    BOARD,
    COINS,
    Archive,
)

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
