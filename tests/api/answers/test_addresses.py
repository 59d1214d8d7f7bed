"""Nobody without a token gets a whole address, in no form and by no way round."""

from __future__ import annotations

import base64
import email
import string

import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from archive.tokens import Scope
from tests.api.archives import COINS, Archive

API = "/api/v1"
SECRET = "fajar.rahasia@example.net"
LOCAL = "fajar.rahasia"
SPOKEN = (
    "fajar.rahasia@example.net",
    "fajar.rahasia at example.net",
    "fajar.rahasia (at) example.net",
    "fajar.rahasia AT example dot net",
    "mailto:fajar.rahasia@example.net",
)


def letter() -> bytes:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    lines = [
        b"Received: from mx.example.net by lists.example.org for <pelanggan@example.org>; x",
        b"Return-Path: <fajar.rahasia@example.net>",
        b'From: "Fajar (fajar.rahasia@example.net)" <fajar.rahasia@example.net>',
        f"To: {COINS}".encode(),
        b"Cc: gita.tersembunyi@example.net",
        b"Message-ID: <letter1@example.net>",
        b"References: <one@example.net>",
        b"Date: Mon, 05 May 2025 10:00:00 +0700",
        b"Subject: surat dari fajar.rahasia at example.net",
        b'Content-Type: multipart/mixed; boundary="b"',
        b"",
        b"--b",
        b"Content-Type: text/plain; charset=utf-8",
        b"",
        *[f"Kontak: {form}".encode() for form in SPOKEN],
        b"    x <- f(y)   # kode tetap",
        b"--b",
        b'Content-Type: text/csv; name="orang.csv"',
        b'Content-Disposition: attachment; filename="orang.csv"',
        b"",
        b"nama,surel",
        b"Fajar,fajar.rahasia@example.net",
        b"--b",
        b'Content-Type: image/png; name="gambar.png"',
        b'Content-Disposition: attachment; filename="gambar.png"',
        b"Content-Transfer-Encoding: base64",
        b"",
        picture,
        b"--b--",
        b"",
    ]
    return b"\r\n".join(lines)


@pytest.fixture
def posted(archive: Archive) -> Archive:
    archive.keep(COINS, letter())
    archive.rank()
    return archive


@pytest.fixture
def nobody(posted: Archive) -> TestClient:
    return TestClient(create_app(posted.context))


def everything(client: TestClient) -> dict[str, bytes]:
    thread = client.get(f"{API}/search?q=kode").json()["items"][0]["thread"]["id"]
    person = client.get(f"{API}/search?q=kode").json()["items"][0]["author"]["id"]
    paths = [
        f"{API}/messages/letter1%40example.net",
        f"{API}/messages/letter1%40example.net/raw",
        f"{API}/messages/letter1%40example.net/attachments/1",
        f"{API}/threads/{thread}",
        f"{API}/threads",
        f"{API}/people",
        f"{API}/people/{person}",
        f"{API}/search?q=kode",
        f"{API}/search?q=surat",
        "/messages/letter1@example.net",
        f"/threads/{thread}",
        f"/people/{person}",
        "/search?q=surat",
        f"/lists/{COINS}",
    ]
    return {path: client.get(path).content for path in paths}


def test_no_address_stands_anywhere_in_any_form(nobody: TestClient) -> None:
    for path, content in everything(nobody).items():
        assert content, path
        assert LOCAL.encode() not in content, path
        assert b"gita.tersembunyi" not in content, path
        assert b"pelanggan@" not in content, path


def test_a_token_shows_them_and_the_bytes_as_they_came(posted: Archive) -> None:
    client = TestClient(create_app(posted.context), headers=posted.token("reads", Scope.READ))

    assert client.get(f"{API}/messages/letter1%40example.net/raw").content == letter()
    attached = client.get(f"{API}/messages/letter1%40example.net/attachments/1").content
    assert SECRET.encode() in attached


def test_the_redacted_copy_is_mail_that_says_it_is_no_original(nobody: TestClient) -> None:
    answer = nobody.get(f"{API}/messages/letter1%40example.net/raw")
    copy = email.message_from_bytes(answer.content)

    assert copy["X-Pakar-Redacted"]
    assert (copy["Message-ID"], copy["References"]) == (
        "<letter1@example.net>",
        "<one@example.net>",
    )
    assert copy["Received"] is None
    assert copy["Return-Path"] is None
    parts = list(copy.walk())[1:]
    text, table, picture = (bytes(part.get_payload(decode=True) or b"") for part in parts)
    assert "    x <- f(y)   # kode tetap" in text.decode()
    assert table.startswith(b"nama,surel\r\nFajar,faj\xe2\x80\xa6@example.net")
    assert picture.endswith(bytes(range(256)))
    assert answer.content == nobody.get(f"{API}/messages/letter1%40example.net/raw").content


@pytest.mark.parametrize(
    "query",
    [
        f"from:{SECRET}",
        "from:rahasia",
        "from:raha*",
        "to:gita*",
        "to:gita.tersembunyi@example.net",
        '"fajar rahasia"',
        "rahasia",
        "tersembu*",
    ],
)
def test_an_address_is_found_neither_whole_nor_by_its_beginning(
    nobody: TestClient, posted: Archive, query: str
) -> None:
    assert nobody.get(f"{API}/search", params={"q": query}).json()["total"] == 0


def test_a_search_cannot_spell_an_address_out(nobody: TestClient) -> None:
    """Letter by letter: no beginning of the local part finds more than any other."""
    found = set()
    for first in "rt":
        for second in string.ascii_lowercase:
            query = {"q": f"from:{first}{second}* from:net", "list": COINS}
            found.add(nobody.get(f"{API}/search", params=query).json()["total"])

    assert found == {0}


def test_whether_an_address_is_somebodys_is_not_told(nobody: TestClient) -> None:
    known = nobody.get(f"{API}/people", params={"q": SECRET}).json()
    unknown = nobody.get(f"{API}/people", params={"q": "nobody.at.all@example.net"}).json()

    assert known == unknown == {"items": [], "next": None, "total": 0}
    assert nobody.get(f"{API}/people", params={"q": "rahas"}).json()["total"] == 0


def test_a_list_is_still_found_by_its_address(nobody: TestClient) -> None:
    assert nobody.get(f"{API}/search", params={"q": f"to:{COINS} kode"}).json()["total"] == 1


def test_a_hidden_person_is_found_by_nothing(posted: Archive) -> None:
    person = posted.person("ayu.lestari@example.com")
    before = TestClient(create_app(posted.context))
    assert before.get(f"{API}/search?q=from:lestari").json()["total"] > 0
    posted.change_person(person, hidden=True)
    client = TestClient(create_app(posted.context))

    for query in (
        "from:lestari",
        "from:lest*",
        "lestari",
        "lesta*",
        "from:ayu.lestari@example.com",
    ):
        items = client.get(f"{API}/search", params={"q": query}).json()["items"]
        assert [one["message_id"] for one in items if one["author"]["id"] is None] == [], query
