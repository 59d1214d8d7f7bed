"""One client's connection: what it says, our replies, and the time it has.

aiosmtpd knows the commands, their order and STARTTLS. It cannot be told to
refuse a command that ends with a bare LF, to bound the memory of a message, to
give a message more time than a command, to bound a session, or to say why it
hangs up. So reading, replying and waiting are ours.

This file, and no other, relies on names of aiosmtpd that are not public. They
are four, of release 1.4.6:

- ``_handle_client``: ``connection_made`` runs it as the task that talks to the
  client. It is replaced here.
- ``_reader``: what the client sends; STARTTLS empties it and goes on with it.
- ``_getaddr``: MAIL and RCPT read their path with it. It is replaced, since it
  uses a private parser of ``email`` that takes three quotes in brackets for a path.
- ``_getparams``: MAIL and RCPT read their parameters with it. It is replaced,
  since it knows no keyword with a hyphen and lets one be named twice.

tests/archive/doors/test_aiosmtpd.py tells whether the installed release still
has each, and still uses it so.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Sequence

import structlog
from aiosmtpd.smtp import SMTP, TLSSetupException

from archive.doors.client_input import ClientInput, LineError
from archive.doors.syntax import enhanced, read_parameters, read_path

log = structlog.get_logger()

IDLE_SECONDS = 300.0
"""RFC 5321 section 4.5.3.2.7: at least five minutes."""
SESSION_SECONDS = 3_600.0
"""How long a connection may last; a message that has begun to arrive is finished."""
HANG_UP_SECONDS = 10.0
"""How long a client that was hung up on may take to read the last reply."""
LIBRARY_SECONDS = 86_400.0
"""aiosmtpd's own time limit, which closes without a word: ours always comes before it."""
COMMAND_BYTES = 1_000
READ_BYTES = 65_536
MAX_COMMANDS = {"RCPT": 1_000}
MAX_OTHER_COMMANDS = 100
"""Commands between one stored message and the next; beyond, 421 and a new connection."""
MAX_NONSENSE = 10
"""Lines that are no command."""


class Connection(SMTP):
    """The protocol of one connection; subclasses answer its commands.

    is_greeting: the reply is one to HELO or EHLO, which bears no enhanced status code.
    is_receiving: a message is on its way; the end of the session waits for it.
    input: what the client sends.
    """

    door_name = "smtp"
    banner = "ESMTP Pakar"
    line_length_limit = READ_BYTES

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        hostname: str,
        max_message_bytes: int,
        tls: ssl.SSLContext | None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        super().__init__(
            self,
            data_size_limit=max_message_bytes,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident=self.banner,
            tls_context=tls,
            timeout=LIBRARY_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            loop=loop,
        )
        # aiosmtpd shares one table between all connections and lets EHLO change it.
        self.command_size_limits = defaultdict(lambda: COMMAND_BYTES)
        self.is_greeting = False
        self.is_receiving = False
        self.idle_seconds = idle_seconds
        self._ends = loop.time() + SESSION_SECONDS
        self._clock: asyncio.TimerHandle | None = None
        self._socket: asyncio.BaseTransport | None = None
        self._nonsense = 0
        self._spent: defaultdict[str, int] = defaultdict(int)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; or begin anew, once the client speaks TLS."""
        self._socket = self._socket or transport
        super().connection_made(transport)
        self.wait_for_client()

    def connection_lost(self, error: Exception | None) -> None:
        if self._clock is not None:
            self._clock.cancel()
        super().connection_lost(error)

    def eof_received(self) -> bool:
        """The client has said all; what it said is still answered."""
        self._reader.feed_eof()
        return self.session is not None and self.session.ssl is None

    # Replies

    async def push(self, status: str | bytes) -> None:
        """Send a reply, with an enhanced status code where it lacks one."""
        text = status.decode("utf-8", "replace") if isinstance(status, bytes) else status
        if not self.is_greeting:
            text = enhanced(text)
        text = text.replace("\r", " ").replace("\n", " ")
        await super().push(text.encode("utf-8", "replace"))

    def dismiss(self, reply: str) -> None:
        """Say why, and hang up."""
        transport = self.transport
        if isinstance(transport, asyncio.WriteTransport) and not transport.is_closing():
            transport.write(f"{reply}\r\n".encode("ascii", "replace"))
            self.hang_up()

    def hang_up(self) -> None:
        """Close, once the client has read the last reply."""
        if self.transport is not None:
            self.transport.close()
            # A client that reads nothing would keep its last reply, and the connection, for ever.
            self.loop.call_later(HANG_UP_SECONDS, self.abort)

    def abort(self) -> None:
        """End the connection at once, whatever is still to be said."""
        for transport in (self.transport, self._socket):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()

    # Time

    def wait_for_client(self, seconds: float | None = None) -> None:
        """Give the client ``seconds`` from now, by default what an idle one has."""
        wait = self.idle_seconds if seconds is None else seconds
        if not self.is_receiving:
            wait = min(wait, self._ends - self.loop.time())
        if self._clock is not None:
            self._clock.cancel()
        self._clock = self.loop.call_later(max(0.001, wait), self._time_is_up)

    def _time_is_up(self) -> None:
        if self.is_receiving:
            self.dismiss("421 4.4.2 Waited too long for <CR><LF>.<CR><LF>")
        elif self.loop.time() >= self._ends:
            self.dismiss("421 4.4.2 Connected for too long")
        else:
            self.dismiss("421 4.4.2 Idle for too long")

    # Commands

    async def _handle_client(self) -> None:
        """Greet, then answer one command after the other until the connection ends."""
        self.input = ClientInput(self._reader)
        try:
            await self.push(f"220 {self.hostname} {self.banner}")
            while self.transport is not None and not self.transport.is_closing():
                try:
                    line = await self.input.command(COMMAND_BYTES)
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
            self.hang_up()

    async def _answer_command(self, line: bytes) -> None:
        word, _, argument = line.partition(b" ")
        command = word.decode("ascii", "replace").upper()
        answer = getattr(self, f"smtp_{command}", None)
        if answer is None:
            await self._answer_nonsense("500 5.5.2 No such command")
            return
        self._spent[command] += 1
        if self._spent[command] > MAX_COMMANDS.get(command, MAX_OTHER_COMMANDS):
            self.dismiss(f"421 4.7.0 Too many {command} commands for no mail")
            return
        self.wait_for_client()
        await answer(argument.strip().decode("utf-8", "surrogateescape") or None)

    async def _answer_nonsense(self, reply: str) -> None:
        self._nonsense += 1
        if self._nonsense > MAX_NONSENSE:
            self.dismiss("421 4.7.0 Too many lines that are no command")
        else:
            await self.push(reply)

    def count_commands_anew(self) -> None:
        """Forget how many commands were spent: they brought mail."""
        self._spent.clear()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        return read_path(arg) or (None, None)

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        return read_parameters(params)
