"""Searching and asking by page, and errors in the same look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from archive.database import Database
from tests.api.archives import BOARD, Archive
from tests.api.pages.page_reader import ENGLISH, checked, links, read, visible

# Search, questions


def test_search_marks_the_words_and_names_people_who_know(client: TestClient) -> None:
    page = read(client, "/search?q=knapsack")

    assert {node.text() for node in page.css(".snippet mark")} == {"knapsack"}
    assert "8 messages found" in visible(page)
    assert page.css('.hits a[href^="/messages/"]')
    assert page.css('a[href^="/people/"]')


def test_search_pages_lead_on_to_every_hit(client: TestClient) -> None:
    path, subjects = "/search?q=coin&sort=date", []
    while path:
        page = read(client, path)
        subjects += links(page, "a.hit-subject")
        path = next(iter(links(page, 'a[rel="next"]')), "")
    total = client.get("/api/v1/search?q=coin").json()["total"]

    assert len(subjects) == len(set(subjects)) == total > 20


def test_a_search_that_cannot_be_read_says_why_and_keeps_the_words(client: TestClient) -> None:
    page = read(client, "/search?q=%22open", 422)

    field = page.css_first("#q")
    assert field is not None
    assert field.attributes["value"] == '"open'
    problem = page.css_first("#search-problem")
    assert problem is not None
    assert "character" in problem.text()


def test_a_question_finds_earlier_threads_and_people_and_is_kept_in_the_form(
    client: TestClient,
) -> None:
    question = {"subject": "Wallet", "body": "How does coin selection choose <coins>?"}
    answer = client.post("/ask", data=question, headers=ENGLISH)
    page = checked(answer.text)

    assert answer.status_code == 200
    assert page.css('.hits a[href^="/threads/"]')
    assert "Ayu Lestari" in visible(page)
    body = page.css_first("#body")
    assert body is not None
    assert body.text().strip() == question["body"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 415),
        ({"body": "   "}, 422),
        ({"body": "x" * 60_000}, 422),
        ({"body": "coin", "list": "nobody@example.org"}, 404),
        ({"body": "coin", "list": BOARD}, 404),
        ({"subject": "?!"}, 200),
    ],
)
def test_odd_questions_get_a_page_that_says_so(
    client: TestClient, form: dict[str, str], status: int
) -> None:
    answer = client.post("/ask", data=form, headers=ENGLISH)

    assert answer.status_code == status
    checked(answer.text)


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"body=caf\xc3\xa9", "application/x-www-form-urlencoded", 422),
        (b"&".join(b"a%d=1" % n for n in range(40)), "application/x-www-form-urlencoded", 422),
        (b"body=" + b"x" * 900_000, "application/x-www-form-urlencoded", 413),
        (b"body=" + b"x" * 2_000_000, "application/x-www-form-urlencoded", 413),
        (b"body=%zz%00", "application/x-www-form-urlencoded", 200),
    ],
)
def test_a_form_that_is_none_is_refused_without_a_fault(
    client: TestClient, content: bytes, kind: str, status: int
) -> None:
    answer = client.post("/ask", content=content, headers={**ENGLISH, "Content-Type": kind})

    assert answer.status_code == status


# Errors


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing-here", 404),
        ("/topics/none", 404),
        ("/people/999999", 404),
        ("/people/ayu", 404),
        ("/people/99999999999999999999999", 404),
        ("/threads/999999", 404),
        ("/messages/none@example.com", 404),
        ("/lists/none@example.com", 404),
        ("/topics?cursor=broken", 404),
        ("/search?q=a&sort=best", 422),
        ("/people/1?granularity=day", 422),
        ("/threads/1?start=-1", 422),
        (f"/search?q={'x' * 1_500}", 422),
    ],
)
def test_errors_have_the_pages_look_in_the_reader_s_language(
    client: TestClient, path: str, status: int
) -> None:
    english = visible(read(client, path, status, language="en"))
    indonesian = visible(read(client, path, status, language="id"))

    assert english.startswith(str(status))
    assert english != indonesian
    assert "Traceback" not in english


def test_programs_get_problems_where_no_page_is(client: TestClient) -> None:
    for path in ("/api/v1/topics/none", "/nothing-here"):
        answer = client.get(path, headers={"Accept": "*/*"})
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_store_that_is_gone_gives_a_page_that_asks_for_patience(story: Archive) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    client = TestClient(create_app(replace(story.context, database=nowhere)))

    answer = client.get("/topics", headers=ENGLISH)
    nowhere.close()

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "try again" in visible(checked(answer.text))
    assert "127.0.0.1" not in answer.text


def test_a_fault_of_our_own_gives_a_page_and_no_detail(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Iterator[None]:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("api.pages.home.mailing_lists", fail)
    client = TestClient(create_app(archive.context), raise_server_exceptions=False)

    answer = client.get("/", headers=ENGLISH)

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "The fault is ours" in visible(checked(answer.text))
