"""One client's SMTP conversation with the door (RFC 5321).

aiosmtpd knows the commands. This file decides which of them are on offer, who
is a recipient, and what happens to a message. ``archive.doors.connection``
reads lines and limits the time.
"""

# ruff: noqa: N802 -- aiosmtpd finds a command's method by the command's name
from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Collection, Sequence
from typing import Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session

from archive.doors.client_input import Reservation
from archive.doors.connection import IDLE_SECONDS, Connection
from archive.settings import Settings

STORE_SECONDS = 240.0
"""How long a client waits for the store."""
MAX_RECIPIENTS = 100
MAX_REFUSED_RECIPIENTS = 20


class Door(Protocol):
    """What a conversation asks of the door it came in by."""

    settings: Settings
    is_stopping: bool

    async def list_of(self, recipient: str, *, is_near: bool) -> int | str | None:
        """Return the list row of a recipient, None for nobody, or a reply for the time being."""

    def is_receiving_address(self, recipient: str) -> bool:
        """Whether the recipient has the form of an address that only a list manager knows."""

    def reservation(self) -> Reservation:
        """Return memory for one message that arrives."""

    async def take(
        self,
        content: bytes,
        lists: Sequence[int],
        mail_from: str | None,
        door: str,
        secretly: Collection[int] = (),
    ) -> str:
        """Store a message for all of some lists or for none; returns the reply."""

    def forget(self, conversation: Conversation) -> None:
        """A connection has ended."""


class Conversation(Connection):
    """The SMTP side of one connection.

    network: of the client, as ``archive.doors.listening.network_of`` gives it.
    """

    def __init__(
        self,
        door: Door,
        loop: asyncio.AbstractEventLoop,
        tls: ssl.SSLContext | None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        super().__init__(
            loop,
            hostname=door.settings.mail_domain,
            max_message_bytes=door.settings.max_message_bytes,
            tls=tls,
            idle_seconds=idle_seconds,
        )
        self.door = door
        self.network: str | None = None
        self._lists: list[int] = []
        self._secretly: set[int] = set()
        self._refused_recipients = 0

    def connection_lost(self, error: Exception | None) -> None:
        self.door.forget(self)
        super().connection_lost(error)

    async def smtp_HELO(self, hostname: str | None) -> None:
        await self._greet(super().smtp_HELO(hostname or ""))

    async def smtp_EHLO(self, hostname: str | None) -> None:
        await self._greet(super().smtp_EHLO(hostname or ""))

    async def _greet(self, greeting: Awaitable[None]) -> None:
        self.is_greeting = True
        try:
            await greeting
        finally:
            self.is_greeting = False

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, host: str, lines: list[str]
    ) -> list[str]:
        """Offer our extensions; nobody authenticates here."""
        session.host_name = host
        offered = [line for line in lines[:-1] if not line.startswith("250-AUTH")]
        return [*offered, "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        if self.tls_context is None or (self.session is not None and self.session.ssl is not None):
            await self.push("503 5.5.1 STARTTLS is not on offer")
            return
        # What came ahead of the handshake came from nobody knows whom (RFC 3207 section 6).
        self.input.forget()
        await super().smtp_STARTTLS(arg or "")

    async def smtp_AUTH(self, _arg: str | None) -> None:
        await self.push("502 AUTH is not offered")

    async def smtp_VRFY(self, _arg: str | None) -> None:
        # RFC 5321 section 3.5.3 knows 252, "cannot verify, but will try", as well. That would
        # not be true here: most addresses are refused at RCPT.
        await self.push("502 VRFY is not offered")

    async def smtp_EXPN(self, _arg: str | None) -> None:
        await self.push("502 EXPN is not offered")

    async def smtp_HELP(self, _arg: str | None) -> None:
        await self.push("214 2.0.0 This is the door of a mail archive; it takes posts of its lists")

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a sender, and with it a new message."""
        if not address.isascii() and not envelope.smtp_utf8:
            return "553 5.6.7 This address needs SMTPUTF8"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        self._lists, self._secretly = [], set()
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        """Accept a recipient or say why not."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        found = await self.door.list_of(to, is_near=self._is_near())
        if isinstance(found, str):
            return found
        if found is None:
            self._refused_recipients += 1
            if self._refused_recipients > MAX_REFUSED_RECIPIENTS:
                # The reply is written before the loop comes to this.
                self.loop.call_soon(self.hang_up)
                return "421 4.7.0 Too many unknown recipients"
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(to)
        envelope.rcpt_options.extend(options)
        self._lists.append(found)
        if self.door.is_receiving_address(to):
            self._secretly.add(found)
        return "250 2.1.5 OK"

    def _is_near(self) -> bool:
        """The client is on this machine."""
        peer = self.session.peer if self.session is not None else None
        try:
            return ipaddress.ip_address(str(peer[0] if peer else "")).is_loopback
        except ValueError:
            return False

    async def smtp_DATA(self, arg: str | None) -> None:
        """Receive the content, store it, and answer when it is on disk."""
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        assert envelope is not None
        if not envelope.rcpt_tos:
            await self.push("503 RCPT first")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        self.is_receiving = True
        self.wait_for_client()
        reservation = self.door.reservation()
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            content = await self.input.data(
                self.door.settings.max_message_bytes, reservation, self._wait_for_more
            )
            if isinstance(content, str):
                replies = [content] * len(self._lists)
            else:
                self.wait_for_client(STORE_SECONDS + IDLE_SECONDS)
                replies = await self._store(content, envelope.mail_from)
        finally:
            self.is_receiving = False
            reservation.release()
        self.wait_for_client()
        self.envelope = Envelope()
        await self._answer_data(replies)
        if any(reply.startswith("250") for reply in replies):
            self.count_commands_anew()
        if self.door.is_stopping:
            self.dismiss("421 4.3.2 Shutting down")

    def _wait_for_more(self, seconds: float) -> None:
        """Wait for more of a message, but no longer than this."""
        self.wait_for_client(min(self.idle_seconds, seconds))

    async def _store(self, content: bytes, mail_from: str | None) -> list[str]:
        """Store for all recipients or for none; returns a reply for each."""
        reply = await self._take(content, self._lists, mail_from)
        return [reply] * len(self._lists)

    async def _take(self, content: bytes, lists: Sequence[int], mail_from: str | None) -> str:
        return await self.door.take(content, lists, mail_from, self.door_name, self._secretly)

    async def _answer_data(self, replies: Sequence[str]) -> None:
        await self.push(replies[0])
