"""``pakar people`` and ``pakar threads``, as a moderator uses them."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.commands.application import application, exit_status
from archive.errors import PakarError
from tests.end_to_end.service import pakar, running
from tests.paths import SAMPLE_MBOX

LIST = "mandiri@milis.example"
ONE, OTHER = "Wayan Sudarsana", "Tigor Nainggolan"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample, imported and ranked."""
    data_dir = tmp_path_factory.mktemp("people")
    assert invoke(data_dir, "import", str(SAMPLE_MBOX), "--list", LIST).exit_code == 0
    assert invoke(data_dir, "rank", "--full").exit_code == 0
    return data_dir


def invoke(data_dir: Path, *arguments: str) -> Result:
    """Run a command in this process: starting one for each would take most of the time."""
    return CliRunner().invoke(application, ["--data-dir", str(data_dir), *arguments])


def answer(data_dir: Path, *arguments: str) -> Any:
    ended = invoke(data_dir, *arguments, "--json")
    assert ended.exit_code == 0, ended.exception
    return json.loads(ended.stdout)


def refusal(data_dir: Path, *arguments: str) -> PakarError:
    """The error, fit for a user, that a command ends with."""
    error = invoke(data_dir, *arguments).exception
    assert isinstance(error, PakarError), error
    return error


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
    assert invoke(imported, "rank").exit_code == 0
    merged = answer(imported, "person", OTHER)
    assert merged["posts"] == posts
    assert {"name": merged["name"], "id": merged["id"]} in [
        {"name": one["person"]["name"], "id": one["person"]["id"]}
        for one in answer(imported, "experts", "mikrotik")["items"]
    ]

    assert answer(imported, "people", "undo", str(made["number"]))["undone"] is not None
    assert invoke(imported, "rank", "--full").exit_code == 0
    assert {one: answer(imported, "people", "explain", one) for one in (ONE, OTHER)} == before
    (noted,) = answer(imported, "people", "decisions")["items"]
    assert noted["undone_by"]


def test_a_mailmap_with_a_bad_entry_says_which_and_ends_with_one(
    imported: Path, tmp_path: Path
) -> None:
    file = tmp_path / ".mailmap"
    file.write_text("Ratna <ratna@example.org> <ratna.k@example.com>\n")
    assert answer(imported, "people", "mailmap", str(file))["kind"] == "mailmap"
    assert answer(imported, "people", "mailmap", str(file)) == {"number": None}

    file.write_text("no line at all\n")
    assert f"{file}: line 1" in str(refusal(imported, "people", "mailmap", str(file)))
    assert "No such file" in str(refusal(imported, "people", "mailmap", str(tmp_path / "none")))
    ended = pakar(imported, "people", "mailmap", file)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)


def test_wrong_words_are_told(imported: Path) -> None:
    for arguments in (
        ("merge", "nobody@example.org", ONE),
        ("split", ONE, "nobody@example.org"),
        ("undo", "999"),
        ("accept", "999"),
        ("unhide", ONE),
    ):
        assert exit_status(refusal(imported, "people", *arguments)) == 2


def test_the_report_and_the_queue_answer(imported: Path) -> None:
    report = answer(imported, "people", "report")

    assert report["people"] == report["addresses"] - sum(report["merges"].values())
    assert {"items", "total", "next"} == set(answer(imported, "people", "suggestions"))
    assert invoke(imported, "people", "report").stdout.startswith(str(report["addresses"]))


def test_a_split_of_a_thread_is_made_and_undone(imported: Path) -> None:
    root = "c6e66ee3-fbb3@suratku.example.com"
    before = answer(imported, "thread", root)
    child = before["messages"][0]["children"][0]["message_id"]

    made = answer(imported, "threads", "split", child, "--reason", "another question")
    assert made["thread"] != before["id"]
    (begun,) = answer(imported, "thread", child)["messages"]
    assert (begun["message_id"], begun["parent"]) == (child, None)
    attached = answer(imported, "threads", "attach", child, root)
    (moved,) = [
        one
        for one in answer(imported, "thread", root)["messages"][0]["children"]
        if one["message_id"] == child
    ]
    assert moved["parent_source"] == "moderator"

    for decision in (attached, made):
        assert answer(imported, "threads", "undo", str(decision["number"]))["undone"]
    assert answer(imported, "thread", root)["messages"] == before["messages"]
    assert len(answer(imported, "threads", "decisions")["items"]) == 2
    assert exit_status(refusal(imported, "threads", "attach", root, child)) == 2


def test_a_merge_reaches_a_running_servers_ranking_within_the_interval(
    imported: Path, tmp_path: Path
) -> None:
    data_dir = tmp_path / "served"
    shutil.copytree(imported, data_dir)
    with running(data_dir) as service:

        def ranked() -> list[int]:
            """Posts of each line of the ranking that is one of the two people's."""
            items = service.get("/api/v1/experts?q=mikrotik&limit=200").json()["items"]
            return [one["posts"] for one in items if one["person"]["name"] in {ONE, OTHER}]

        before = ranked()
        assert len(before) == 2
        answer(data_dir, "people", "merge", ONE, OTHER)
        deadline = time.monotonic() + 15
        while len(now := ranked()) == 2 and time.monotonic() < deadline:
            time.sleep(0.2)

    (posts,) = now
    assert posts > max(before)
