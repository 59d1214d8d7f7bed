"""``pakar topics`` and the curated topics of the sample, as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.service import Service, pakar, running
from tests.paths import SAMPLE_MBOX

LIST = "mandiri@milis.example"
NETWORKING = "jaringan-mikrotik"
LEVELS = (
    "not enough evidence",
    "participant",
    "contributor",
    "reference",
    "recognised expert",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """``pakar demo``: the sample with its curated topics."""
    with running(tmp_path_factory.mktemp("demo"), command="demo") as service:
        yield service


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample, imported and ranked."""
    data_dir = tmp_path_factory.mktemp("topics")
    assert pakar(data_dir, "import", SAMPLE_MBOX, "--list", LIST).returncode == 0
    assert pakar(data_dir, "rank", "--full").returncode == 0
    return data_dir


def ranking(demo: Service, slug: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = demo.get(f"/api/v1/topics/{slug}/experts?limit=200").json()[
        "items"
    ]
    return items


def answer(data_dir: Path, *arguments: str) -> Any:
    ended = pakar(data_dir, *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def done(data_dir: Path, *arguments: str) -> str:
    """Run a curation command; the slug it prints."""
    ended = pakar(data_dir, "topics", *arguments)
    assert ended.returncode == 0, ended.stderr
    assert b"pakar rank" in ended.stderr
    return ended.stdout.decode().strip()


def test_the_slow_specialist_outranks_the_loud_generalist_and_the_self_praiser(
    demo: Service,
) -> None:
    items = ranking(demo, NETWORKING)
    place = {one["person"]["name"]: one for one in items}
    specialist, generalist = place["Wayan Sudarsana"], place["Tigor Nainggolan"]

    assert specialist["rank"] == 1
    assert specialist["low"] > generalist["high"]
    assert LEVELS.index(specialist["level"]) > LEVELS.index(generalist["level"])
    assert not any("Bambang" in name for name in place)


@pytest.mark.parametrize(
    ("slug", "expert"),
    [
        (NETWORKING, "Wayan Sudarsana"),
        ("wi-fi", "Wayan Sudarsana"),
        ("desain-web-wordpress", "Ratna Kusumawardhani"),
        ("pajak-pembukuan", "Endang Lestari"),
        ("menulis-menerbitkan-buku", "Hanafi Rasyid"),
        ("klien-harga-kontrak", "Margaret Siahaan"),
        ("excel-spreadsheet", "Dewi Anggraeni"),
        ("email-server", "Eko Wibisono"),
    ],
)
def test_each_topic_of_the_demo_is_led_by_its_specialist(
    demo: Service, slug: str, expert: str
) -> None:
    first, second, *_ = ranking(demo, slug)

    assert first["person"]["name"] == expert
    assert first["score"] > second["score"]


def test_the_demo_names_its_topics_in_both_languages(demo: Service) -> None:
    topic = demo.get(f"/api/v1/topics/{NETWORKING}").json()

    assert topic["label_id"] == "Jaringan & MikroTik"
    assert topic["label_en"] == "Networking & MikroTik"
    assert topic["state"] == "pinned"
    assert topic["threads"] >= 26


def test_bare_topics_lists_them_and_finds_by_words(imported: Path) -> None:
    everything = answer(imported, "topics")
    found = answer(imported, "topics", "--list", LIST, "--query", "mikrotik")

    assert everything["total"] == len(everything["items"]) >= 4
    assert 1 <= found["total"] < everything["total"]
    assert pakar(imported, "topics", "--query", "mikrotik").stdout.count(b"mikrotik") >= 1


def test_curation_by_command_shows_after_the_next_ranking(imported: Path) -> None:
    slug = done(imported, "add", "Pajak kita", "--terms", "pajak,pph=0.8", "--label-en", "Tax")
    assert slug == "pajak-kita"
    assert done(imported, "rename", slug, "Pajak", "--label-id", "Pajak", "--label-en", "Taxes")
    thread = "c6e66ee3-fbb3@suratku.example.com"
    assert done(imported, "pin", slug, "--thread", thread) == slug
    part = done(imported, "split", slug, "--terms", "pph", "--label", "PPh")
    assert pakar(imported, "rank").returncode == 0

    shown = answer(imported, "topics", "show", slug)
    assert (shown["label_id"], shown["label_en"]) == ("Pajak", "Taxes")
    assert (shown["keywords"], shown["state"]) == (["pajak"], "pinned")
    assert shown["threads"] >= 1
    topics = answer(imported, "thread", thread)["topics"]
    assert slug in {topic["slug"] for topic in topics}

    assert done(imported, "merge", part, slug) == slug
    hidden = answer(imported, "topics", "hide", slug, "--by", "Sari", "--reason", "an advert")
    assert hidden["slug"] == slug
    assert pakar(imported, "rank").returncode == 0
    assert answer(imported, "topics", "show", slug)["state"] == "hidden"
    undone = answer(imported, "topics", "undo", str(hidden["decision"]), "--by", "Dewi")
    assert (undone["kind"], undone["topics"], undone["undone_by"]) == ("hide", [slug], "Dewi")
    kept = answer(imported, "topics", "decisions")["items"][0]
    assert (kept["number"], kept["author"], kept["reason"]) == (
        hidden["decision"],
        "Sari",
        "an advert",
    )
    assert pakar(imported, "rank").returncode == 0
    assert answer(imported, "topics", "show", slug)["keywords"] == ["pajak", "pph"]
    merged = pakar(imported, "topics", "show", part)
    assert merged.returncode == 2
    assert b"was merged into 'pajak-kita'" in merged.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("show", "nowhere"), "no topic 'nowhere'"),
        (("hide", "nowhere"), "no topic 'nowhere'"),
        (("rename", "nowhere", "Label"), "no topic 'nowhere'"),
        (("merge", "nowhere", "nowhere"), "no topic 'nowhere'"),
        (("add", "Label"), "a topic needs at least one word"),
        (("add", "Label", "--terms", "wifi=much"), "no weight"),
        (("add", "Label", "--thread", "gone@example.org"), "no message <gone@example.org>"),
        (("pin", "nowhere", "--exclude"), "--exclude needs"),
        (("--query", "wifi", "show", "nowhere"), "options go after"),
    ],
)
def test_a_wrong_curation_is_one_line_and_status_two(
    imported: Path, arguments: tuple[str, ...], reason: str
) -> None:
    ended = pakar(imported, "topics", *arguments)

    assert ended.returncode == 2
    assert reason in ended.stderr.decode()
    assert ended.stderr.count(b"\n") == 1
    assert ended.stdout == b""


def test_a_running_server_takes_curation_up_by_itself(imported: Path) -> None:
    with running(imported, "--only", "http,worker", PAKAR_RANK_INTERVAL="1") as service:
        before = service.get("/api/v1/topics").json()["total"]
        slug = done(imported, "add", "Kabel & fiber", "--terms", "kabel,fiber")

        path = f"/api/v1/topics/{slug}/experts"
        answered = service.wait_for(path, '"rank"', seconds=30)

        assert answered.json()["items"]
        assert service.get("/api/v1/topics").json()["total"] == before + 1
