"""The SMTP and LMTP door, spoken to by real clients over loopback."""

from __future__ import annotations

import asyncio
import random
import smtplib
import socket
import sqlite3
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from sqlalchemy import select

from archive import smtp, smtp_conversation
from archive.database import Database
from archive.errors import StoreUnavailableError, UsageError
from archive.lists import add_list, receiving_address
from archive.models import MailingList, Message, Posting
from archive.settings import Settings
from archive.smtp import SmtpDoor
from archive.store import Store
from archive.writer import Incoming, Kept

SENDER = "talk-bounces@lists.example.org"
LIST = "talk@lists.example.org"


def mail(number: int | str = 1, body: str = "Selamat pagi.") -> bytes:
    return (
        f"From: Ayu Lestari <ayu@example.org>\r\nTo: {LIST}\r\nSubject: post {number}\r\n"
        f"Message-ID: <{number}@example.org>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0700\r\n"
        f"\r\n{body}\r\n"
    ).encode()


class Running:
    """A door in a loop of its own thread, so that blocking clients can talk to it."""

    def __init__(self, door: SmtpDoor) -> None:
        self.door = door
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.run(door.start())

    def run(self, task: Any, seconds: float = 30) -> Any:
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(seconds)

    def client(self, **options: Any) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.door.smtp_port, timeout=20, **options)

    def socket(self) -> Raw:
        return Raw(self.door.smtp_port)

    def close(self) -> None:
        self.run(self.door.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


class Raw:
    """A client that sends exactly the bytes it is told to."""

    def __init__(self, port: int) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.file = self.connection.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.connection.close()

    def send(self, *lines: bytes) -> None:
        self.connection.sendall(b"".join(line + b"\r\n" for line in lines))

    def reply(self) -> str:
        lines = [self.file.readline().decode()]
        while lines[-1][3:4] == "-":
            lines.append(self.file.readline().decode())
        return "".join(lines).rstrip()

    def say(self, line: bytes) -> str:
        self.send(line)
        return self.reply()


@pytest.fixture
def store(sqlite_database: Database, settings: Settings) -> Store:
    return Store(sqlite_database, settings)


@pytest.fixture
def rooms(sqlite_database: Database, settings: Settings) -> dict[str, str]:
    """Receiving addresses by list address."""
    with sqlite_database.transaction() as session:
        lists = [add_list(session, f"{name}@lists.example.org") for name in ("talk", "dev", "ops")]
        return {one.address: receiving_address(one, settings) for one in lists}


@pytest.fixture
def opened(
    settings: Settings, sqlite_database: Database, store: Store
) -> Iterator[Callable[..., Running]]:
    """Opens a door: settings to change, and ``options`` of the door."""
    with ExitStack() as stack:

        def open_door(
            options: dict[str, Any] | None = None, database: Database | None = None, **changes: Any
        ) -> Running:
            changed = settings.model_copy(update={"smtp_port": 0, **changes})
            kept_in = database or sqlite_database
            keeper = store if database is None else Store(database, changed)
            running = Running(SmtpDoor(changed, kept_in, keeper, **options or {}))
            stack.callback(running.close)
            return running

        yield open_door


@pytest.fixture
def running(opened: Callable[..., Running]) -> Running:
    return opened()


def postings(database: Database) -> list[tuple[str, str, str | None, str]]:
    """Message-ID, list, envelope sender and door of every posting."""
    with database.session() as session:
        rows = session.execute(
            select(Message.message_id, MailingList.address, Posting.envelope_sender, Posting.door)
            .join(Posting, Posting.message_id == Message.id)
            .join(MailingList, MailingList.id == Posting.list_id)
            .order_by(Posting.id)
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]


def raws(database: Database, store: Store) -> list[bytes]:
    with database.session() as session:
        numbers = session.scalars(select(Message.id).order_by(Message.id)).all()
    return [store.raw(number) for number in numbers]


def refusal(client: smtplib.SMTP, to: str, content: bytes = b"") -> tuple[int, str]:
    """The code and text with which a whole delivery fails."""
    answer: tuple[int, bytes | str] = 250, ""
    try:
        client.sendmail(SENDER, [to], content or mail())
    except smtplib.SMTPRecipientsRefused as error:
        [answer] = error.recipients.values()
    except smtplib.SMTPResponseException as error:
        answer = error.smtp_code, error.smtp_error
    code, text = answer
    return code, text.decode() if isinstance(text, bytes) else text


# Delivery


def test_a_post_is_stored_byte_for_byte_before_the_answer(
    running: Running, rooms: dict[str, str], sqlite_database: Database, store: Store
) -> None:
    content = mail(1, "Halo\r\n.dot at the start\r\n..two dots\r\n.\tand a tab\r\n" + "x" * 3000)
    with running.client() as client:
        client.sendmail(SENDER, [rooms[LIST]], content)
        assert postings(sqlite_database) == [("1@example.org", LIST, SENDER, "smtp")]
    assert raws(sqlite_database, store) == [content]


def test_several_recipients_make_one_message_and_a_posting_for_each_list(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        client.sendmail(SENDER, [*rooms.values(), rooms[LIST]], mail())
    assert sorted(address for _, address, _, _ in postings(sqlite_database)) == sorted(rooms)
    with sqlite_database.session() as session:
        assert len(session.scalars(select(Message.id)).all()) == 1


def test_the_same_post_sent_again_is_accepted_and_stored_once(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    for _ in range(3):
        with running.client() as client:
            client.sendmail(SENDER, [rooms[LIST]], mail())
    assert len(postings(sqlite_database)) == 1


def test_twenty_clients_at_once_are_all_stored(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    def deliver(number: int) -> None:
        with running.client() as client:
            for part in range(5):
                client.sendmail(SENDER, [rooms[LIST]], mail(f"{number}.{part}"))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(deliver, range(20)))
    expected = {f"{number}.{part}@example.org" for number in range(20) for part in range(5)}
    assert {row[0] for row in postings(sqlite_database)} == expected


def test_the_null_sender_is_stored_as_empty(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        client.sendmail("", [rooms[LIST]], mail())
    assert postings(sqlite_database)[0][2] == ""


def test_the_receiving_address_is_known_in_any_letter_case(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        client.sendmail(SENDER, [rooms[LIST].upper()], mail())
    assert len(postings(sqlite_database)) == 1


def test_commands_may_be_pipelined_before_and_after_the_data(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    to = b"RCPT TO:<" + rooms[LIST].encode() + b">"
    sender = b"MAIL FROM:<" + SENDER.encode() + b">"
    with running.socket() as raw:
        assert raw.reply().startswith("220 ")
        assert raw.say(b"EHLO client.example.net").startswith("250-")
        raw.send(sender, to, b"DATA")
        assert [raw.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
        raw.send(mail(1) + b".", sender, to, b"DATA")
        assert [raw.reply()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
        raw.send(mail(2) + b".", b"NOOP", b"QUIT")
        assert [raw.reply()[:3] for _ in range(3)] == ["250", "250", "221"]
    assert [row[0] for row in postings(sqlite_database)] == ["1@example.org", "2@example.org"]


def test_data_that_arrives_byte_by_byte_is_whole(
    running: Running, rooms: dict[str, str], sqlite_database: Database, store: Store
) -> None:
    content = mail(1, ".\r\n..x\r\n.\r.\n")
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    with running.socket() as raw:
        start_data(raw, rooms[LIST])
        for place in range(len(stuffed)):
            raw.connection.sendall(stuffed[place : place + 1])
        raw.send(b".")
        assert raw.reply().startswith("250 2.0.0")
    assert raws(sqlite_database, store) == [content]


def start_data(raw: Raw, to: str) -> None:
    raw.reply()
    raw.say(b"EHLO client.example.net")
    raw.say(b"MAIL FROM:<a@example.net>")
    assert raw.say(b"RCPT TO:<" + to.encode() + b">").startswith("250")
    assert raw.say(b"DATA").startswith("354")


# Policy


def test_only_receiving_addresses_are_accepted(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    good = rooms[LIST]
    local_part, _, domain = good.partition("@")
    slug, _, secret = local_part.rpartition(".")
    other = rooms["dev@lists.example.org"].partition("@")[0].rpartition(".")[2]
    bad = [
        LIST,
        "someone@elsewhere.example.net",
        f"{slug}.{'a' * len(secret)}@{domain}",
        f"{slug}.{secret[:-1]}@{domain}",
        f"{slug}.{other}@{domain}",
        f"{slug}.@{domain}",
        f"{slug}@{domain}",
        f"archive+nobody.{secret}@{domain}",
        f"{local_part}@elsewhere.example.net",
        f"{local_part}%elsewhere.example.net@{domain}",
        f"@elsewhere.example.net:x{local_part}@{domain}",
        local_part,
        "postmaster",
    ]
    with running.client() as client:
        client.ehlo()
        client.mail(SENDER)
        for address in bad:
            code, text = client.docmd(f"RCPT TO:<{address}>")
            assert (code, text[:5]) == (550, b"5.1.1"), address
        assert client.docmd("DATA")[0] == 503
    assert postings(sqlite_database) == []


def test_an_accepted_recipient_is_served_beside_a_refused_one(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        refused = client.sendmail(SENDER, ["nobody@localhost", rooms[LIST]], mail())
    assert list(refused) == ["nobody@localhost"]
    assert [row[1] for row in postings(sqlite_database)] == [LIST]


def test_the_lists_own_address_is_taken_from_this_machine_only_when_opened(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_database: Database
) -> None:
    with opened().client() as client:
        assert refusal(client, LIST)[0] == 550
    with opened({"accept_list_address": True}).client() as client:
        client.sendmail(SENDER, [LIST], mail())
        assert refusal(client, "other@lists.example.org")[0] == 550
    assert [row[1] for row in postings(sqlite_database)] == [LIST]


def test_a_revoked_secret_is_refused_at_once(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        client.sendmail(SENDER, [rooms[LIST]], mail())
        with sqlite_database.transaction() as session:
            found = session.scalars(select(MailingList).where(MailingList.address == LIST)).one()
            found.secret = "z" * 20
        assert refusal(client, rooms[LIST])[0] == 550


def test_guessing_addresses_ends_the_connection(running: Running) -> None:
    with running.client() as client:
        client.ehlo()
        client.mail(SENDER)
        codes = [client.docmd(f"RCPT TO:<archive+talk.{n}@localhost>")[0] for n in range(21)]
        assert codes == [550] * 20 + [421]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()


# The store


def test_a_locked_store_answers_451_and_stores_nothing(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_url: str
) -> None:
    database = Database(sqlite_url, busy_timeout_ms=200)
    running = opened(database=database)
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with running.client() as client:
        code, text = refusal(client, rooms[LIST])
        assert (code, text[:5]) == (451, "4.3.0")
        assert "Traceback" not in text
        assert "sqlite" not in text.lower()
        holder.execute("ROLLBACK")
        holder.close()
        assert postings(database) == []
        client.sendmail(SENDER, [rooms[LIST]], mail())
    assert len(postings(database)) == 1
    database.close()


class Failing:
    """A store that fails as told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read_ahead(self, raw: bytes) -> None:
        pass

    def keep(self, incoming: Sequence[Incoming]) -> list[Kept]:
        raise self.error


@pytest.mark.parametrize(
    ("error", "reply"),
    [
        (StoreUnavailableError("the store is unavailable: database or disk is full"), "452 4.3.1"),
        (StoreUnavailableError("the store is unavailable: no route"), "451 4.3.0"),
        (ValueError("a fault of our own"), "451 4.3.0"),
    ],
)
def test_no_fault_of_the_store_is_blamed_on_the_message(
    settings: Settings,
    sqlite_database: Database,
    rooms: dict[str, str],
    error: Exception,
    reply: str,
) -> None:
    changed = settings.model_copy(update={"smtp_port": 0})
    running = Running(SmtpDoor(changed, sqlite_database, Failing(error)))
    try:
        with running.client() as client:
            code, text = refusal(client, rooms[LIST])
            assert f"{code} {text}".startswith(reply)
            assert "fault" not in text
            assert client.noop()[0] == 250
    finally:
        running.close()


def test_an_unreachable_database_answers_451_to_recipients(
    opened: Callable[..., Running], tmp_path: Path
) -> None:
    without_tables = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with opened(database=without_tables).client() as client:
        code, text = refusal(client, "archive+talk.secret@localhost")
    assert (code, text[:5]) == (451, "4.3.0")
    without_tables.close()


# Content


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


# Bounds


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
    monkeypatch.setattr(smtp_conversation, "DATA_SECONDS", 0.5)
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
    monkeypatch.setattr(smtp, "RECEIVING_BYTES", 50_000)
    with opened().client() as client:
        code, text = refusal(client, rooms[LIST], mail(1, "x" * 60_000))
        assert (code, text[:5]) == (452, "4.3.1")
        for number in range(5):
            client.sendmail(SENDER, [rooms[LIST]], mail(number, "x" * 30_000))


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"NOOP " + b"x" * 5_000, "500 5.5.2"),
        (b"NOOP " + b"x" * 300_000, "500 5.5.2"),
        (b"", "500 5.5.2"),
        (b"\xff\xfe", "500 5.5.2"),
        (b"BREW coffee", "500 5.5.2"),
        (b"VRFY <ayu@example.org>", "252 2.1.5"),
        (b"EXPN talk", "502 5.5.1"),
        (b"AUTH PLAIN AGEAYg==", "502 5.5.1"),
        (b"AUTH", "502 5.5.1"),
        (b"HELP", "214 2.0.0"),
        (b"RCPT TO:<a@example.org>", "503 5.5.1"),
        (b"DATA", "503 5.5.1"),
        (b"MAIL FROM:", "553 5.1.3"),
        (b"MAIL FROM:<a@example.org", "553 5.1.3"),
        (b"MAIL FROM:<" + b"(" * 900 + b">", "250 2.0.0"),
        (b"MAIL FROM:<" + b'"' * 901 + b">", "553 5.1.3"),
        (b"MAIL FROM:<" + b'"\\' * 450 + b">", "553 5.1.3"),
        (b"MAIL FROM:<a@example.org> SIZE=\xc2\xb2", "4"),
        (b"MAIL FROM:<a@example.org> BODY=BINARYMIME", "501 5.5.4"),
        (b"MAIL FROM:<a@example.org> FROBNICATE=1", "555 5.5.4"),
        (b"MAIL FROM:<a@example.org> SIZE=100 BODY=8BITMIME SMTPUTF8", "250 2.0.0"),
        ("MAIL FROM:<budi@contoh-é.example> SMTPUTF8".encode(), "250 2.0.0"),
        (b'MAIL FROM:<"a \\" > b"@example.org>', "250 2.0.0"),
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
    for line, code in ((b"BREW", "502"), (b"NOOP", "421")):
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


# STARTTLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    try:
        subprocess.run(
            [*command, "-keyout", key, "-out", cert], check=True, capture_output=True, timeout=60
        )
    except FileNotFoundError:
        pytest.skip("no openssl command to make a certificate with")
    return cert, key


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


# LMTP


@contextmanager
def lmtp(running: Running) -> Iterator[smtplib.LMTP]:
    port = running.door.lmtp_port
    assert port is not None
    with smtplib.LMTP("127.0.0.1", port) as client:
        yield client


def test_lmtp_answers_for_each_recipient_and_is_noted_as_the_door(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_database: Database
) -> None:
    running = opened(lmtp_port=0)
    with lmtp(running) as client:
        code, text = client.docmd("EHLO client.example.net")
        assert (code, text[:5]) == (500, b"5.5.2")
        assert client.ehlo()[0] == 250
        client.mail(SENDER)
        for address in rooms.values():
            assert client.rcpt(address)[0] == 250
        assert client.rcpt("nobody@localhost")[0] == 550
        assert client.data(mail())[0] == 250
        replies = [client.getreply()[0] for _ in range(len(rooms) - 1)]
        assert replies == [250] * (len(rooms) - 1)
        assert client.noop()[0] == 250
    assert {row[3] for row in postings(sqlite_database)} == {"lmtp"}
    assert len(postings(sqlite_database)) == 3


# Start and stop


def test_a_taken_port_is_one_clear_error(
    settings: Settings, sqlite_database: Database, store: Store
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        changed = settings.model_copy(update={"smtp_port": port})
        with pytest.raises(StoreUnavailableError, match=f"cannot listen on 127.0.0.1:{port}"):
            asyncio.run(SmtpDoor(changed, sqlite_database, store).start())


def test_stopping_finishes_what_is_in_flight_and_dismisses_the_rest(
    settings: Settings, sqlite_database: Database, store: Store, rooms: dict[str, str]
) -> None:
    changed = settings.model_copy(update={"smtp_port": 0})
    running = Running(SmtpDoor(changed, sqlite_database, store))
    with running.socket() as idle, running.socket() as busy:
        assert idle.reply().startswith("220")
        start_data(busy, rooms[LIST])
        stopping = asyncio.run_coroutine_threadsafe(running.door.stop(), running.loop)
        assert idle.reply().startswith("421 4.3.2")
        busy.send(mail() + b".")
        assert busy.reply().startswith("250 2.0.0")
        assert busy.reply().startswith("421 4.3.2")
        stopping.result(20)
    assert len(postings(sqlite_database)) == 1
    with pytest.raises(ConnectionRefusedError):
        running.socket()
    running.loop.call_soon_threadsafe(running.loop.stop)
