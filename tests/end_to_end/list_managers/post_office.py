"""The mail between the archive and the list managers, all of it on loopback.

A smarthost such as an operator has: it takes every mail at once, then hands it, in order and on
a thread of its own, to whoever stands for the domain of its recipient. It keeps a copy of each,
so that a test can count what was sent.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from queue import SimpleQueue
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Mail:
    """One mail on its way to one recipient."""

    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> Message:
        """The headers and the body."""
        return BytesParser().parsebytes(self.content)


Delivery = Callable[[Mail], None]


class PostOffice:
    """A smarthost that delivers to the list managers of a test."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.failures: list[str] = []
        self._deliveries: dict[str, Delivery] = {}
        self._waiting: SimpleQueue[Mail | None] = SimpleQueue()
        self._carrier = threading.Thread(target=self._carry, daemon=True)
        self._door = Controller(self, hostname=HOST, port=free_port())

    def start(self) -> None:
        """Take mail."""
        self._carrier.start()
        self._door.start()

    def stop(self) -> None:
        """Deliver what was taken, then end."""
        self._door.stop()
        self._waiting.put(None)
        self._carrier.join(30)

    @property
    def address(self) -> str:
        """``host:port``, as a smarthost is named in settings."""
        return f"{HOST}:{self._door.port}"

    def deliver(self, domain: str, delivery: Delivery) -> None:
        """Hand mail to ``domain`` to ``delivery`` from now on."""
        self._deliveries[domain] = delivery

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail; the name is the one aiosmtpd calls."""
        for recipient in envelope.rcpt_tos:
            mail = Mail(envelope.mail_from or "", recipient, bytes(envelope.original_content))
            self.mails.append(mail)
            self._waiting.put(mail)
        return "250 2.0.0 Taken"

    def _carry(self) -> None:
        while (mail := self._waiting.get()) is not None:
            delivery = self._deliveries.get(mail.recipient.rpartition("@")[2])
            if delivery is None:
                self.failures.append(f"nobody takes mail to {mail.recipient}")
                continue
            try:
                delivery(mail)
            except Exception as error:  # noqa: BLE001 (whatever it is, the test must hear of it)
                self.failures.append(f"{mail.recipient}: {error!r}")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
