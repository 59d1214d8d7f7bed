"""The SMTP door to the letter: commands, replies, extensions, ends of lines."""

from __future__ import annotations

import asyncio
import random
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from archive.database import Database
from archive.doors.conversation import Conversation
from archive.doors.door import SmtpDoor
from archive.errors import UsageError
from archive.settings import Settings
from archive.store.store import Store
from tests.archive.door_clients import LIST, SENDER, Running, mail, postings, raws, start_data


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"NOOP " + b"x" * 5_000, "500 5.5.2"),
        (b"NOOP " + b"x" * 300_000, "500 5.5.2"),
        (b"", "500 5.5.2"),
        (b"\xff\xfe", "500 5.5.2"),
        (b"BREW coffee", "500 5.5.2"),
        (b"VRFY <ayu@example.org>", "502 5.5.1"),
        (b"EXPN talk", "502 5.5.1"),
        (b"AUTH PLAIN AGEAYg==", "502 5.5.1"),
        (b"AUTH", "502 5.5.1"),
        (b"HELP", "214 2.0.0"),
        (b"RCPT TO:<a@example.org>", "503 5.5.1"),
        (b"DATA", "503 5.5.1"),
        (b"MAIL FROM:", "553 5.1.3"),
        (b"MAIL FROM:<a@example.org", "553 5.1.3"),
        (b"MAIL FROM:<" + b"(" * 900 + b">", "250 2.1.0"),
        (b"MAIL FROM:<" + b'"' * 901 + b">", "553 5.1.3"),
        (b"MAIL FROM:<" + b'"\\' * 450 + b">", "553 5.1.3"),
        (b"MAIL FROM:<a@example.org> SIZE=\xc2\xb2", "501 5.5.4"),
        (b"MAIL FROM:<a@example.org> SIZE=many", "501 5.5.4"),
        (b"MAIL FROM:<a@example.org> SIZE=1 SIZE=2", "501 5.5.4"),
        (b"MAIL FROM:<a@example.org> MT-PRIORITY=3", "555 5.5.4"),
        (b"MAIL FROM:<a@example.org> BODY=BINARYMIME", "501 5.5.4"),
        (b"MAIL FROM:<a@example.org> FROBNICATE=1", "555 5.5.4"),
        (b"MAIL FROM:<a@example.org> SIZE=100 BODY=8BITMIME SMTPUTF8", "250 2.1.0"),
        ("MAIL FROM:<budi@contoh-é.example> SMTPUTF8".encode(), "250 2.1.0"),
        ("MAIL FROM:<budi@contoh-é.example>".encode(), "553 5.6.7"),
        (b"MAIL FROM:<budi@contoh-\xe9.example> SMTPUTF8", "553 5.1.3"),
        (b'MAIL FROM:<"a \\" > b"@example.org>', "250 2.1.0"),
        (b"NOOP\rRSET", "500 5.5.2"),
        (b"STARTTLS", "503 5.5.1"),
    ],
)
def test_odd_commands_get_an_answer_with_an_enhanced_code_and_the_talk_goes_on(
    running: Running, line: bytes, reply: str
) -> None:
    with running.socket() as raw:
        raw.reply()
        raw.say(b"EHLO client.example.net")
        answer = raw.say(line)
        assert answer.startswith(reply)
        assert "Error)" not in answer
        assert raw.say(b"NOOP") == "250 2.0.0 OK"


def test_endless_nonsense_and_endless_noops_end_the_connection(running: Running) -> None:
    for line, code in ((b"BREW", "421"), (b"NOOP", "421")):
        with running.socket() as raw:
            raw.reply()
            raw.say(b"EHLO client.example.net")
            answer = ""
            for _ in range(200):
                answer = raw.say(line)
                if not answer.startswith(("250", "500")):
                    break
            assert answer.startswith(code)
            assert raw.file.read() == b""


def test_the_extensions_are_announced(running: Running) -> None:
    with running.client() as client:
        client.ehlo()
        offered = set(client.esmtp_features)
    assert {"size", "8bitmime", "smtputf8", "pipelining", "enhancedstatuscodes"} <= offered
    assert not offered & {"auth", "starttls", "vrfy", "help"}


def test_starttls_protects_the_delivery_and_drops_what_was_injected_before_it(
    opened: Callable[..., Running],
    rooms: dict[str, str],
    sqlite_database: Database,
    certificate: tuple[Path, Path],
) -> None:
    cert, key = certificate
    running = opened(smtp_tls_cert=cert, smtp_tls_key=key)
    context = ssl.create_default_context(cafile=str(cert))
    with running.client() as client:
        client._host = "localhost"  # type: ignore[attr-defined]
        client.starttls(context=context)
        client.ehlo()
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        client.sendmail(SENDER, [rooms[LIST]], mail())
    assert len(postings(sqlite_database)) == 1
    with running.socket() as raw:
        raw.reply()
        raw.say(b"EHLO client.example.net")
        raw.send(b"STARTTLS", b"RSET")
        assert raw.reply().startswith("220")
        raw.file.close()
        with context.wrap_socket(raw.connection, server_hostname="localhost") as protected:
            protected.sendall(b"NOOP\r\n")
            assert protected.recv(100) == b"250 2.0.0 OK\r\n"


def test_an_unusable_certificate_is_an_error_at_the_start(
    settings: Settings, sqlite_database: Database, store: Store, tmp_path: Path
) -> None:
    changed = settings.model_copy(update={"smtp_port": 0, "smtp_tls_cert": tmp_path / "none.pem"})
    with pytest.raises(UsageError, match="PAKAR_SMTP_TLS_CERT"):
        asyncio.run(SmtpDoor(changed, sqlite_database, store).start())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"no header at all, just a line of text",
        b"\x00\xff\xfe\x80 binary \r\n\r\n\x00" * 50,
        b"From: \xff\xff\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xe9\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 200,
        b"Subject: lines end with LF alone\nFrom: a@example.org\n\ntext\n" + b"y" * 5_000,
        b"Subject: one long line\r\n\r\n" + b"z" * 200_000,
        random.Random(7).randbytes(40_000).replace(b"\r\n.\r\n", b""),
    ],
    ids=["empty", "blank", "no-header", "nul", "8-bit", "parts", "lf", "long-line", "noise"],
)
def test_what_is_no_proper_message_is_stored_all_the_same(
    running: Running,
    rooms: dict[str, str],
    sqlite_database: Database,
    store: Store,
    content: bytes,
) -> None:
    with running.socket() as raw:
        start_data(raw, rooms[LIST])
        stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
        raw.connection.sendall(stuffed + (b".\r\n" if not content else b"\r\n.\r\n"))
        assert raw.reply().startswith("250 2.0.0")
    assert raws(sqlite_database, store) == [content + b"\r\n" if content else b""]


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n"]
)
def test_a_disguised_end_of_data_smuggles_nothing(
    running: Running,
    rooms: dict[str, str],
    sqlite_database: Database,
    end: bytes,
) -> None:
    smuggled = (
        b"MAIL FROM:<admin@example.net>\r\nRCPT TO:<" + rooms[LIST].encode() + b">\r\nDATA\r\n"
    )
    with running.socket() as raw:
        start_data(raw, rooms[LIST])
        raw.connection.sendall(mail(1)[:-2] + end + smuggled + mail(2) + b".\r\n")
        assert raw.reply().startswith("250")
        assert raw.say(b"NOOP") == "250 2.0.0 OK"
    assert [row[0] for row in postings(sqlite_database)] == ["1@example.org"]


def test_commands_with_bare_line_ends_are_refused_and_not_obeyed(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    to = b"RCPT TO:<" + rooms[LIST].encode() + b">"
    with running.socket() as raw:
        raw.reply()
        raw.say(b"EHLO client.example.net")
        raw.connection.sendall(b"MAIL FROM:<a@example.net>\n")
        assert raw.reply().startswith("500 5.5.2 Commands end with <CR><LF>")
        assert raw.say(to).startswith("503")
        raw.connection.sendall(b"MAIL FROM:<a@example.net>\r" + to + b"\r\n")
        assert raw.reply().startswith("500 5.5.2")
        assert raw.say(to).startswith("503")
    assert postings(sqlite_database) == []


def test_a_whole_talk_in_one_packet_with_the_sending_side_closed_is_answered_in_order(
    running: Running, rooms: dict[str, str], sqlite_database: Database, store: Store
) -> None:
    to = b"RCPT TO:<" + rooms[LIST].encode() + b">\r\n"
    sender = b"MAIL FROM:<a@example.net> BODY=8BITMIME\r\n"
    content = mail(1, "Selamat siang, é.")
    talk = b"EHLO client.example.net\r\n" + sender + b"RCPT TO:<nobody@localhost>\r\n" + to
    talk += b"RSET\r\n" + to + sender + to + b"DATA\r\n" + content + b".\r\n"
    talk += sender + to + b"DATA\r\n" + mail(2) + b".\r\nNOOP\r\nQUIT\r\n"
    with running.socket() as raw:
        raw.connection.sendall(talk)
        raw.connection.shutdown(socket.SHUT_WR)
        replies = [raw.reply()[:3] for _ in range(17)]
        assert raw.file.read() == b""
    expected = "220 250 250 550 250 250 503 250 250 354 250 250 250 354 250 250 221"
    assert replies == expected.split()
    assert raws(sqlite_database, store) == [content, mail(2)]


def test_starttls_is_not_offered_twice_and_a_failed_handshake_frees_the_place(
    opened: Callable[..., Running], certificate: tuple[Path, Path]
) -> None:
    cert, key = certificate
    running = opened({"max_connections": 1}, smtp_tls_cert=cert, smtp_tls_key=key)
    with running.socket() as raw:
        raw.reply()
        raw.say(b"EHLO client.example.net")
        assert raw.say(b"STARTTLS").startswith("220 ")
        raw.connection.sendall(b"this is no handshake\r\n" * 10)
        with suppress(ConnectionError):
            while raw.connection.recv(1000):
                pass
    deadline = time.monotonic() + 10
    while True:
        try:
            client = running.client()
            break
        except smtplib.SMTPConnectError:
            assert time.monotonic() < deadline
    with client:
        client._host = "localhost"  # type: ignore[attr-defined]
        client.starttls(context=ssl.create_default_context(cafile=str(cert)))
        assert client.docmd("NOOP")[0] == 250
        assert client.docmd("MAIL FROM:<a@example.net>")[0] == 503
        code, text = client.docmd("STARTTLS")
        assert (code, text[:5]) == (503, b"5.5.1")


@pytest.mark.parametrize("part", ["smtp_NOOP", "handle_MAIL"])
def test_a_fault_of_ours_ends_the_connection_and_tells_nothing(
    running: Running, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    async def fail(*_: object) -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Conversation, part, fail)
    with running.socket() as raw:
        raw.reply()
        raw.say(b"EHLO client.example.net")
        line = b"NOOP" if part == "smtp_NOOP" else b"MAIL FROM:<a@example.net>"
        assert raw.say(line) == "421 4.3.0 Local error, try again later"
        assert raw.file.read() == b""
