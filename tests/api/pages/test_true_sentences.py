"""Pages say what is so: later parts of a ranking, last posts, and whom to ask."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from api.paging import cursor_of
from api.service.app import create_app
from archive.settings import Settings
from reputation.tables import Topic
from tests.api.archives import Archive, fill
from tests.api.pages.page_reader import ENGLISH, read


def test_a_later_part_of_a_ranking_names_its_people_and_leads_back_and_on(
    client: TestClient,
) -> None:
    slug = client.get("/api/v1/topics").json()["items"][0]["slug"]
    part = client.get(f"/api/v1/topics/{slug}/experts?limit=1").json()
    assert part["total"] > 1
    cursor = cursor_of(part["next"])
    second = client.get(part["next"]).json()
    page = client.get(f"/topics/{slug}?cursor={cursor}", headers={"Accept-Language": "en"}).text

    assert second["items"][0]["person"]["name"] in page
    assert "Not enough evidence yet to name anybody" not in page
    assert f"Back to the first of {part['total']} people" in page


def test_what_was_last_on_a_topic_is_said_to_be_of_that_topic(client: TestClient) -> None:
    page = client.get("/", headers={"Accept-Language": "en"}).text

    assert "last post on this topic" in page


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("ops@example.org", '<a href="mailto:ops@example.org">ops@example.org</a>'),
        ("https://example.org/help", '<a href="https://example.org/help">'),
        ("", "has not said here how to reach them"),
    ],
)
def test_the_page_on_privacy_says_whom_to_ask(settings: Settings, contact: str, shown: str) -> None:
    archive = Archive(settings.model_copy(update={"operator_contact": contact}))
    fill(archive)
    client = TestClient(create_app(archive.context))
    page = client.get("/privacy", headers={"Accept-Language": "en"}).text
    archive.close()

    assert shown in page


def test_the_bars_of_a_person_are_together_as_many_as_the_posts_at_the_head(
    client: TestClient, story: Archive
) -> None:
    for name in ("ayu.lestari@example.com", "budi.santoso@example.net", "dian.permata@example.org"):
        person = story.person(name)
        posts = client.get(f"/api/v1/people/{person}").json()["posts"]
        for granularity in ("year", "quarter", "month"):
            page = read(client, f"/people/{person}?granularity={granularity}")
            plot = page.css_first("figure svg.plot")
            assert plot is not None
            bars = [title.text() for title in plot.css("rect > title")]
            colours = {bar.attributes["class"] for bar in plot.css("rect")}

            assert sum(int(bar.rpartition("posts ")[2]) for bar in bars) == posts
            assert len(colours - {"series-7"}) <= 5


@pytest.mark.parametrize("curated", [True, False])
def test_only_topics_that_people_curated_are_said_to_be_looked_after_by_people(
    own_client: TestClient, archive: Archive, curated: bool
) -> None:
    archive.add_topic("cats", "cats", {"cat": 1.0})
    with archive.database.transaction() as session:
        session.execute(update(Topic).values(curated=curated))
    archive.rank()
    topic, topics = (
        own_client.get(path, headers=ENGLISH).text for path in ("/topics/cats", "/topics")
    )

    assert ("Looked after by people" in topic) is curated
    assert "ooked after by people" not in topics
