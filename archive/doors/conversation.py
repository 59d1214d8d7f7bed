"""One client's SMTP (RFC 5321) or LMTP (RFC 2033) conversation with the door.

aiosmtpd knows the commands. What is ours: strict and bounded reading of
commands, addresses and data, replies with enhanced status codes (RFC 2034,
RFC 3463), limits, and what happens with the content once it is here.
"""

# ruff: noqa: N802 -- aiosmtpd finds a command's method by the command's name
from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Protocol

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from archive.doors.client_input import ClientInput, LineError, Reservation
from archive.doors.syntax import enhanced, read_parameters, read_path
from archive.settings import Settings

log = structlog.get_logger()

IDLE_SECONDS = 300.0
"""RFC 5321 section 4.5.3.2.7: at least five minutes."""
SESSION_SECONDS = 3_600.0
"""How long a connection may last; a message that has begun to arrive is finished."""
STORE_SECONDS = 240.0
"""How long a client waits for the store."""
HANG_UP_SECONDS = 10.0
"""How long a client that was hung up on may take to read the last reply."""
COMMAND_BYTES = 1_000
READ_BYTES = 65_536
MAX_RECIPIENTS = 100
MAX_REFUSED_RECIPIENTS = 20
MAX_COMMANDS = {"RCPT": 1_000}
MAX_OTHER_COMMANDS = 100
"""Commands between one stored message and the next; beyond, 421 and a new connection."""
MAX_NONSENSE = 10
"""Lines that are no command."""


class DoorEnvelope(Envelope):
    """An envelope that knows the list row of each accepted recipient, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: list[int] = []
        self.secretly: set[int] = set()
        """The lists that were reached by their own receiving address."""


class Door(Protocol):
    """What a conversation asks of the door it came in by."""

    settings: Settings
    is_stopping: bool

    async def list_of(self, recipient: str, conversation: Conversation) -> int | str | None:
        """The list row a recipient stands for, None for nobody, or a reply for the time being."""

    def is_receiving_address(self, recipient: str) -> bool:
        """The recipient has the form of an address that only a list manager knows."""

    def reservation(self) -> Reservation:
        """Memory for one message on its way."""

    async def take(
        self,
        content: bytes,
        lists: Sequence[int],
        mail_from: str | None,
        door: str,
        secretly: Collection[int] = (),
    ) -> str:
        """Store a message for each of some lists, or for none of them, and the reply."""

    def forget(self, conversation: Conversation) -> None:
        """A connection has ended."""


class Conversation(SMTP):
    """The SMTP side of one connection."""

    door_name = "smtp"
    banner = "ESMTP Pakar"
    line_length_limit = READ_BYTES

    def __init__(
        self,
        door: Door,
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
            loop=loop,
        )
        # aiosmtpd shares one table between all connections and lets EHLO change it.
        self.command_size_limits = defaultdict(lambda: COMMAND_BYTES)
        self.door = door
        self.network: str | None = None
        self.is_receiving = False
        self._ends = loop.time() + SESSION_SECONDS
        self._refused_recipients = 0
        self._nonsense = 0
        self._spent: defaultdict[str, int] = defaultdict(int)
        self._greeting = False

    # Replies

    async def push(self, status: str | bytes) -> None:
        """Send a reply, with an enhanced status code where it lacks one."""
        text = status.decode("utf-8", "replace") if isinstance(status, bytes) else status
        if not self._greeting:
            text = enhanced(text)
        text = text.replace("\r", " ").replace("\n", " ")
        await super().push(text.encode("utf-8", "replace"))

    def dismiss(self, reply: str) -> None:
        """Say why, and hang up."""
        if self.transport is not None and not self.transport.is_closing():
            self._writer.write(f"{reply}\r\n".encode("ascii", "replace"))
            self._hang_up()

    def abort(self) -> None:
        """End the connection at once, whatever is still to be said."""
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()

    def _hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()
            # A client that reads nothing would keep its last reply, and the connection, for ever.
            self.loop.call_later(HANG_UP_SECONDS, self.abort)

    def _timeout_cb(self) -> None:
        if self.is_receiving:
            self.dismiss("421 4.4.2 Waited too long for <CR><LF>.<CR><LF>")
        elif self.loop.time() >= self._ends:
            self.dismiss("421 4.4.2 Connected for too long")
        else:
            self.dismiss("421 4.4.2 Idle for too long")

    def _reset_timeout(self, duration: float | None = None) -> None:
        wait = duration if duration is not None else self._timeout_duration
        if not self.is_receiving:
            wait = min(wait, self._ends - self.loop.time())
        super()._reset_timeout(max(0.001, wait))

    # Connection

    def connection_lost(self, error: Exception | None) -> None:
        self.door.forget(self)
        super().connection_lost(error)

    def eof_received(self) -> bool:
        """The client has said all; what it said is still answered."""
        self._reader.feed_eof()
        return self.session is not None and self.session.ssl is None

    def _set_post_data_state(self) -> None:
        self.envelope = DoorEnvelope()

    async def _handle_client(self) -> None:
        """Greet, then answer one command after the other until the connection ends."""
        self._input = ClientInput(self._reader)
        try:
            await self.push(f"220 {self.hostname} {self.banner}")
            while self.transport is not None and not self.transport.is_closing():
                try:
                    line = await self._input.command(COMMAND_BYTES)
                except LineError as error:
                    await self._answer_nonsense(str(error))
                    continue
                if line is None:
                    break
                await self._answer_command(line)
        except TLSSetupException as error:
            # aiosmtpd's protocol is not told of the end of a connection without a handshake.
            self.abort()
            self.connection_lost(error)
        except ConnectionError:
            pass
        except Exception:
            # Where the next command begins is not known any more: only a new connection helps.
            log.exception("a conversation failed", door=self.door_name)
            self.dismiss("421 4.3.0 Local error, try again later")
        finally:
            self._hang_up()

    async def _answer_command(self, line: bytes) -> None:
        word, _, argument = line.partition(b" ")
        command = word.decode("ascii", "replace").upper()
        method = self._smtp_methods.get(command)
        if method is None:
            await self._answer_nonsense("500 5.5.2 No such command")
            return
        self._spent[command] += 1
        if self._spent[command] > MAX_COMMANDS.get(command, MAX_OTHER_COMMANDS):
            self.dismiss(f"421 4.7.0 Too many {command} commands for no mail")
            return
        self._reset_timeout()
        await method(argument.strip().decode("utf-8", "surrogateescape") or None)

    async def _answer_nonsense(self, reply: str) -> None:
        self._nonsense += 1
        if self._nonsense > MAX_NONSENSE:
            self.dismiss("421 4.7.0 Too many lines that are no command")
        else:
            await self.push(reply)

    # Commands

    async def smtp_HELO(self, hostname: str | None) -> None:
        self._greeting = True
        try:
            await super().smtp_HELO(hostname or "")
        finally:
            self._greeting = False

    async def smtp_EHLO(self, hostname: str | None) -> None:
        self._greeting = True
        try:
            await super().smtp_EHLO(hostname or "")
        finally:
            self._greeting = False

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, host: str, lines: list[str]
    ) -> list[str]:
        """The extensions on offer; there is nobody here to authenticate."""
        session.host_name = host
        offered = [line for line in lines[:-1] if not line.startswith("250-AUTH")]
        return [*offered, "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        if self.tls_context is None or self._tls_protocol is not None:
            await self.push("503 5.5.1 STARTTLS is not on offer")
            return
        # What came ahead of the handshake came from nobody knows whom (RFC 3207 section 6).
        self._input.forget()
        await super().smtp_STARTTLS(arg)

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

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        return read_path(arg) or (None, None)

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        return read_parameters(params)

    async def handle_MAIL(
        self,
        _server: SMTP,
        _session: Session,
        envelope: DoorEnvelope,
        address: str,
        options: list[str],
    ) -> str:
        """Accept a sender."""
        if not address.isascii() and not envelope.smtp_utf8:
            return "553 5.6.7 This address needs SMTPUTF8"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

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
            if self._refused_recipients > MAX_REFUSED_RECIPIENTS:
                # The reply is written before the loop comes to this.
                self.loop.call_soon(self._hang_up)
                return "421 4.7.0 Too many unknown recipients"
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(to)
        envelope.rcpt_options.extend(options)
        envelope.lists.append(found)
        if self.door.is_receiving_address(to):
            envelope.secretly.add(found)
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
        self._reset_timeout()
        reservation = self.door.reservation()
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            content = await self._input.data(
                self.door.settings.max_message_bytes, reservation, self._be_patient
            )
            if isinstance(content, str):
                replies = [content] * len(envelope.lists)
            else:
                self._reset_timeout(STORE_SECONDS + IDLE_SECONDS)
                replies = await self._store(content, envelope)
        finally:
            self.is_receiving = False
            reservation.release()
        self._reset_timeout()
        self._set_post_data_state()
        await self._answer_data(replies)
        if any(reply.startswith("250") for reply in replies):
            self._spent.clear()
        if self.door.is_stopping:
            self.dismiss("421 4.3.2 Shutting down")

    def _be_patient(self, seconds: float) -> None:
        """Wait for more of a message, but no longer than this."""
        self._reset_timeout(min(self._timeout_duration, seconds))

    async def _store(self, content: bytes, envelope: DoorEnvelope) -> list[str]:
        """Store for all recipients or for none; the replies, one for each."""
        reply = await self.door.take(
            content, envelope.lists, envelope.mail_from, self.door_name, envelope.secretly
        )
        return [reply] * len(envelope.lists)

    async def _answer_data(self, replies: Sequence[str]) -> None:
        await self.push(replies[0])


class LmtpConversation(Conversation):
    """LMTP: LHLO in place of EHLO, and an answer to DATA for each recipient."""

    door_name = "lmtp"
    banner = "LMTP Pakar"

    async def smtp_LHLO(self, hostname: str | None) -> None:
        await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, _hostname: str | None) -> None:
        await self.push("500 This is LMTP: say LHLO")

    async def smtp_EHLO(self, _hostname: str | None) -> None:
        await self.push("500 This is LMTP: say LHLO")

    async def _store(self, content: bytes, envelope: DoorEnvelope) -> list[str]:
        """Store for each list by itself, whatever becomes of the others."""
        lists = list(dict.fromkeys(envelope.lists))
        taken = await asyncio.gather(
            *(
                self.door.take(
                    content, [one], envelope.mail_from, self.door_name, envelope.secretly
                )
                for one in lists
            )
        )
        reply_of = dict(zip(lists, taken, strict=True))
        return [reply_of[one] for one in envelope.lists]

    async def _answer_data(self, replies: Sequence[str]) -> None:
        for reply in replies:
            await self.push(reply)
