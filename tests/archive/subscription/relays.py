"""A relay that counts: a real SMTP server that keeps what it is sent."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class SentMail:
    sender: str
    recipient: str
    raw: bytes

    def header(self, name: str) -> str | None:
        prefix = f"{name.lower()}:"
        for line in self.raw.partition(b"\r\n\r\n")[0].decode().replace("\r\n ", " ").split("\r\n"):
            if line.lower().startswith(prefix):
                return line[len(prefix) :].strip()
        return None

    @property
    def body(self) -> str:
        return self.raw.partition(b"\r\n\r\n")[2].decode()


@dataclass
class CountingRelay:
    """Listens on a free port; ``refusal`` is answered to RCPT while it is set."""

    mails: list[SentMail] = field(default_factory=list)
    refusal: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(
            self._loop.create_server(
                lambda: SMTP(self, loop=self._loop, hostname="relay.example.net", **self.options),
                "127.0.0.1",
                self.port,
            )
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, task: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(10)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802  (aiosmtpd asks for these names)
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        if self.refusal is not None:
            return self.refusal
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        for recipient in envelope.rcpt_tos:
            self.mails.append(SentMail(envelope.mail_from or "", recipient, envelope.content))
        return "250 OK"
