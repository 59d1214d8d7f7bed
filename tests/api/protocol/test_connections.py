"""Connections over real sockets: bounded in time, size and number, and HEAD as it should be."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from api.protocol import connections
from api.protocol.connections import Places, bounded_connections
from api.service.app import create_app
from tests.api.archives import Archive


@contextlib.contextmanager
def served(archive: Archive, places: Places) -> Iterator[int]:
    """The port of a server over ``archive``."""
    config = uvicorn.Config(
        create_app(archive.context),
        http=bounded_connections(places),
        port=0,
        log_level="error",
        lifespan="off",
        timeout_keep_alive=30,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = server.force_exit = True
        thread.join(timeout=20)


@pytest.fixture
def port(story: Archive) -> Iterator[int]:
    with served(story, Places(in_all=100)) as found:
        yield found


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def said(client: socket.socket) -> bytes:
    """All that the server says until it hangs up."""
    heard = b""
    with contextlib.suppress(ConnectionResetError):
        while part := client.recv(65_536):
            heard += part
    return heard


def test_head_answers_without_a_body_and_the_connection_goes_on(port: int) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for path in ("/api/v1/topics", "/", "/healthz", "/api/v1/none", "/openapi.json"):
        client.request("HEAD", path)
        head = client.getresponse()
        assert head.read() == b""
        client.request("GET", path)
        whole = client.getresponse()
        body = whole.read()

        assert (head.status, head.headers["content-type"]) == (
            whole.status,
            whole.headers["content-type"],
        )
        assert int(head.headers["content-length"]) == len(body)


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: 1"])
def test_a_request_that_does_not_come_is_waited_for_no_longer(
    port: int, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.3)
    with connected(port) as client:
        client.sendall(sent)
        answer = said(client)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"] == 408


def test_a_header_that_drips_is_not_waited_for_longer(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.5)
    started = time.monotonic()
    with connected(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        with contextlib.suppress(OSError):
            while time.monotonic() - started < 5:
                client.sendall(b"X-Drip: 1\r\n")
                time.sleep(0.05)
        assert time.monotonic() - started < 3


def test_a_body_that_does_not_come_is_waited_for_no_longer(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.3)
    with connected(port) as client:
        client.sendall(
            b"POST /api/v1/match HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100\r\n\r\n{"
        )
        assert said(client) == b""


def test_the_next_request_of_a_connection_has_its_own_time(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.6)
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(4):
        client.request("GET", "/healthz")
        assert client.getresponse().read()
        time.sleep(0.3)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"X-Long: " + b"a" * 40_000 + b"\r\n", 431),
        (b"".join(b"X-%d: 1\r\n" % number for number in range(150)), 431),
        (b"X-Endless: " + b"a" * 3_000_000, 431),
    ],
)
def test_too_large_a_header_is_refused(port: int, header: bytes, status: int) -> None:
    with connected(port) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n")
        answer = said(client)

    assert not answer or answer.startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n" % (b"a" * 70_000), 414),
        (b"NONSENSE\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_answered_with_a_problem(
    port: int, request_line: bytes, status: int
) -> None:
    with connected(port) as client:
        client.sendall(request_line)
        head, _, body = said(client).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["status"] == status


def test_who_waits_longest_gives_way_when_places_run_out(story: Archive) -> None:
    with served(story, Places(in_all=20)) as port, contextlib.ExitStack() as stack:
        held = [stack.enter_context(connected(port)) for _ in range(60)]
        for client in held[20:]:
            with contextlib.suppress(OSError):
                client.sendall(b"GET / HTTP/1.1\r\nX-Half: ")
        started = time.monotonic()
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        asking.request("GET", "/healthz")

        assert asking.getresponse().status == 200
        assert time.monotonic() - started < 1


def test_one_client_takes_only_its_share_of_the_places() -> None:
    places = Places(in_all=10, per_client=2)
    ended: list[str] = []

    class Connection:
        def __init__(self, name: str) -> None:
            self.name = name

        def abort(self) -> None:
            ended.append(self.name)

    first, second, third, other = (Connection(name) for name in ("1", "2", "3", "other"))
    for one in (first, second):
        assert places.enter(one, "192.0.2.1")  # type: ignore[arg-type]
    assert places.enter(other, "192.0.2.2")  # type: ignore[arg-type]
    places.is_served(first)  # type: ignore[arg-type]

    assert places.enter(third, "192.0.2.1")  # type: ignore[arg-type]
    assert ended == ["2"]
    places.is_served(third)  # type: ignore[arg-type]
    assert not places.enter(second, "192.0.2.1")  # type: ignore[arg-type]
