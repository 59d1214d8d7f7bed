"""``pakar people``, as a moderator uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.service import pakar

SAMPLE = Path(__file__).parents[2] / "archive" / "sample" / "mandiri.mbox"
LIST = "mandiri@milis.example"
ONE, OTHER = "Wayan Sudarsana", "Tigor Nainggolan"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample, imported and ranked."""
    data_dir = tmp_path_factory.mktemp("people")
    assert pakar(data_dir, "import", SAMPLE, "--list", LIST).returncode == 0
    assert pakar(data_dir, "rank", "--full").returncode == 0
    return data_dir


def answer(data_dir: Path, *arguments: str) -> Any:
    ended = pakar(data_dir, *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_people_are_found_as_the_http_resource_shows_them(imported: Path) -> None:
    page = answer(imported, "people", "--query", "sudarsana")

    assert [one["name"] for one in page["items"]] == [ONE]
    assert page["total"] == 1
    assert "@" in page["items"][0]["addresses"][0]


def test_a_merge_reaches_the_ranking_and_is_undone(imported: Path) -> None:
    before = {one: answer(imported, "people", "explain", one) for one in (ONE, OTHER)}
    posts = sum(address["posts"] for one in before.values() for address in one["addresses"])

    made = answer(
        imported, "people", "merge", ONE, OTHER, "--reason", "told by mail", "--by", "ratna"
    )
    assert (made["kind"], made["author"], made["reason"]) == ("merge", "ratna", "told by mail")
    assert pakar(imported, "rank").returncode == 0
    merged = answer(imported, "person", OTHER)
    assert merged["posts"] == posts
    assert {"name": merged["name"], "id": merged["id"]} in [
        {"name": one["person"]["name"], "id": one["person"]["id"]}
        for one in answer(imported, "experts", "mikrotik")["items"]
    ]

    assert answer(imported, "people", "undo", str(made["number"]))["undone"] is not None
    assert pakar(imported, "rank", "--full").returncode == 0
    assert {one: answer(imported, "people", "explain", one) for one in (ONE, OTHER)} == before
    (noted,) = answer(imported, "people", "decisions")["items"]
    assert noted["undone_by"]


def test_a_mailmap_with_a_bad_entry_says_which_and_ends_with_one(
    imported: Path, tmp_path: Path
) -> None:
    file = tmp_path / ".mailmap"
    file.write_text("Ratna <ratna@example.org> <ratna.k@example.com>\n")
    assert pakar(imported, "people", "mailmap", file).returncode == 0

    file.write_text("no line at all\n")
    ended = pakar(imported, "people", "mailmap", file)
    assert ended.returncode == 2
    assert b"line 1" in ended.stderr
    assert pakar(imported, "people", "mailmap", tmp_path / "none").returncode == 2


def test_wrong_words_are_one_line_and_exit_two(imported: Path) -> None:
    for arguments in (
        ("merge", "nobody@example.org", ONE),
        ("split", ONE, "nobody@example.org"),
        ("undo", "999"),
        ("accept", "999"),
        ("unhide", ONE),
    ):
        ended = pakar(imported, "people", *arguments)
        assert ended.returncode == 2, arguments
        assert len(ended.stderr.splitlines()) == 1, ended.stderr


def test_the_report_and_the_queue_answer(imported: Path) -> None:
    report = answer(imported, "people", "report")

    assert report["people"] == report["addresses"] - sum(report["merges"].values())
    assert {"items", "total", "next"} == set(answer(imported, "people", "suggestions"))
    assert pakar(imported, "people", "report").stdout.startswith(f"{report['addresses']}".encode())
