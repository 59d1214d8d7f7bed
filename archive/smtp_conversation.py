"""One client's SMTP (RFC 5321) or LMTP (RFC 2033) conversation with the door.

aiosmtpd leads the conversation. What is ours: strict and bounded reading of
addresses and data, replies with enhanced status codes (RFC 2034, RFC 3463),
and what happens with the content once it is here.
"""

# ruff: noqa: N802 -- aiosmtpd finds a command's method by the command's name
from __future__ import annotations

import re
import ssl
from collections import defaultdict
from typing import TYPE_CHECKING

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

if TYPE_CHECKING:
    import asyncio

    from archive.smtp import SmtpDoor

log = structlog.get_logger()

IDLE_SECONDS = 300.0
"""RFC 5321 section 4.5.3.2.7: at least five minutes."""
STORE_SECONDS = 240.0
"""How long a client waits for the store."""
DATA_SECONDS = 1_800.0
"""How long one message may take to arrive, however steadily it trickles."""
COMMAND_BYTES = 1_000
READ_BYTES = 65_536
MAX_RECIPIENTS = 100
MAX_REFUSED_RECIPIENTS = 20
CALL_LIMITS = {"MAIL": 1_000, "RCPT": 10_000, "DATA": 1_000, "RSET": 1_000, "*": 50}
"""How often one connection may send a command; beyond, 421 and a new connection."""

_END_OF_DATA = b"\r\n.\r\n"
_PATH = re.compile(r'<(?:@[^:<>"]*:)?((?:"(?:[^"\\]|\\.)*"|[^"<>\s])*)>\s*(.*)', re.DOTALL)
_BARE_PATH = re.compile(r"([^\s<>\"]+)\s*(.*)", re.DOTALL)
_PLAIN_REPLY = re.compile(r"([245]\d\d) (?!\d\.\d{1,3}\.\d{1,3} )")
_ENHANCED = {
    "221": "2.0.0",
    "250": "2.0.0",
    "252": "2.1.5",
    "421": "4.3.2",
    "451": "4.3.0",
    "452": "4.3.1",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "530": "5.7.0",
    "550": "5.1.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "554": "5.7.0",
    "555": "5.5.4",
}


class DoorEnvelope(Envelope):
    """An envelope that knows the list row of each accepted recipient, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: list[int] = []


class Conversation(SMTP):
    """The SMTP side of one connection."""

    door_name = "smtp"
    banner = "ESMTP Pakar"
    line_length_limit = READ_BYTES

    def __init__(
        self,
        door: SmtpDoor,
        loop: asyncio.AbstractEventLoop,
        tls: ssl.SSLContext | None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        super().__init__(
            self,
            data_size_limit=door.settings.max_message_bytes,
            enable_SMTPUTF8=True,
            hostname=door.settings.mail_domain,
            ident=self.banner,
            tls_context=tls,
            timeout=idle_seconds,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit=CALL_LIMITS,
            loop=loop,
        )
        # aiosmtpd shares one table between all connections and lets EHLO change it.
        self.command_size_limits = defaultdict(lambda: COMMAND_BYTES)
        self.door = door
        self.is_receiving = False
        self._refused_recipients = 0
        self._greeting = False

    # Replies

    async def push(self, status: str | bytes) -> None:
        """Send a reply, with an enhanced status code where it lacks one."""
        text = status.decode("utf-8", "replace") if isinstance(status, bytes) else status
        found = _PLAIN_REPLY.match(text)
        if found is not None and not self._greeting and found[1] in _ENHANCED:
            text = f"{found[1]} {_ENHANCED[found[1]]} {text[4:]}"
        text = text.replace("\r", " ").replace("\n", " ")
        await super().push(text.encode("utf-8", "replace"))

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours is no fault of the message: the sender tries again."""
        log.error("a conversation failed", door=self.door_name, reason=repr(error))
        return "451 4.3.0 Local error, try again later"

    async def dismiss(self, reason: str) -> None:
        """Say 421 and hang up."""
        if self.transport is not None:
            await self.push(f"421 {reason}")
        if self.transport is not None:
            self.transport.close()

    def _timeout_cb(self) -> None:
        if self.transport is not None:
            self._writer.write(b"421 4.4.2 Idle for too long\r\n")
            self.transport.close()

    # Connection

    def connection_lost(self, error: Exception | None) -> None:
        self.door.forget(self)
        super().connection_lost(error)

    def _set_post_data_state(self) -> None:
        self.envelope = DoorEnvelope()

    # Commands

    async def smtp_HELO(self, hostname: str) -> None:
        self._greeting = True
        try:
            await super().smtp_HELO(hostname)
        finally:
            self._greeting = False

    async def smtp_EHLO(self, hostname: str) -> None:
        self._greeting = True
        try:
            await super().smtp_EHLO(hostname)
        finally:
            self._greeting = False

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, host: str, lines: list[str]
    ) -> list[str]:
        """The extensions on offer; there is nobody here to authenticate."""
        session.host_name = host
        offered = [line for line in lines[:-1] if not line.startswith("250-AUTH")]
        return [*offered, "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def smtp_AUTH(self, _arg: str) -> None:
        await self.push("502 AUTH is not offered")

    async def smtp_VRFY(self, _arg: str) -> None:
        await self.push("252 Send the mail and see")

    async def smtp_EXPN(self, _arg: str) -> None:
        await self.push("502 EXPN is not offered")

    async def smtp_HELP(self, _arg: str) -> None:
        await self.push("214 2.0.0 This is the door of a mail archive; it takes posts of its lists")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """A path and what follows it; ``<>`` for the null path (RFC 5321 section 4.1.2)."""
        text = arg.strip()
        found = (_PATH if text.startswith("<") else _BARE_PATH).fullmatch(text)
        if found is None:
            return None, None
        return found[1] or "<>", found[2]

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: DoorEnvelope, to: str, options: list[str]
    ) -> str:
        """Accept a recipient or say why not."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        found = await self.door.list_of(to, self)
        if isinstance(found, str):
            return found
        if found is None:
            self._refused_recipients += 1
            if self._refused_recipients > MAX_REFUSED_RECIPIENTS and self.transport is not None:
                # The reply is written before the loop comes to this.
                self.loop.call_soon(self.transport.close)
                return "421 4.7.0 Too many unknown recipients"
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(to)
        envelope.rcpt_options.extend(options)
        envelope.lists.append(found)
        return "250 2.1.5 OK"

    async def smtp_DATA(self, arg: str | None) -> None:
        """Receive the content, store it, and answer when it is on disk."""
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        assert isinstance(envelope, DoorEnvelope)
        if not envelope.rcpt_tos:
            await self.push("503 RCPT first")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        self.is_receiving = True
        reserved = _Reservation(self.door)
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            content = await self._receive(reserved)
            if isinstance(content, str):
                reply = content
            else:
                self._reset_timeout(STORE_SECONDS + IDLE_SECONDS)
                reply = await self.door.take(content, envelope, self)
            self._reset_timeout()
            self._set_post_data_state()
            await self._answer(reply, envelope)
        finally:
            self.is_receiving = False
            reserved.release()
        if self.door.is_stopping:
            await self.dismiss("Shutting down")

    async def _answer(self, reply: str, _envelope: DoorEnvelope) -> None:
        await self.push(reply)

    async def _receive(self, reserved: _Reservation) -> bytes | str:
        """The content without transparency dots, or the reply that refuses it.

        Only CR LF dot CR LF ends the data; with a bare CR or LF in its place
        it is text, so that nothing can be smuggled in behind it. A refused
        message is read to its end all the same, but not kept.
        """
        limit = self.door.settings.max_message_bytes
        # The line break that ended the DATA command also begins an empty message's end.
        buffer = bytearray(b"\r\n")
        refusal = ""
        searched = 0
        deadline = self.loop.time() + DATA_SECONDS
        while (end := buffer.find(_END_OF_DATA, searched)) < 0:
            # Each transparency dot belongs to a line of at least three bytes more.
            if not refusal and len(buffer) > limit + limit // 3 + 8:
                refusal = "552 5.3.4 Message too large"
            if refusal:
                reserved.release()
                del buffer[: -len(_END_OF_DATA)]
            searched = max(0, len(buffer) - len(_END_OF_DATA) + 1)
            chunk = await self._reader.read(1 << 30)
            if not chunk:
                raise ConnectionResetError
            if not refusal and not reserved.take(len(chunk)):
                refusal = "452 4.3.1 Too much mail at once, try again later"
            buffer += chunk
            remaining = deadline - self.loop.time()
            self._reset_timeout(max(0.001, min(self._timeout_duration, remaining)))
        # All there was has been read, so what came after the end goes back whole.
        self._reader.feed_data(bytes(memoryview(buffer)[end + len(_END_OF_DATA) :]))
        if refusal:
            return refusal
        del buffer[end + 2 :]
        content = bytes(buffer.replace(b"\r\n.", b"\r\n")[2:])
        return content if len(content) <= limit else "552 5.3.4 Message too large"


class LmtpConversation(Conversation):
    """LMTP: LHLO in place of EHLO, and an answer to DATA for each recipient."""

    door_name = "lmtp"
    banner = "LMTP Pakar"

    async def smtp_LHLO(self, hostname: str) -> None:
        await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, _hostname: str) -> None:
        await self.push("500 This is LMTP: say LHLO")

    async def smtp_EHLO(self, _hostname: str) -> None:
        await self.push("500 This is LMTP: say LHLO")

    async def _answer(self, reply: str, envelope: DoorEnvelope) -> None:
        for _ in envelope.rcpt_tos:
            await self.push(reply)


class _Reservation:
    """The part of the door's memory that one message takes while it is on its way."""

    def __init__(self, door: SmtpDoor) -> None:
        self._door = door
        self._bytes = 0

    def take(self, size: int) -> bool:
        """Take more; False when the door has no more to give."""
        if not self._door.reserve(size):
            return False
        self._bytes += size
        return True

    def release(self) -> None:
        """Give all back."""
        self._door.reserve(-self._bytes)
        self._bytes = 0
