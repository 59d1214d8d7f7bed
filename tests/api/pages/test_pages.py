"""The pages over a real archive: whole, linked, bilingual, on topics and people."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.service.app import create_app
from archive.tables import Base
from reputation.tables import Topic
from tests.api.archives import COINS, Archive
from tests.api.pages.page_reader import BROWSER, checked, links, read, thread_of, visible

# Every page


def test_every_link_from_the_first_page_on_leads_somewhere(client: TestClient) -> None:
    waiting, seen = ["/?lang=en"], {"/?lang=en"}
    pages = 0
    while waiting and len(seen) < 600:
        path = waiting.pop()
        answer = client.get(path, headers=BROWSER)
        assert answer.status_code == 200, path
        if not answer.headers["content-type"].startswith("text/html") or path == "/docs":
            continue
        pages += 1
        for address in links(checked(answer.text)):
            target = urlsplit(urljoin(path, address))
            assert target.netloc == "" or "ugc" in answer.text, address
            onward = target._replace(fragment="").geturl()
            if not target.netloc and onward not in seen:
                seen.add(onward)
                waiting.append(onward)
    assert pages > 40


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/lists/{COINS}",
        "/topics",
        "/topics/coin-selection",
        "/search?q=coin",
        "/ask",
        "/unanswered",
        "/privacy",
    ],
)
def test_every_page_comes_in_both_languages(client: TestClient, path: str) -> None:
    texts = {}
    for language in ("id", "en"):
        page = read(client, path, language=language)
        root = page.css_first("html")
        assert root is not None
        assert root.attributes["lang"] == language
        texts[language] = visible(page)
    assert texts["id"] != texts["en"]


def test_a_chosen_language_outlasts_the_browser_s_and_follows_the_links(
    client: TestClient,
) -> None:
    page = read(client, "/topics?lang=id&q=coin", language="en")

    assert "Saring topik" in page.html  # type: ignore[operator]
    assert "/topics/coin-selection?lang=id" in links(page)
    assert "/topics?q=coin&lang=en" in links(page)
    hidden = page.css('form input[type="hidden"][name="lang"]')
    assert [field.attributes["value"] for field in hidden] == ["id", "id"]


def test_pages_link_the_same_thing_as_json(client: TestClient) -> None:
    for path in ("/", "/topics/coin-selection", "/messages/q0@example.net", "/search?q=coin"):
        page = read(client, path)
        alternates = links(page, 'link[type="application/json"]')
        assert len(alternates) == 1
        assert client.get(alternates[0]).headers["content-type"] == "application/json"


def test_head_answers_like_get_without_a_body(client: TestClient) -> None:
    answer = client.head("/topics/coin-selection")

    assert answer.status_code == 200
    assert answer.content == b""


def test_static_files_may_be_kept_since_their_address_has_their_version(
    client: TestClient,
) -> None:
    sheet, icon = links(read(client, "/"), 'link[rel="stylesheet"], link[rel="icon"]')

    assert re.fullmatch(r"/static/pakar\.css\?v=[0-9a-f]{12}", sheet)
    assert "immutable" in client.get(sheet).headers["cache-control"]
    assert client.get(icon).headers["content-type"].startswith("image/svg+xml")
    # The policy allows this site alone: nothing in the sheet may reach further.
    assert "http" not in client.get(sheet).text
    assert "url(" not in client.get(sheet).text


def test_an_empty_archive_says_how_to_begin(own_client: TestClient, archive: Archive) -> None:
    with archive.database.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    archive.rank()

    assert "pakar import" in visible(read(own_client, "/"))
    assert read(own_client, "/topics").css_first("p.empty") is not None
    assert read(own_client, "/unanswered").css_first("p.empty") is not None
    assert read(own_client, "/search?q=coin").css_first("p.empty") is not None


# Topics and people


def test_a_topic_shows_who_knows_about_it_with_interval_words_and_evidence(
    client: TestClient,
) -> None:
    page = read(client, "/topics/coin-selection")
    experts = page.css("ol.ranking > li")
    ranking = client.get("/api/v1/topics/coin-selection/experts").json()["items"]
    known = [item for item in ranking if item["level"] != "not enough evidence"]

    names = [expert.css_first("h3").text(strip=True) for expert in experts]  # type: ignore[union-attr]
    assert names == [item["person"]["name"] for item in known]
    first = experts[0]
    bar = first.css_first("svg.interval")
    assert bar is not None
    assert re.search(r"Score [\d.]+ of 100", bar.attributes["aria-label"] or "")
    assert len(first.css("dl.components > div")) == 4
    assert [item["url"] for item in known[0]["evidence"]] == links_of(first, ".evidence a")
    assert page.css_first("svg.graph") is not None
    assert page.css_first("figure svg.spark") is not None


def links_of(node: object, selector: str) -> list[str]:
    found = node.css(selector)  # type: ignore[attr-defined]
    return [link.attributes["href"] for link in found]


def test_people_without_enough_evidence_are_named_without_rank_or_score(
    client: TestClient,
) -> None:
    page = read(client, "/topics/coin-selection")
    ranking = client.get("/api/v1/topics/coin-selection/experts").json()["items"]
    unknown = {i["person"]["name"] for i in ranking if i["level"] == "not enough evidence"}

    shown = {node.text(strip=True) for node in page.css(".others .person")}
    assert shown == unknown
    assert not page.css(".others svg.interval")


def test_a_merged_topic_leads_to_the_one_that_lives_on(
    own_client: TestClient, archive: Archive
) -> None:
    old = archive.add_topic("old-coins", "old coins", {"coin": 1.0})
    with archive.database.transaction() as session:
        successor = session.scalars(select(Topic.id).where(Topic.slug == "coin-selection")).one()
        session.execute(
            update(Topic).where(Topic.id == old).values(state="merged", merged_into=successor)
        )

    answer = own_client.get("/topics/old-coins?lang=en", headers=BROWSER)

    assert answer.status_code == 301
    assert answer.headers["location"] == "/topics/coin-selection?lang=en"


def test_a_person_s_page_shows_topics_history_and_the_posts_behind_them(
    client: TestClient, story: Archive
) -> None:
    ayu = story.person("ayu.lestari@example.com")
    page = read(client, f"/people/{ayu}")

    assert "Ayu Lestari" in visible(page)
    assert "/topics/coin-selection" in links(page)
    assert len(page.css("svg.plot")) >= 2
    titles = " ".join(node.text() for node in page.css("svg.plot title"))
    assert "coin selection" in titles
    assert page.css('.evidence a[href^="/messages/"]')
    assert "ayu.lestari@example.com" not in (page.html or "")
    assert "Coins" not in visible(page) or page.css(".evidence")


@pytest.mark.parametrize("granularity", ["month", "quarter", "year"])
def test_histories_come_by_month_quarter_and_year(
    client: TestClient, story: Archive, granularity: str
) -> None:
    ayu = story.person("ayu.lestari@example.com")
    page = read(client, f"/people/{ayu}?granularity={granularity}")

    current = page.css_first('.switch a[aria-current="true"]')
    assert current is not None
    assert current.attributes["href"] == f"/people/{ayu}?granularity={granularity}"


def test_a_hidden_person_is_named_on_no_page(own_client: TestClient, archive: Archive) -> None:
    ayu = archive.person("ayu.lestari@example.com")
    thread = thread_of(archive, "q0@example.net")
    archive.change_person(ayu, hidden=True)

    for path in ("/", "/topics/coin-selection", f"/threads/{thread}", "/search?q=branch"):
        assert "Ayu" not in (read(own_client, path).html or ""), path
    read(own_client, f"/people/{ayu}", 404)


def test_a_merged_person_leads_to_the_one_that_lives_on(
    own_client: TestClient, archive: Archive
) -> None:
    budi, dian = (
        archive.person("budi.santoso@example.net"),
        archive.person("dian.permata@example.org"),
    )
    archive.change_person(dian, merged_into=budi)

    answer = own_client.get(f"/people/{dian}", headers=BROWSER)

    assert (answer.status_code, answer.headers["location"]) == (301, f"/people/{budi}")


def test_pages_bear_the_name_that_the_operator_gives_the_archive(archive: Archive) -> None:
    settings = archive.context.settings.model_copy(update={"site_name": "Arsip <Tani>"})
    client = TestClient(create_app(replace(archive.context, settings=settings)))
    home, topics = client.get("/?lang=en").text, client.get("/topics?lang=en").text

    assert "<title>Arsip &lt;Tani&gt;</title>" in home
    assert "<title>Topics · Arsip &lt;Tani&gt;</title>" in topics
    assert "<span>Arsip &lt;Tani&gt;</span>" in topics
