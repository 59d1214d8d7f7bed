"""A search for a name finds its person first."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.answers.people_named import people_named
from tests.api.archives import KITCHEN, Archive, post


@pytest.mark.parametrize("query", ["Lestari", "ayu lestari", "Lestari Ayu", "LESTARI"])
def test_a_name_finds_its_person(story: Archive, query: str) -> None:
    assert [one.name for one in people_named(story.context, query)] == ["Ayu Lestari"]


@pytest.mark.parametrize(
    "query", ["", "Lest", "coin", "from:ayu", '"Ayu"', "example", "ayu@example.org", "a " * 300]
)
def test_anything_else_names_nobody(story: Archive, query: str) -> None:
    assert people_named(story.context, query) == []


def test_who_wrote_to_private_lists_only_is_not_named(story: Archive) -> None:
    assert people_named(story.context, "Rini") == []


def test_accents_and_case_do_not_matter_and_the_busiest_comes_first(archive: Archive) -> None:
    busy, quiet = "Søren Müller <soren@example.org>", "Jörg Müller <joerg@example.org>"
    archive.keep(
        KITCHEN,
        post("m1@example.org", busy, "satu", "Resep.\n", day=20),
        post("m2@example.org", busy, "dua", "Resep.\n", day=21),
        post("m3@example.org", quiet, "tiga", "Resep.\n", day=22),
    )

    for query in ("muller", "MÜLLER"):
        found = [one.name for one in people_named(archive.context, query)]
        assert found == ["Søren Müller", "Jörg Müller"]


def test_the_page_shows_people_of_the_name_before_people_of_the_topic(client: TestClient) -> None:
    page = client.get("/search?q=Lestari").text
    assert "People of this name" in page or "Orang dengan nama ini" in page
    assert 'id="named-title"' not in client.get("/search?q=coin").text
