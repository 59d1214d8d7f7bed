"""Time that Pakar takes to import an archive, beside a bare parse of the same file.

The yardstick is one process that reads the same (compressed) mbox file, splits it and
calls ``email.message_from_bytes`` for each message, without decoding, threading,
storing or indexing anything. Ours is ``pakar import`` into a new store. Both are
complete processes, started in turn; the medians count.
"""

from __future__ import annotations

import argparse
import email
import gzip
import json
import lzma
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import PAKAR, Run, measured

SAMPLE = Path(__file__).parents[1] / "archive" / "sample" / "mandiri.mbox"


def main() -> None:
    """Measure, and print a table and the ratio."""
    options = _options()
    if options.yardstick:
        print(parse_all(options.archive))
        return
    bare, ours = [], []
    for _ in range(options.rounds):
        bare.append(_bare(options.archive))
        ours.append(_import(options))
    messages = int(bare[0].output)
    print(f"{options.archive.name}: {messages} messages, median of {options.rounds} rounds")
    print(f"{'':12}{'seconds':>9}{'messages/s':>12}{'peak MB':>9}")
    for name, runs in (("bare parse", bare), ("pakar import", ours)):
        seconds = statistics.median(run.seconds for run in runs)
        peak = max(run.peak_memory for run in runs) / 1e6
        print(f"{name:12}{seconds:9.2f}{messages / seconds:12.0f}{peak:9.0f}")
    print("pakar import reported " + ours[-1].output.strip())
    ratio = _median_seconds(ours) / _median_seconds(bare)
    print(f"ratio of wall times, pakar import to bare parse: {ratio:.2f}")


def parse_all(archive: Path) -> int:
    """Parse every message of an mbox file and discard it; return how many there are."""
    count = 0
    for raw in split(archive):
        email.message_from_bytes(raw)
        count += 1
    return count


def split(archive: Path) -> Iterator[bytes]:
    """The messages of an mbox file, compressed or not, without their From_ lines."""
    lines: list[bytes] = []
    blank = True
    for line in _lines(archive):
        if blank and line.startswith(b"From "):
            if lines:
                yield b"".join(lines)
            lines = []
        else:
            lines.append(line)
        blank = line in (b"\n", b"\r\n")
    if lines:
        yield b"".join(lines)


def _lines(archive: Path) -> Iterator[bytes]:
    if archive.suffix == ".xz":
        with lzma.open(archive) as decompressed:
            yield from decompressed
    elif archive.suffix == ".gz":
        with gzip.open(archive) as unzipped:
            yield from unzipped
    else:
        with archive.open("rb") as plain:
            yield from plain


def _bare(archive: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.import_rate", "--yardstick"]
    return measured([*command, "--archive", str(archive)], os.environ)


def _import(options: argparse.Namespace) -> Run:
    command = [*PAKAR, "import", str(options.archive), "--list", options.list, "--json"]
    if options.jobs:
        command += ["--jobs", str(options.jobs)]
    with tempfile.TemporaryDirectory(prefix="pakar-bench-", dir=options.scratch) as folder:
        run = measured(command, {**os.environ, "PAKAR_DATA_DIR": folder})
    report = json.loads(run.output)
    if not report["stored"]:
        raise SystemExit(f"nothing was stored: {run.output}")
    report["refusals"] = len(report["refusals"])
    return Run(run.seconds, run.peak_memory, json.dumps(report))


def _median_seconds(runs: list[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--archive", type=Path, default=SAMPLE, help="an mbox file, plain, .xz or .gz"
    )
    parser.add_argument("--list", default="bench@lists.example.org", help="the list's address")
    parser.add_argument("--rounds", type=int, default=3, help="times each is run")
    parser.add_argument("--jobs", type=int, help="passed on to pakar import")
    parser.add_argument("--scratch", type=Path, help="where the fresh stores are made")
    parser.add_argument("--yardstick", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
