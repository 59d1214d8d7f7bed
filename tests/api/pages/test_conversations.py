"""Conversations and messages as pages: complete, permanent, and hostile mail as text."""

from __future__ import annotations

import base64
import re

import pytest
from fastapi.testclient import TestClient

from archive.tokens import Scope
from tests.api.archives import AYU, BOARD, BUDI, COINS, DIAN, KITCHEN, Archive, post
from tests.api.pages.page_reader import BROWSER, checked, links, read, thread_of, visible

HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"

# Conversations and messages


def test_a_conversation_shows_who_answers_whom(client: TestClient, story: Archive) -> None:
    thread = thread_of(story, "q0@example.net")
    page = read(client, f"/threads/{thread}")
    posts = page.css("article.post")

    assert [post.css_first("h2").text(strip=True) for post in posts] == [  # type: ignore[union-attr]
        "Dian Permata",
        "Ayu Lestari",
        "Dian Permata",
    ]
    assert [re.search(r"depth-(\d)", post.attributes["class"] or "")[1] for post in posts] == [  # type: ignore[index]
        "0",
        "1",
        "2",
    ]
    assert "answers Dian Permata" in posts[1].text()
    assert posts[1].css_first(".quoted blockquote") is not None
    outline = [link for link in links(page, ".outline a") if link.startswith("#")]
    assert outline == [f"#{post.attributes['id']}" for post in posts]


def test_a_message_that_never_came_is_shown_as_missing(
    own_client: TestClient, archive: Archive
) -> None:
    archive.keep(
        COINS,
        post("b1@example.com", AYU, "Re: Lost", "First answer.", answers=["lost@example.net"]),
        post("b2@example.com", DIAN, "Re: Lost", "Second answer.", answers=["lost@example.net"]),
    )

    page = read(own_client, f"/threads/{thread_of(archive, 'b1@example.com')}")
    ghosts = page.css("article.ghost")

    assert len(ghosts) == 1
    assert "never reached this archive" in ghosts[0].text()
    assert "lost@example.net" in ghosts[0].text()


def test_hostile_mail_is_text_wherever_it_is_shown(
    own_client: TestClient, archive: Archive
) -> None:
    body = f"{HOSTILE} wallet javascript:alert(3) https://evil.example/?a=1&b=2\n"
    archive.keep(COINS, post("h@example.net", f'"{HOSTILE[:28]}" <h@example.net>', HOSTILE, body))
    archive.rank()
    thread = thread_of(archive, "h@example.net")
    person = archive.person("h@example.net")

    for path in (
        f"/threads/{thread}",
        "/messages/h@example.net",
        f"/people/{person}",
        f"/lists/{COINS}",
        "/unanswered",
        "/search?q=javascript",
    ):
        html = read(own_client, path).html or ""
        assert "<img" not in html
        assert 'href="javascript' not in html
    page = read(own_client, "/messages/h@example.net")
    outside = page.css('.mail a[href^="https://evil.example"]')
    assert [link.attributes["rel"] for link in outside] == ["nofollow noopener ugc"]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/search?q={}", "/search"),
        ("/topics?q={}", "/topics"),
        ("/nothing/{}", ""),
        ("/lists/{}", ""),
        ("/topics/{}", ""),
        ("/messages/{}", ""),
    ],
)
def test_hostile_addresses_are_text_too(client: TestClient, path: str, address: str) -> None:
    answer = client.get(path.format("%22%3E%3Cscript%3Ealert(1)%3C/script%3E"), headers=BROWSER)

    assert answer.status_code in (200, 404, 422)
    checked(answer.text)


def test_a_message_id_with_slashes_and_signs_has_a_page(
    own_client: TestClient, archive: Archive
) -> None:
    archive.keep(COINS, post("a/b+c=?#@example.com", BUDI, "Slashes", "Text."))

    conversation = read(own_client, f"/threads/{thread_of(archive, 'a/b+c=?#@example.com')}")
    permalink = next(link for link in links(conversation) if "%23" in link)

    assert "Slashes" in visible(read(own_client, permalink))


def test_every_version_of_a_message_is_shown(own_client: TestClient, archive: Archive) -> None:
    archive.keep(COINS, post("twice@example.com", BUDI, "Twice", "The first text."))
    archive.keep(COINS, post("twice@example.com", BUDI, "Twice", "Quite another text."))

    text = visible(read(own_client, "/messages/twice@example.com"))

    assert "The first text." in text
    assert "Quite another text." in text


def test_attachments_and_the_original_can_be_downloaded(
    own_client: TestClient, archive: Archive
) -> None:
    content = base64.b64encode(b"interface wg0").decode()
    raw = (
        f"From: {AYU}\r\nSubject: Config\r\nMessage-ID: <att@example.com>\r\n"
        "Date: Mon, 01 Jan 2024 08:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSee attached.\r\n"
        '--b\r\nContent-Type: text/x-conf; name="wg0.conf"\r\n'
        'Content-Disposition: attachment; filename="wg0.conf"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{content}\r\n--b--\r\n"
    ).encode()
    archive.keep(COINS, raw)

    page = read(own_client, "/messages/att@example.com")
    (attachment,) = links(page, "#attachments a")
    (original,) = links(page, '.technical a[href$="/raw"]')

    assert own_client.get(attachment).content == b"interface wg0"
    assert b"X-Pakar-Redacted" in own_client.get(original).content
    token = archive.token("reads", Scope.READ)
    assert own_client.get(original, headers=token).content == raw


def test_a_long_conversation_is_read_in_parts(own_client: TestClient, archive: Archive) -> None:
    archive.keep(COINS, post("long@example.com", BUDI, "Long", "Start.", day=50))
    archive.keep(
        COINS,
        *(
            post(f"l{n}@example.com", DIAN, "Re: Long", f"Word {n}.", day=50 + n / 100,
                 answers=["long@example.com"])
            for n in range(130)
        ),
    )  # fmt: skip
    thread = thread_of(archive, "long@example.com")

    first = read(own_client, f"/threads/{thread}")
    (onward,) = links(first, 'a[rel="next"]')
    second = read(own_client, onward)

    assert len(first.css("article.post")) + len(second.css("article.post")) == 131
    assert not second.css('a[rel="next"]')
    assert read(own_client, f"/threads/{thread}?start=9999").css("article.post") == []


def test_a_private_list_appears_nowhere(client: TestClient, story: Archive) -> None:
    thread = thread_of(story, "secret@example.com")

    for path in (f"/lists/{BOARD}", f"/threads/{thread}", "/messages/secret@example.com"):
        read(client, path, 404)
    for path in ("/", "/unanswered", "/search?q=treasurer", "/ask"):
        html = read(client, path).html or ""
        assert "Board" not in html, path
        assert "Salary" not in html, path


def test_a_list_that_shows_addresses_does_and_the_others_do_not(
    client: TestClient,
) -> None:
    open_text = visible(read(client, "/messages/soto@example.com"))
    closed_text = visible(read(client, "/messages/a0@example.com"))

    assert "citra.dewi@example.com" in open_text
    assert "budi.santoso@example.net" not in closed_text
    assert read(client, f"/lists/{KITCHEN}").css("a.thread-subject")
