from __future__ import annotations

import hashlib
import lzma
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.reading_quality import DATA, Kind, agreement, main, read_labels

ANSWER = b"""From: Sari Wulandari <sari@example.org>
Date: Mon, 5 Feb 2024 10:00:00 +0700
Subject: Re: Rice
In-Reply-To: <question@example.org>
Message-ID: <answer@example.org>

On Sun, 4 Feb 2024 at 09:00, Budi Santoso <budi@example.org> wrote:
> How long does it grow?

A hundred days.

--
Sari
"""
QUESTION = b"""From: Budi Santoso <budi@example.org>
Date: Sun, 4 Feb 2024 09:00:00 +0700
Subject: Rice
Message-ID: <question@example.org>

How long does it grow?
"""
HEAD = "list\tsha256\tlines\tkinds\n"


def _row(raw: bytes, lines: int, kinds: str) -> str:
    return f"talk\t{hashlib.sha256(raw).hexdigest()}\t{lines}\t{kinds}\n"


def _archive(folder: Path) -> None:
    separator = b"From list@example.org Mon Feb  5 10:00:00 2024\n"
    with lzma.open(folder / "talk.mbox.xz", "wb") as file:
        file.write(b"".join(separator + raw + b"\n" for raw in (QUESTION, ANSWER)))


def _run(folder: Path, labels: str, monkeypatch: pytest.MonkeyPatch, again: str = "") -> None:
    (folder / "labels.tsv").write_text(HEAD + labels)
    (folder / "again.tsv").write_text(HEAD + again)
    options = ["--archives", ".", "--labels", "labels.tsv", "--again", "again.tsv", "--verbose"]
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["reading_quality", *options])
    main()


def _cells(printed: str, first: str) -> list[str]:
    return next(line for line in printed.splitlines() if line.startswith(first)).split()


def test_a_message_that_is_read_as_labelled_has_no_wrong_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _archive(tmp_path)
    _run(tmp_path, _row(ANSWER, 7, "a1 q2 p4 s6-7"), monkeypatch)

    printed = capsys.readouterr().out
    assert "1 labelled messages, 1 found" in printed
    assert _cells(printed, "all") == ["all", "1", "0", "0.0%", "0", "0.0%", "5", "0", "0.0%"]


def test_lines_read_as_another_kind_are_counted_by_kind_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _archive(tmp_path)
    # As if the answer's second line were its author's, and its signature a footer.
    labels = _row(ANSWER, 7, "a1 p2-4 f6-7") + _row(QUESTION, 1, "p1")
    _run(tmp_path, labels, monkeypatch)

    printed = capsys.readouterr().out
    assert _cells(printed, "all") == ["all", "2", "1", "50.0%", "1", "50.0%", "6", "3", "50.0%"]
    assert _cells(printed, "prose") == ["prose", "3", "1", "33.3%", "1", "quoted", "1"]
    assert _cells(printed, "footer") == ["footer", "2", "2", "100.0%", "1", "signature", "2"]
    assert "     2 prose        quoted       > How long does it grow?" in printed


def test_a_text_with_other_lines_than_the_labels_tell_is_named_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _archive(tmp_path)
    _run(tmp_path, _row(ANSWER, 9, "p1-9") + _row(QUESTION, 1, "p1"), monkeypatch)

    printed = capsys.readouterr().out
    assert f"{hashlib.sha256(ANSWER).hexdigest()[:12]}: its text has other lines" in printed
    assert _cells(printed, "all")[1] == "1"


def test_the_agreement_of_two_labellings_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _archive(tmp_path)
    labels = _row(ANSWER, 7, "a1 q2 p4 s6-7")
    _run(tmp_path, labels, monkeypatch, again=_row(ANSWER, 7, "a1 q2 p4-6 s7"))

    assert "1 messages, 5 lines, 80.0% equal, Cohen's kappa 0.737" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("talk\tno digest\t8\tp1\n", "A table of labels cannot be read: labels.tsv, line 2."),
        (_row(ANSWER, 7, "z1"), "A table of labels cannot be read: labels.tsv, line 2."),
        (_row(ANSWER, 7, "p1"), "There is no file talk.mbox.xz."),
    ],
)
def test_what_cannot_be_read_ends_with_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, labels: str, reason: str
) -> None:
    with pytest.raises(SystemExit, match=f"^{reason}$"):
        _run(tmp_path, labels, monkeypatch)


def test_kappa_is_the_agreement_beyond_chance() -> None:
    both, first, second, neither = 20, 5, 10, 15
    prose, quote = Kind.PROSE, Kind.QUOTE
    pairs = (
        [(prose, prose)] * both
        + [(prose, quote)] * first
        + [(quote, prose)] * second
        + [(quote, quote)] * neither
    )

    assert agreement(pairs) == pytest.approx((0.7, 0.4))


def test_the_labels_cover_sixty_messages_of_five_lists_and_fifty_of_them_twice() -> None:
    labels, again = (
        read_labels(DATA / "reading_labels.tsv"),
        read_labels(DATA / "reading_labels_again.tsv"),
    )

    assert sorted(Counter(one.list for one in labels.values()).values()) == [60] * 5
    assert sorted(Counter(one.list for one in again.values()).values()) == [10] * 5
    assert again.keys() < labels.keys()
    assert all(max(one.kinds) <= one.lines for one in labels.values())
