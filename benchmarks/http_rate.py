"""Requests per second for a ranking over HTTP, beside a constant answer of the same size.

The yardsticks are two FastAPI endpoints that return the ranking's own JSON document
without any look-up, under the same uvicorn settings: one lets FastAPI serialise it, the
other returns bytes that are ready. The same load generator requests all three in turn;
the medians count.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response

from benchmarks.processes import PAKAR

SAMPLE = Path(__file__).parents[1] / "archive" / "sample" / "mandiri.mbox"
JSON_PATH = "/constant/json"
BYTES_PATH = "/constant/bytes"
START_SECONDS = 120
CONNECTIONS = 32


def main() -> None:
    """Measure, and print a table and the ratios."""
    options = _options()
    if options.serve_constant:
        serve_constant(options.serve_constant, options.port)
        return
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pakar-bench-")))
        environment = {**os.environ, "PAKAR_DATA_DIR": str(options.data_dir or scratch / "data")}
        if options.data_dir is None:
            _make_sample_archive(environment)
        archive_port = stack.enter_context(_served_archive(environment))
        path = _ranking_path(archive_port, options.topic)
        document = scratch / "ranking.json"
        document.write_bytes(_get(archive_port, path))
        constant_port = stack.enter_context(_served_constant(document))
        asked = {
            "constant JSON": (constant_port, JSON_PATH),
            "constant bytes": (constant_port, BYTES_PATH),
            "ranking": (archive_port, path),
        }
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in asked}
        for _ in range(options.rounds):
            for name, (port, asked_path) in asked.items():
                runs[name].append(_load(port, asked_path, options.seconds))
        _report(f"GET {path}: {document.stat().st_size} bytes", runs)


def serve_constant(document: Path, port: int) -> None:
    """Serve the JSON document of a file as a constant, until the process is ended."""
    content = document.read_bytes()
    constant = json.loads(content)
    app = FastAPI()

    @app.get(JSON_PATH)
    async def _json() -> object:
        return constant

    @app.get(BYTES_PATH)
    async def _bytes() -> Response:
        return Response(content, media_type="application/json")

    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        server_header=False,
        lifespan="off",
    )


def _report(title: str, runs: dict[str, list[dict[str, float]]]) -> None:
    rounds = len(runs["ranking"])
    print(f"{title}, {CONNECTIONS} connections, median of {rounds} rounds")
    print(f"{'':16}{'requests/s':>12}{'median ms':>11}{'p99 ms':>9}")
    medians = {
        name: {
            figure: statistics.median(run[figure] for run in rounds_of)
            for figure in ("requests_per_second", "median_ms", "p99_ms")
        }
        for name, rounds_of in runs.items()
    }
    for name, median in medians.items():
        rate, middle, worst = median.values()
        print(f"{name:16}{rate:12.0f}{middle:11.2f}{worst:9.2f}")
    ranking = medians.pop("ranking")["requests_per_second"]
    for name, median in medians.items():
        ratio = ranking / median["requests_per_second"]
        print(f"ratio of requests a second, ranking to {name}: {ratio:.2f}")


def _make_sample_archive(environment: Mapping[str, str]) -> None:
    for command in (["import", str(SAMPLE), "--list", "bench@lists.example.org"], ["rank"]):
        subprocess.run(
            [*PAKAR, *command], env=dict(environment), check=True, stdout=subprocess.DEVNULL
        )


@contextmanager
def _served_archive(environment: Mapping[str, str]) -> Iterator[int]:
    port = _free_port()
    settings = {**environment, "PAKAR_HTTP_HOST": "127.0.0.1", "PAKAR_HTTP_PORT": str(port)}
    with _running([*PAKAR, "serve", "--only", "http"], settings):
        _wait(port, "/readyz")
        yield port


@contextmanager
def _served_constant(document: Path) -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.http_rate", "--port", str(port)]
    with _running([*command, "--serve-constant", str(document)], os.environ):
        _wait(port, JSON_PATH)
        yield port


@contextmanager
def _running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            _get(port, path)
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _ranking_path(port: int, topic: str | None) -> str:
    if topic is None:
        topics = json.loads(_get(port, "/api/v1/topics"))["items"]
        if not topics:
            raise SystemExit("the archive has no topic to rank")
        topic = max(topics, key=lambda each: each["people"])["slug"]
    return f"/api/v1/topics/{topic}/experts"


def _get(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        content: bytes = answer.read()
        return content


def _load(port: int, path: str, seconds: float) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.load", "--port", str(port), "--path", path]
    command += ["--connections", str(CONNECTIONS), "--seconds", str(seconds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    report: dict[str, float] = json.loads(done.stdout)
    return report


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="a ranked archive; default: the sample's")
    parser.add_argument("--topic", help="the topic's slug; default: the one with most people")
    parser.add_argument("--seconds", type=float, default=5, help="length of one run")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side")
    parser.add_argument("--serve-constant", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
