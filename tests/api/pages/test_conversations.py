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


# How bodies are shown

CODE_POST = (
    "Please look at this, which I ran on the machine in the office yesterday\n"
    "evening:\n\n> x <- matrix(1:4, 2)\n> x\n     [,1] [,2]\n[1,]    1    3\n[2,]    2    4\n\n"
    "Write to budi.santoso@example.net if you know."
)


@pytest.fixture
def code_post(archive: Archive) -> Archive:
    archive.keep(COINS, post("code@example.com", AYU, "A matrix", CODE_POST))
    return archive


def test_prose_flows_and_a_console_keeps_its_lines(
    own_client: TestClient, code_post: Archive
) -> None:
    page = read(own_client, "/messages/code@example.com")
    (console,) = page.css(".mail pre")

    assert "[1,]    1    3\n[2,]    2    4" in console.text()
    assert "yesterday evening:" in visible(page)


def test_a_message_can_be_read_as_it_was_sent_and_the_choice_lasts_without_a_script(
    own_client: TestClient, code_post: Archive
) -> None:
    thread = thread_of(code_post, "code@example.com")
    for path in ("/messages/code@example.com", f"/threads/{thread}"):
        (plain, _) = links(read(own_client, path), ".page-head .switch a")[::-1]
        answer = own_client.get(plain, headers=BROWSER)
        cookie = answer.headers["set-cookie"]
        page = checked(answer.text)
        (shown,) = page.css(".mail pre.plain")

        assert cookie.startswith("view=plain; ")
        assert "SameSite=Lax" in cookie
        assert "Cookie" in answer.headers["vary"]
        assert "in the office yesterday\nevening:" in shown.text()
        assert links(page, '.mail a[href$="/raw"]') == ["/api/v1/messages/code@example.com/raw"]
        # No other page names the view: the cookie alone remembers it.
        remembered = read(own_client, "/messages/code@example.com")
        assert remembered.css(".mail pre.plain")
        (back,) = [one for one in links(remembered, ".page-head .switch a") if "flowing" in one]
        forgotten = own_client.get(back, headers=BROWSER)
        assert "Max-Age=0" in forgotten.headers["set-cookie"]
        assert not read(own_client, "/messages/code@example.com").css(".mail pre.plain")


def test_a_text_shown_as_sent_hides_addresses_like_any_other(
    own_client: TestClient, code_post: Archive
) -> None:
    for view in ("plain", "flowing"):
        page = read(own_client, f"/messages/code@example.com?view={view}")

        assert "budi.santoso@example.net" not in (page.html or "")


@pytest.mark.parametrize("query", ["view=%3Cscript%3E", "view=", "view=plain%0d%0aX: y"])
def test_a_view_that_does_not_exist_is_ignored_and_sets_no_cookie(
    own_client: TestClient, code_post: Archive, query: str
) -> None:
    answer = own_client.get(f"/messages/code@example.com?{query}", headers=BROWSER)

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    checked(answer.text)


def test_hostile_mail_shown_as_sent_is_text(own_client: TestClient, archive: Archive) -> None:
    archive.keep(COINS, post("bad@example.com", AYU, "Bad", f"{HOSTILE}</pre>{HOSTILE}"))
    html = read(own_client, "/messages/bad@example.com?view=plain").html or ""

    assert "<img" not in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("note", "said", "address"),
    [
        (
            "An embedded and charset-unspecified text was scrubbed...\nURL: <https://a.example/x>\n",
            "The list software removed this text; it was at",
            ["https://a.example/x"],
        ),
        (
            "An HTML attachment was scrubbed...\nURL: <javascript:alert(1)>\n",
            "The list software removed this text.",
            [],
        ),
        ("\t[[alternative HTML version deleted]]\n", "The list software removed this text.", []),
    ],
)
def test_a_text_that_list_software_removed_is_said_to_be_removed(
    own_client: TestClient, archive: Archive, note: str, said: str, address: list[str]
) -> None:
    archive.keep(COINS, post("gone@example.com", AYU, "Gone", note))
    page = read(own_client, "/messages/gone@example.com")
    (removed,) = page.css("p.removed")

    assert said in removed.text()
    assert links(page, "p.removed a") == address


def test_a_message_with_words_of_its_own_was_not_removed(
    own_client: TestClient, archive: Archive
) -> None:
    note = "See below.\n\t[[alternative HTML version deleted]]\n"
    archive.keep(COINS, post("kept@example.com", AYU, "Kept", note))

    assert not read(own_client, "/messages/kept@example.com").css("p.removed")


def test_times_are_the_sender_s_and_in_utc_for_hover_and_machines(
    own_client: TestClient, archive: Archive
) -> None:
    raw = post("late@example.com", AYU, "Late", "Good night to all of you.")
    archive.keep(COINS, raw.replace(b"08:00:00 +0000", b"23:30:00 -0330"))
    thread = thread_of(archive, "late@example.com")

    for path in ("/messages/late@example.com", f"/threads/{thread}"):
        times = [node for node in read(own_client, path).css("time") if ":" in node.text()]
        assert [node.text() for node in times] == ["1 Jan 2024, 23:30 UTC−3:30"]
        assert times[0].attributes["title"] == "2 Jan 2024, 03:00 UTC"
        assert times[0].attributes["datetime"] == "2024-01-02T03:00:00Z"


def test_a_body_in_another_language_than_the_page_says_so(
    own_client: TestClient, archive: Archive
) -> None:
    english = "I think that we should do it in the morning, because it is not so hot then."
    indonesian = "Saya kira sebaiknya kita kerjakan pagi hari saja karena belum terlalu panas."
    french = "Je pense que nous devrions le faire le matin, car il fait encore assez frais."
    for name, text in (("en", english), ("id", indonesian), ("fr", french)):
        archive.keep(COINS, post(f"{name}@example.com", AYU, name, text))

    found = {
        (name, page): [
            node.attributes.get("lang")
            for node in read(own_client, f"/messages/{name}@example.com", language=page).css(
                ".mail"
            )
        ]
        for name in ("en", "id", "fr")
        for page in ("en", "id")
    }
    assert found == {
        ("en", "en"): [None],
        ("en", "id"): ["en"],
        ("id", "en"): ["id"],
        ("id", "id"): [None],
        ("fr", "en"): [None],
        ("fr", "id"): [None],
    }


PRICES = (
    "<p>Harga hari ini:</p><table><tr><th>Barang</th><th>Harga</th></tr>"
    "<tr><td>Kabel UTP</td><td>Rp 12.000</td></tr>"
    "<tr><td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td>beras@example.net | 3</td></tr></table>"
)


def test_a_table_of_html_mail_stays_a_table_and_its_cells_are_text(
    own_client: TestClient, archive: Archive
) -> None:
    raw = post("prices@example.com", AYU, "Prices", PRICES)
    archive.keep(COINS, raw.replace(b"text/plain", b"text/html"))
    page = read(own_client, "/messages/prices@example.com")
    (table,) = page.css(".mail table")
    rows = [[cell.text() for cell in row.css("th, td")] for row in table.css("tr")]

    assert rows[:2] == [["Barang", "Harga"], ["Kabel UTP", "Rp 12.000"]]
    assert rows[2][0] == "<script>alert(1)</script>"
    assert rows[2][1].endswith("| 3")
    assert "beras@example.net" not in (page.html or "")
    plain = read(own_client, "/messages/prices@example.com?view=plain")
    assert "| Kabel UTP | Rp 12.000 |" in plain.css(".mail pre")[0].text()
