"""Lists that go, and mail that waits: the commands as a script runs them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.archive.messages import mail, mbox
from tests.end_to_end.service import pakar

TALK, HELP = "talk@lists.example.org", "help@lists.example.org"


def answer(data_dir: Path, *arguments: str | Path) -> dict[str, object]:
    ended = pakar(data_dir, *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    parsed: dict[str, object] = json.loads(ended.stdout)
    return parsed


def test_a_list_is_removed_with_its_mail_and_what_was_derived(data_dir: Path) -> None:
    digest = (
        b"From: talk-request@lists.example.org\nSubject: Talk Digest, Vol 1, Issue 1\n"
        b"Content-Type: multipart/digest; boundary=x\n\n--x\n\n"
        + mail("9@example.org", subject="router")
        + b"\n--x--\n"
    )
    source = data_dir / "talk.mbox"
    source.write_bytes(mbox(mail("1@example.org"), digest))
    other = data_dir / "help.mbox"
    other.write_bytes(mbox(mail("1@example.org"), mail("2@example.org", day=2)))
    answer(data_dir, "import", source, "--list", TALK)
    answer(data_dir, "import", other, "--list", HELP)
    assert pakar(data_dir, "rank").returncode == 0
    assert answer(data_dir, "message", "9@example.org")["defects"] == ["cut-from-digest"]
    aside = answer(data_dir, "quarantine", "show", "--all")["items"]
    assert isinstance(aside, list)
    assert [(one["kind"], one["list"]) for one in aside] == [("digest", TALK)]
    assert pakar(data_dir, "list", "remove", TALK, "--yes").returncode == 0

    lists = answer(data_dir, "list", "show")["items"]
    assert isinstance(lists, list)
    assert [(one["address"], one["messages"]) for one in lists] == [(HELP, 2)]
    assert answer(data_dir, "search", "router")["total"] == 0
    assert answer(data_dir, "verify")["messages"] == 2
