"""``pakar alarms`` and the authority gate, as an operator meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.archive.messages import mail, mbox
from tests.end_to_end.service import pakar

LIST = "talk@lists.example.org"


def farm() -> bytes:
    """Six accounts that write only to ask one and the same person, among honest posts."""
    posts: list[bytes] = []

    def answered(name: str, asker: str, helper: str, subject: str, day: float) -> None:
        words = f"{subject} needs the longer route {name}"
        posts.append(mail(f"q{name}@example.org", author=asker, subject=subject, day=day))
        posts.append(
            mail(
                f"a{name}@example.org",
                author=helper,
                subject=f"Re: {subject}",
                text=words,
                reply_to=f"q{name}@example.org",
                day=day + 0.5,
            )
        )

    for sock in range(6):
        for number in range(4):
            day = 300 + 20 * number + sock
            author = f"Sock {sock} <sock{sock}@example.net>"
            # Once each, somebody established answers, who vouches for the account thereby.
            helper = "Tono <tono@example.net>" if number else "Helper 1 <helper1@example.org>"
            answered(f"s{sock}-{number}", author, helper, "vpn" if number else "halo", day)
    for number in range(110):
        asker = f"Asker {number // 4} <asker{number // 4}@example.org>"
        helper = f"Helper {number % 3} <helper{number % 3}@example.org>"
        subject = "vpn" if number % 10 == 0 else f"dapur{number}"
        answered(f"h{number}", asker, helper, subject, 3 * number)
    return mbox(*posts)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a farm of sock puppets and one topic."""
    folder = tmp_path_factory.mktemp("alarms")
    archive = folder / "talk.mbox"
    archive.write_bytes(farm())
    assert pakar(folder, "import", archive, "--list", LIST).returncode == 0
    assert pakar(folder, "topics", "add", "vpn", "--terms", "vpn").returncode == 0
    assert pakar(folder, "rank").returncode == 0
    return folder


def test_a_closed_circle_is_named_with_topic_person_and_share(data_dir: Path) -> None:
    ended = pakar(data_dir, "alarms", "vpn", "--json")

    assert ended.returncode == 0, ended.stderr
    (alarm,) = json.loads(ended.stdout)["items"]
    assert alarm["topic"]["slug"] == "vpn"
    assert alarm["person"]["name"] == "Tono"
    assert (alarm["sign"], alarm["askers"]) == ("closed circle", 6)
    assert 0.5 <= alarm["share"] <= 1
    assert b"closed circle" in pakar(data_dir, "alarms").stdout


def test_an_unknown_topic_is_one_line_and_status_two(data_dir: Path) -> None:
    ended = pakar(data_dir, "alarms", "nowhere")

    assert ended.returncode == 2
    assert ended.stderr.count(b"\n") == 1


def test_the_authority_gate_is_named_by_the_method_and_lowers_scores(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = json.loads(pakar(data_dir, "experts", "vpn", "--json").stdout)
    monkeypatch.setenv("PAKAR_AUTHORITY_GATE", "true")
    gated = json.loads(pakar(data_dir, "experts", "vpn", "--json").stdout)

    assert gated["method"] == plain["method"] + "+authority"
    scores = {item["person"]["name"]: item["score"] for item in plain["items"]}
    assert all(item["score"] < scores[item["person"]["name"]] for item in gated["items"])
