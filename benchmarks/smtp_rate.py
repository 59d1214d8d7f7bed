"""Messages per second that the SMTP door stores, beside an aiosmtpd handler that does nothing.

The yardstick receives each message with plain aiosmtpd, answers ``250`` and discards
it. Ours is ``pakar serve`` with a new SQLite store: each ``250`` is a commit on disk.
The same client, in a process of its own, loads both in turn; the medians count. At the
end ``pakar verify`` must find each message exactly once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.processes import PAKAR

LIST = "talk@lists.example.org"
_READY = re.compile(r"^.*\bsmtp=\S+?:(\d+)")


class Nothing:
    """A handler that discards every message."""

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        """Discard the message."""
        return "250 OK"


def main() -> None:
    """Measure, and print a table and the ratio."""
    options = _options()
    if options.yardstick:
        asyncio.run(serve_nothing())
        return
    runs: dict[str, list[dict[str, Any]]] = {"nothing": [], "pakar": []}
    for _ in range(options.rounds):
        runs["nothing"].append(_nothing(options))
        runs["pakar"].append(_pakar(options))
    _report(options, runs)


async def serve_nothing() -> None:
    """Serve the yardstick until the process is ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Nothing(), enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
    )
    print(f"ready smtp=127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def _nothing(options: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.smtp_rate", "--yardstick"]
    with _running(command, os.environ) as port:
        return _load(options, port, "talk@localhost")


def _pakar(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pakar-bench-", dir=options.scratch) as folder:
        environment = {
            **os.environ,
            "PAKAR_DATA_DIR": folder,
            "PAKAR_SMTP_PORT": "0",
            "PAKAR_HTTP_PORT": "0",
        }
        recipient = _command(environment, "list", "add", LIST)["receiving_address"]
        with _running([*PAKAR, "serve", "--only", options.parts], environment) as port:
            figures = _load(options, port, recipient)
        verified = _command(environment, "verify")
        if verified["faults"] or verified["digests"] != figures["digests"]:
            raise SystemExit("the store does not hold each message once, byte for byte")
        return figures


def _load(options: argparse.Namespace, port: int, recipient: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.smtp_load", "--port", str(port)]
    command += ["--recipient", recipient, "--messages", str(options.messages)]
    command += ["--connections", str(options.connections)]
    command += [f"--{name}" for name in ("uniform", "reconnect") if getattr(options, name)]
    ended = subprocess.run(command, check=True, capture_output=True)
    figures: dict[str, Any] = json.loads(ended.stdout)
    if figures["answers"] != {"250": options.messages}:
        raise SystemExit(f"not every message was answered 250: {figures['answers']}")
    return figures


@contextmanager
def _running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
    """A running server; yields the port of its SMTP door."""
    process = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        ready = _READY.match(process.stdout.readline())
        if ready is None:
            raise SystemExit(f"did not start: {' '.join(command)}")
        yield int(ready[1])
    finally:
        process.terminate()
        process.wait(120)
        process.stdout.close()


def _command(environment: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    ended = subprocess.run(
        [*PAKAR, *arguments, "--json"], env=dict(environment), check=False, capture_output=True
    )
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


def _report(options: argparse.Namespace, runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    size = runs["pakar"][0]["bytes"]
    print(
        f"{options.messages} messages, {size / 1e6:.0f} MB, {options.connections} connections, "
        f"pakar serve --only {options.parts}, median of {options.rounds} rounds"
    )
    print(f"{'':10}{'messages/s':>12}{'MB/s':>8}")
    rates = {}
    for name, rounds in runs.items():
        seconds = statistics.median(run["seconds"] for run in rounds)
        rates[name] = options.messages / seconds
        print(f"{name:10}{rates[name]:12.0f}{size / seconds / 1e6:8.1f}")
    ratio = rates["pakar"] / rates["nothing"]
    print(f"ratio of messages a second, pakar to nothing: {ratio:.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3, help="times each is run")
    parser.add_argument("--parts", default="smtp", help="what pakar serve runs")
    parser.add_argument("--uniform", action="store_true", help="sizes uniform, not log-uniform")
    parser.add_argument("--reconnect", action="store_true", help="a connection for each message")
    parser.add_argument("--scratch", type=Path, help="where the fresh stores are made")
    parser.add_argument("--yardstick", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
