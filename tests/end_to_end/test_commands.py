"""The command line: what scripts rely on, and one clear line for everything wrong."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from api.commands.application import application
from tests.end_to_end.service import pakar
from tests.paths import SAMPLE_MBOX

LIST = "mandiri@milis.example"


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample imported and ranked."""
    data_dir = tmp_path_factory.mktemp("ranked")
    imported = pakar(data_dir, "import", SAMPLE_MBOX, "--list", LIST, "--json")
    assert imported.returncode == 0, imported.stderr
    assert pakar(data_dir, "rank", "--json").returncode == 0
    return data_dir


def answer(data_dir: Path, *arguments: str | Path, stdin: bytes = b"") -> dict[str, object]:
    ended = pakar(data_dir, *arguments, "--json", stdin=stdin)
    assert ended.returncode == 0, ended.stderr
    parsed: dict[str, object] = json.loads(ended.stdout)
    return parsed


def test_import_reports_what_became_of_every_message(ranked: Path) -> None:
    report = answer(ranked, "import", SAMPLE_MBOX, "--list", LIST)

    assert set(report) == {
        *("read", "stored", "duplicates", "refused", "seconds", "refusals"),
        *("doubtful", "doubts"),
    }
    assert report["stored"] == 0
    assert report["read"] == report["duplicates"]


def test_import_reads_standard_input_and_says_what_it_needs(ranked: Path) -> None:
    box = gzip.compress(SAMPLE_MBOX.read_bytes())

    report = answer(ranked, "import", "-", "--list", LIST, "--dry-run", stdin=box)
    nameless = pakar(ranked, "import", SAMPLE_MBOX)
    formless = pakar(ranked, "import", SAMPLE_MBOX, "--list", LIST, "--format", "pst")

    assert report["read"] == report["duplicates"]
    assert (nameless.returncode, formless.returncode) == (2, 2)
    assert b"--list" in nameless.stderr
    assert b"maildir" in formless.stderr


def test_the_slow_specialist_leads_his_topic(ranked: Path) -> None:
    ranking = answer(ranked, "experts", "jaringan mikrotik router wifi", "--limit", "5")

    items = ranking["items"]
    assert isinstance(items, list)
    assert items[0]["person"]["name"] == "Wayan Sudarsana"
    assert 0 <= items[0]["low"] <= items[0]["score"] <= items[0]["high"] <= 100
    assert items[0]["evidence"]
    assert "Bambang" not in json.dumps(items)


def test_topics_experts_match_person_search_thread_and_message_agree(ranked: Path) -> None:
    topics = answer(ranked, "topics")["items"]
    assert isinstance(topics, list)
    assert topics
    answer(ranked, "experts", topics[0]["slug"])
    match = answer(ranked, "match", stdin=b"Wifi di rumah putus terus, router MikroTik")
    assert match["experts"]
    person = answer(ranked, "person", "Wayan Sudarsana")
    assert {work["kind"] for work in person["works"]} >= {"article", "book"}  # type: ignore[attr-defined]
    history = answer(ranked, "person", str(person["id"]), "--history", "year")
    assert history["topics"]
    found = answer(ranked, "search", "from:wayan mikrotik")
    hits = found["items"]
    assert isinstance(hits, list)
    message = answer(ranked, "message", hits[0]["message_id"])
    thread = answer(ranked, "thread", f"<{hits[0]['message_id']}>")
    assert message["thread"]["id"] == thread["id"]  # type: ignore[index]


def test_the_raw_message_is_the_one_that_was_imported(ranked: Path) -> None:
    hits = answer(ranked, "search", "mikrotik")["items"]
    assert isinstance(hits, list)

    raw = pakar(ranked, "message", hits[0]["message_id"], "--raw").stdout

    assert raw
    assert raw in SAMPLE_MBOX.read_bytes()


def test_verify_is_content_and_lists_the_digests(ranked: Path) -> None:
    verified = answer(ranked, "verify")

    assert verified["faults"] == []
    assert len(verified["digests"]) == verified["messages"]  # type: ignore[arg-type]


def test_an_export_imports_to_the_same_digests(ranked: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mbox"
    assert pakar(ranked, "export", "--format", "mbox", "--list", LIST, out).returncode == 0
    again = tmp_path / "again"
    answer(again, "import", out, "--list", LIST)

    assert answer(again, "verify")["digests"] == answer(ranked, "verify")["digests"]


def test_rankings_as_of_a_past_date_know_nothing_later(ranked: Path) -> None:
    before_the_first = answer(ranked, "experts", "mikrotik", "--as-of", "2010-01-01")
    early = answer(ranked, "experts", "mikrotik", "--as-of", "2019-01-01")

    assert before_the_first["items"] == []
    assert early["items"]
    assert all(one["last"] < "2019-01-01" for one in early["items"])  # type: ignore[attr-defined]


def test_trec_runs_have_six_columns_and_mail_addresses(ranked: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.tsv"
    queries.write_text("q1\tmikrotik router\nq2\tbuku penerbit\n")

    run = pakar(ranked, "experts", "--format", "trec", "--queries", queries)

    lines = [line.split() for line in run.stdout.decode().splitlines()]
    assert {line[0] for line in lines} == {"q1", "q2"}
    assert all(len(line) == 6 and line[1] == "Q0" and line[5] == "pakar" for line in lines)
    assert lines[0][2] == "wayan.sudarsana@jaringanbali.example"


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("experts", "x", "--list", "none@example.org"), 2, "no list none@example.org"),
        (("experts", "x", "--as-of", "last week"), 2, "expected a date"),
        (("experts", "x", "--limit", "0"), 2, "limit"),
        (("person", "nobody@example.org"), 2, "nobody called"),
        (("message", "none@example.org"), 2, "none@example.org"),
        (("thread", "none@example.org"), 2, "none@example.org"),
        (("search", '"unclosed'), 2, "character"),
        (("import", "/nowhere.mbox", "--list", LIST), 1, "no such file"),
        (("import", "/dev/null", "--list", LIST), 1, "not a regular file"),
        (("import", "/nowhere.mbox", "--list", "no address"), 2, "not a list address"),
        (("list", "show", "none@example.org"), 2, "none@example.org"),
        (("export", "/nowhere/out.mbox"), 2, "cannot write /nowhere/out.mbox"),
        (("serve", "--only", "imap"), 2, "'imap' is not one of smtp, http, worker"),
        (("migrate", "--to", "9999"), 2, "9999"),
    ],
)
def test_wrong_use_is_one_clear_line_and_a_status(
    ranked: Path, arguments: tuple[str, ...], status: int, reason: str
) -> None:
    ended = pakar(ranked, *arguments)

    stderr = ended.stderr.decode()
    assert ended.returncode == status, stderr
    assert reason in stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("PAKAR_HTTP_PORT", "many", 2),
        ("PAKAR_DATABASE_URL", "mysql://localhost/x", 2),
        ("PAKAR_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", 3),
        ("PAKAR_NO_SUCH_SETTING", "1", 2),
        ("PAKAR_DATA_DIR", "/dev/null/x", 3),
    ],
)
def test_bad_settings_are_one_clear_line(
    tmp_path: Path, name: str, value: str, status: int
) -> None:
    ended = pakar(tmp_path / "data", "topics", stdin=b"", **{name: value})

    lines = ended.stderr.decode().splitlines()
    assert ended.returncode == status, lines
    assert len(lines) == 1
    assert lines[0].startswith("pakar: ")


def test_a_file_that_is_no_store_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "pakar.db").write_bytes(b"this is not a database" * 100)

    ended = pakar(tmp_path, "topics")

    assert ended.returncode == 3
    assert ended.stderr.decode().count("\n") == 1


def test_a_locked_store_is_status_3_and_stays_as_it_was(ranked: Path, tmp_path: Path) -> None:
    digests = answer(ranked, "verify")["digests"]
    other = tmp_path / "other.mbox"
    other.write_bytes(
        b"From a Mon Jan  1 09:00:00 2024\nFrom: Ayu <ayu@example.org>\nSubject: x\n\nisi\n"
    )
    holder = sqlite3.connect(ranked / "pakar.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    ended = pakar(ranked, "import", other, "--list", LIST)

    holder.execute("ROLLBACK")
    holder.close()
    assert ended.returncode == 3
    assert "locked" in ended.stderr.decode()
    assert answer(ranked, "verify")["digests"] == digests


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    listing = pakar(tmp_path, "--help").stdout.decode().partition("Commands:")[2]
    shown = {line.split()[0] for line in listing.split("\n  ")[1:] if line.split()}
    # The rest in this process: a start of the program for each takes most of a minute.
    nodes = dict(commands_of(typer.main.get_command(application)))

    assert shown == {names[0] for names in nodes}
    assert len(nodes) >= 60
    for names, node in nodes.items():
        assert (node.epilog or "").startswith(f"Example: pakar {' '.join(names)}"), names
        assert node.help, names


def commands_of(node: Any, *above: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group below a command of the command line, with its names."""
    for name, command in getattr(node, "commands", {}).items():
        yield (*above, name), command
        yield from commands_of(command, *above, name)
