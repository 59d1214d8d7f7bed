"""An HTTP load generator: each of many connections sends its next request after each answer.

It runs in a process of its own, so that it takes no time from the server's event loop.
Prints JSON: requests per second, latencies in milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import time

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


class Client(asyncio.Protocol):
    """One connection: sends a request, reads the whole answer, sends the next request."""

    def __init__(self, request: bytes, ends: float) -> None:
        self._request = request
        self._ends = ends
        self._received = bytearray()
        self._expected = 0
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._expected:
            self._read_head()
        if self._expected and len(self._received) >= self._expected:
            now = time.perf_counter()
            self.latencies.append(now - self._sent)
            self._received.clear()
            self._expected = 0
            if now < self._ends:
                self._send()
            else:
                self._finish(None)

    def connection_lost(self, error: Exception | None) -> None:
        self._finish(error or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        assert self._transport is not None
        self._sent = time.perf_counter()
        self._transport.write(self._request)

    def _read_head(self) -> None:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._received[:end])
        length = _LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200") or length is None:
            self._finish(ValueError(f"unexpected answer: {head[:200]!r}"))
            return
        self._expected = end + 4 + int(length[1])

    def _finish(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)
        if self._transport is not None:
            self._transport.close()


async def load(port: int, path: str, connections: int, seconds: float) -> dict[str, float]:
    """Request ``path`` on loopback for ``seconds``; raises at the first answer that is not 200."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\r\n"
    ).encode("ascii")
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    clients = []
    for _ in range(connections):
        _, client = await loop.create_connection(
            lambda: Client(request, started + seconds), "127.0.0.1", port
        )
        clients.append(client)
    await asyncio.gather(*(client.done for client in clients))
    elapsed = time.perf_counter() - started
    latencies = sorted(latency for client in clients for latency in client.latencies)
    return {
        "requests_per_second": len(latencies) / elapsed,
        "median_ms": statistics.median(latencies) * 1000,
        "p99_ms": latencies[int(len(latencies) * 0.99)] * 1000,
    }


def main() -> None:
    """Read the command line, run the load, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    report = asyncio.run(load(options.port, options.path, options.connections, options.seconds))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
