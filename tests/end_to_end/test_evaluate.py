"""``pakar evaluate`` as a user runs it: figures, files for TREC's tools, a plot, clear refusals."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reputation.evaluation.baselines import NAMES
from tests.end_to_end.service import pakar
from tests.paths import SAMPLE_MBOX

LIST = "mandiri@milis.example"
EXPERT = "Wayan Sudarsana"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample imported."""
    data_dir = tmp_path_factory.mktemp("filled")
    assert pakar(data_dir, "import", SAMPLE_MBOX, "--list", LIST, "--json").returncode == 0
    assert pakar(data_dir, "rank").returncode == 0
    return data_dir


def no_number_is_nan(text: bytes) -> Any:
    """The JSON, which must hold numbers that every reader of JSON knows."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} in JSON")

    return json.loads(text, parse_constant=refuse)


def mean_average_precision(qrels: Path, run: Path) -> float:
    """Computed from the files alone, as TREC's tools do: by score, ties by document."""
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in qrels.read_text().splitlines():
        query, _, document, gain = line.split(" ")
        if int(gain) > 0:
            relevant[query].add(document)
    ranked: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for line in run.read_text().splitlines():
        query, zero, document, _, score, _ = line.split(" ")
        assert zero == "Q0"
        ranked[query].append((float(score), document))
    total = 0.0
    for query, documents in relevant.items():
        found = 0
        for place, (_, document) in enumerate(sorted(ranked[query], reverse=True), 1):
            if document in documents:
                found += 1
                total += found / place / len(documents)
    return total / len(relevant)


def test_figures_files_and_plot_agree(filled: Path, tmp_path: Path) -> None:
    judgements, folder, plot = tmp_path / "j.tsv", tmp_path / "trec", tmp_path / "figures.svg"
    judgements.write_text(
        f"router mikrotik wifi\t{EXPERT}\t1\nrouter mikrotik wifi\tNobody Atall\t1\n"
    )
    arguments = ("--judgements", judgements, "--trec-dir", folder, "--plot", plot)

    ended = pakar(filled, "evaluate", *arguments, "--json")

    assert ended.returncode == 0, ended.stderr
    found = no_number_is_nan(ended.stdout)
    assert found["unknown_people"] == ["Nobody Atall"]
    assert found["recognition"]["ceiling"] == 0.5
    assert found["recognition"]["topics"][0]["experts"] == 1
    for part in ("answers", "recognition"):
        methods = found[part]["methods"]
        assert set(NAMES) < set(methods)
        assert set(found[part]["differences"]) == set(methods) - {found[part]["method"]}
        for name, measured in methods.items():
            run = folder / f"{part}.{name.replace(' ', '_')}.run"
            assert mean_average_precision(folder / f"{part}.qrels", run) == pytest.approx(
                measured["map"], abs=1e-6
            ), name
    assert found["coverage"]["compared"] > 100
    assert 0.8 < found["coverage"]["share"] < 1
    assert found["steadiness"]["topics"] > 0
    # The sample's topics rank too few people for an attack to be worth while.
    assert found["manipulation"]["attacks"] == []
    assert {"without consistency", "without recognition"} < set(found["recognition"]["methods"])
    bars = ET.parse(plot).getroot().findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) == 1 + sum(len(found[part]["methods"]) for part in ("answers", "recognition"))


def test_what_cannot_be_measured_is_one_clear_line(filled: Path, tmp_path: Path) -> None:
    strangers, empty = tmp_path / "s.tsv", tmp_path / "e.tsv"
    strangers.write_text("router\tNobody Atall\t1\n")
    empty.write_text("# nothing\n")
    one_author = tmp_path / "one.mbox"
    one_author.write_text(
        "".join(
            f"From x Mon Jan  1 00:00:00 2024\nFrom: ayu@example.org\nDate: {day} Jan 2024 "
            f"10:00:00 +0700\nMessage-ID: <{day}@example.org>\nSubject: hal {day}\n\nisi\n\n"
            for day in range(1, 29)
        )
    )
    alone = tmp_path / "alone"
    assert pakar(alone, "import", one_author, "--list", LIST, "--json").returncode == 0

    for data_dir, arguments, word in (
        (filled, ("--judgements", strangers), b"nobody who wrote"),
        (filled, ("--judgements", empty), b"no judgement"),
        (filled, ("--plot", tmp_path / "x.png"), b"svg"),
        (filled, ("--part", "recall"), b"one of match, recognition"),
        (filled, ("--part", "recognition"), b"needs --judgements"),
        (alone, (), b"0 answered questions"),
        (tmp_path / "empty", (), b"0 answered questions"),
    ):
        ended = pakar(data_dir, "evaluate", *arguments)
        assert ended.returncode == 2, (arguments, ended.stderr)
        assert word in ended.stderr.lower()
        assert ended.stderr.count(b"\n") == 1
    # One author or none: nobody to match with, and nothing that breaks.
    assert pakar(alone, "rank", "--json").returncode == 0
    matched = pakar(alone, "match", "-", "--json", stdin=b"Subject: hal\n\nisi\n")
    assert no_number_is_nan(matched.stdout)["experts"] == []


def test_many_matches_each_know_only_what_was_before_them(filled: Path, tmp_path: Path) -> None:
    question = tmp_path / "q.mbox"
    question.write_text(
        "From x Mon Jan  1 00:00:00 2024\nFrom: Ayu <ayu@example.org>\n"
        "Date: Mon, 01 Jan 1990 10:00:00 +0700\nMessage-ID: <early@example.org>\n"
        "Subject: router\n\nwifi lambat\n\n"
    )

    early = pakar(filled, "match", "--mbox", question, "--format", "trec", "--as-of", "each")
    today = pakar(filled, "match", "--mbox", question, "--format", "trec")
    lines = pakar(filled, "match", "--mbox", question, "--format", "jsonl", "--limit", "3")

    assert (early.returncode, early.stdout) == (0, b"")
    rows = [line.split(" ") for line in today.stdout.decode().splitlines()]
    assert [row[3] for row in rows] == [str(place) for place in range(1, len(rows) + 1)]
    assert {(row[0], row[1], row[5]) for row in rows} == {("early@example.org", "Q0", "pakar")}
    scores = [float(row[4]) for row in rows]
    assert all(first > second for first, second in itertools.pairwise(scores))
    answer = no_number_is_nan(lines.stdout)
    assert answer["method"].startswith("pakar-2")
    assert [item["person"] for item in answer["items"]] == [row[2] for row in rows[:3]]
