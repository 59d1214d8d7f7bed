"""Doors for the tests: one in a loop of its own, and clients that talk to it over loopback."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import select

from archive.database import Database
from archive.doors.door import SmtpDoor
from archive.store.store import Store
from archive.tables import MailingList, Message, Posting

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


def start_data(raw: Raw, to: str) -> None:
    raw.reply()
    raw.say(b"EHLO client.example.net")
    raw.say(b"MAIL FROM:<a@example.net>")
    assert raw.say(b"RCPT TO:<" + to.encode() + b">").startswith("250")
    assert raw.say(b"DATA").startswith("354")


@contextmanager
def lmtp(running: Running) -> Iterator[smtplib.LMTP]:
    port = running.door.lmtp_port
    assert port is not None
    with smtplib.LMTP("127.0.0.1", port) as client:
        yield client
