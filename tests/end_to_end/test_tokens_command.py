"""``pakar token``, ``pakar topics synonym`` and tags of lists, as a user types them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.commands.application import application, exit_status
from archive.errors import PakarError


def run(data_dir: Path, *arguments: str) -> str:
    ended = CliRunner().invoke(application, ["--data-dir", str(data_dir), *arguments])
    if isinstance(ended.exception, PakarError):
        raise ended.exception
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def answer(data_dir: Path, *arguments: str) -> Any:
    return json.loads(run(data_dir, *arguments, "--json"))


def test_a_token_is_shown_once_listed_and_revoked(tmp_path: Path) -> None:
    text = run(tmp_path, "token", "create", "sari", "--scope", "curate").strip()
    made = answer(tmp_path, "token", "create", "bot")

    assert re.fullmatch(r"pakar_[\w-]{43}", text)
    assert (made["name"], made["scope"], made["last_used"]) == ("bot", "read", None)
    listed = run(tmp_path, "token", "list", "--json") + run(tmp_path, "token", "list", "--all")
    assert text not in listed
    assert made["token"] not in listed
    assert [one["name"] for one in json.loads(listed.split("┏")[0])["items"]] == ["bot", "sari"]
    assert answer(tmp_path, "token", "revoke", "sari")["revoked"] is not None
    assert answer(tmp_path, "token", "list")["total"] == 1
    with pytest.raises(PakarError, match="no token 'sari' is in force") as caught:
        run(tmp_path, "token", "revoke", "sari")
    assert exit_status(caught.value) == 2


def test_synonyms_and_parents_are_decided_and_undone(tmp_path: Path) -> None:
    said = answer(tmp_path, "topics", "synonym", "add", "jaringan", "networking", "--by", "Sari")
    assert (said["one"], said["other"], said["state"]) == ("jaringan", "networking", "added")
    run(tmp_path, "topics", "synonym", "remove", "networking", "jaringan")
    states = [one["state"] for one in answer(tmp_path, "topics", "synonym", "list")["items"]]
    assert states == ["removed"]
    decided = answer(tmp_path, "topics", "decisions")["items"]
    undone = answer(tmp_path, "topics", "undo", str(decided[0]["number"]))
    assert undone["words"] == ["jaringan", "networking"]
    states = [one["state"] for one in answer(tmp_path, "topics", "synonym", "list")["items"]]
    assert states == ["added"]

    for label in ("Jaringan", "VPN"):
        run(tmp_path, "topics", "add", label, "--terms", label.lower())
    run(tmp_path, "topics", "under", "vpn", "jaringan")
    assert answer(tmp_path, "topics", "show", "vpn")["parent"]["slug"] == "jaringan"
    with pytest.raises(PakarError, match="or say --nothing"):
        run(tmp_path, "topics", "under", "vpn")


def test_tags_of_a_list_are_topics_at_once(tmp_path: Path) -> None:
    run(tmp_path, "list", "add", "pasar@lists.example.org", "--topic-tags", "[Jual], beli")

    assert answer(tmp_path, "list", "show", "pasar@lists.example.org")["topic_tags"] == [
        "jual",
        "beli",
    ]
    topics = answer(tmp_path, "topics")["items"]
    assert {one["slug"]: one["tag"] for one in topics} == {"jual": "jual", "beli": "beli"}
    with pytest.raises(PakarError, match="not a subject tag: 'for sale'"):
        run(tmp_path, "list", "edit", "pasar@lists.example.org", "--topic-tags", "for sale")
