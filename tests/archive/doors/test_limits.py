"""The SMTP door's bounds: sizes, counts and times, each with its reply."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from archive.database import Database
from archive.doors import client_input, connection, door
from archive.doors.listening import network_of
from tests.archive.door_clients import LIST, SENDER, Running, mail, postings, refusal, start_data


def test_size_is_announced_and_enforced_before_and_after_the_data(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_database: Database
) -> None:
    running = opened(max_message_bytes=10_000)
    exact = mail(1, "x" * (10_000 - len(mail(1, ""))))
    assert len(exact) == 10_000
    with running.client() as client:
        client.ehlo()
        assert client.esmtp_features["size"] == "10000"
        code, text = client.mail(SENDER, ["SIZE=10001"])
        assert (code, text[:5]) == (552, b"5.3.4")
        # Without SIZE the door finds out by itself, and the connection goes on.
        for big in (exact[:-2] + b"x\r\n", b"x" * 3_000_000, b".\r\n" * 20_000):
            assert client.mail(SENDER)[0] == 250
            assert client.rcpt(rooms[LIST])[0] == 250
            code, text = client.data(big)
            assert (code, text[:5]) == (552, b"5.3.4")
        client.sendmail(SENDER, [rooms[LIST]], exact)
    assert len(postings(sqlite_database)) == 1


def test_transparency_dots_do_not_count_as_size(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_database: Database
) -> None:
    dots = b".\r\n" * 3_000
    with opened(max_message_bytes=len(dots)).client() as client:
        client.ehlo()
        client.mail(SENDER)
        client.rcpt(rooms[LIST])
        assert client.data(dots)[0] == 250
    assert len(postings(sqlite_database)) == 1


def test_a_connection_too_many_is_told_421(opened: Callable[..., Running]) -> None:
    running = opened({"max_connections": 3})
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(running.client())
        with running.socket() as raw:
            assert raw.reply().startswith("421 4.3.2")
            assert raw.file.read() == b""
    deadline = time.monotonic() + 10
    while True:
        with running.socket() as raw:
            if raw.reply().startswith("220"):
                break
        assert time.monotonic() < deadline


def test_too_many_recipients_are_told_to_come_in_another_message(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_database: Database
) -> None:
    with opened().client() as client:
        client.ehlo()
        client.mail(SENDER)
        codes = [client.rcpt(rooms[LIST])[0] for _ in range(102)]
        assert codes == [250] * 100 + [452] * 2
        assert client.data(mail())[0] == 250
    assert len(postings(sqlite_database)) == 1


def test_a_silent_client_is_told_421_and_hung_up_on(opened: Callable[..., Running]) -> None:
    running = opened({"idle_seconds": 0.3})
    with running.socket() as raw:
        assert raw.reply().startswith("220")
        assert raw.reply().startswith("421 4.4.2")
        assert raw.file.read() == b""


def test_data_that_stops_halfway_is_hung_up_on_and_not_stored(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_database: Database
) -> None:
    running = opened({"idle_seconds": 0.3})
    with running.socket() as raw:
        start_data(raw, rooms[LIST])
        raw.send(mail()[:-2])
        assert raw.reply().startswith("421 4.4.2")
    with running.socket() as raw:
        start_data(raw, rooms[LIST])
        raw.send(mail()[:-2])
    with running.client() as client:
        assert client.noop()[0] == 250
    assert postings(sqlite_database) == []


def test_data_that_trickles_for_ever_is_hung_up_on(
    opened: Callable[..., Running], rooms: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_input, "DATA_SECONDS", 0.5)
    with opened().socket() as raw:
        start_data(raw, rooms[LIST])
        started = time.monotonic()
        with pytest.raises(OSError, match=r"."):  # noqa: PT012 -- the pipe breaks on some send
            while time.monotonic() < started + 15:
                raw.send(b"x")
                time.sleep(0.05)
        assert time.monotonic() < started + 10


def test_mail_beyond_the_doors_memory_is_put_off(
    opened: Callable[..., Running], rooms: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "RECEIVING_BYTES", 50_000)
    with opened().client() as client:
        code, text = refusal(client, rooms[LIST], mail(1, "x" * 60_000))
        assert (code, text[:5]) == (452, "4.3.1")
        for number in range(5):
            client.sendmail(SENDER, [rooms[LIST]], mail(number, "x" * 30_000))


def test_one_peer_cannot_take_every_connection(opened: Callable[..., Running]) -> None:
    running = opened({"max_connections_per_peer": 2})
    with ExitStack() as stack:
        first, _ = (stack.enter_context(running.client()) for _ in range(2))
        with running.socket() as raw:
            assert raw.reply().startswith("421 4.7.0 Too many connections from you")
        other = socket.create_connection(
            ("127.0.0.1", running.door.smtp_port), 20, source_address=("127.0.0.2", 0)
        )
        stack.enter_context(other)
        assert other.recv(100).startswith(b"220 ")
        assert first.noop()[0] == 250


@pytest.mark.parametrize(
    ("peername", "network"),
    [
        (("192.0.2.7", 1234), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1234, 0, 0), "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.7", 1234, 0, 0), "192.0.2.7"),
        (("fe80::1%eth0", 1234, 0, 2), "fe80::/64"),
        ("", None),
    ],
)
def test_a_peer_is_its_address_or_its_ipv6_network(peername: object, network: str | None) -> None:
    assert network_of(peername) == network


def test_a_connection_ends_when_it_has_lasted_long_enough(
    opened: Callable[..., Running], rooms: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SESSION_SECONDS", 0.5)
    with opened().socket() as raw:
        start_data(raw, rooms[LIST])
        time.sleep(0.6)
        # What has begun is finished.
        raw.send(mail() + b".")
        assert raw.reply().startswith("250 2.0.0")
        assert raw.reply().startswith("421 4.4.2 Connected for too long")
        assert raw.file.read() == b""


def test_a_client_that_reads_nothing_is_cut_off(
    opened: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HANG_UP_SECONDS", 0.2)
    monkeypatch.setattr(connection, "MAX_OTHER_COMMANDS", 10**9)
    running = opened({"idle_seconds": 0.5})
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", running.door.smtp_port))
    deaf.settimeout(10)
    with deaf, pytest.raises(ConnectionError):  # noqa: PT012 -- the pipe breaks on some send
        while True:
            deaf.sendall(b"HELP\r\n" * 10_000)
    with running.client() as client:
        assert client.noop()[0] == 250


def test_a_careless_end_of_data_is_answered_soon(
    opened: Callable[..., Running],
    rooms: dict[str, str],
    sqlite_database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_input, "DISGUISED_END_SECONDS", 0.3)
    with opened().socket() as raw:
        start_data(raw, rooms[LIST])
        raw.connection.sendall(mail().replace(b"\r\n", b"\n") + b".\n")
        assert raw.reply() == "421 4.4.2 Waited too long for <CR><LF>.<CR><LF>"
        assert raw.file.read() == b""
    assert postings(sqlite_database) == []


def test_a_long_session_may_go_on_as_long_as_it_brings_mail(
    running: Running, rooms: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_OTHER_COMMANDS", 3)
    with running.client() as client:
        for number in range(6):
            assert client.noop()[0] == 250
            client.sendmail(SENDER, [rooms[LIST]], mail(number))
        codes = [client.noop()[0] for _ in range(4)]
        assert codes == [250] * 3 + [421]
