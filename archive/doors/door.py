"""The SMTP and LMTP door takes posts of the archive's own lists, and nothing else.

``250`` after DATA means that the message is committed and synced. The door
relays nothing and sends no mail.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import structlog

from archive.database import Database
from archive.doors.client_input import Reservation
from archive.doors.connection import IDLE_SECONDS
from archive.doors.conversation import STORE_SECONDS, Conversation
from archive.doors.group_commit import GroupCommit, Keeper, QueueFullError
from archive.doors.listening import Admission, Doorkeeper, listen_on_port, listen_on_socket
from archive.doors.lmtp import LmtpConversation
from archive.doors.recipients import Recipients
from archive.errors import StoreUnavailableError, UsageError
from archive.settings import Settings
from archive.store.arrivals import Incoming

log = structlog.get_logger()

MAX_CONNECTIONS = 200
MAX_CONNECTIONS_PER_PEER = 100
"""From one IPv4 address or one IPv6 /64, so that no single sender shuts out the others."""
RECEIVING_BYTES = 256 << 20
"""Memory for all messages on their way from a client to the store."""
STOP_SECONDS = 10.0
LOOKUP_THREADS = 4
READING_THREADS = 2


class SmtpDoor:
    """Listens for SMTP, and for LMTP where that is set, in the caller's event loop.

    accept_list_address: by LMTP and from this machine, take mail to a list's
    own address too, not only to its receiving address.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        store: Keeper,
        *,
        accept_list_address: bool = False,
        max_connections: int = MAX_CONNECTIONS,
        max_connections_per_peer: int = MAX_CONNECTIONS_PER_PEER,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.settings = settings
        self.is_stopping = False
        self._recipients = Recipients(database, settings.mail_domain)
        self._accept_list_address = accept_list_address
        self._idle_seconds = idle_seconds
        self._store = store
        self._group = GroupCommit(store)
        self._lookups = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="smtp-lookup")
        self._reading = ThreadPoolExecutor(READING_THREADS, thread_name_prefix="smtp-reading")
        self._admission = Admission(max_connections, max_connections_per_peer)
        self._connections: set[Conversation] = set()
        self._all_gone = asyncio.Event()
        self._servers: list[asyncio.Server] = []
        self._places: dict[str, str] = {}
        self._received_bytes = 0

    async def start(self) -> None:
        """Listen. Raises ``StoreUnavailableError`` when a port or socket cannot be had.

        Raises ``UsageError`` for a certificate that cannot be used.
        """
        # aiosmtpd logs every command, and with it the secret of every receiving address.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        settings = self.settings
        smtp = self._doorkeeper(Conversation, _tls_context(settings))
        lmtp = self._doorkeeper(LmtpConversation, None)
        self._group.start()
        try:
            await self._open("smtp", listen_on_port(smtp, settings.smtp_host, settings.smtp_port))
            if settings.lmtp_port is not None:
                port = listen_on_port(lmtp, settings.smtp_host, settings.lmtp_port)
                await self._open("lmtp", port)
            if settings.lmtp_socket is not None:
                await self._open("lmtp-socket", listen_on_socket(lmtp, settings.lmtp_socket))
        except StoreUnavailableError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Finish what is being received and stored, dismiss everybody, close."""
        self.is_stopping = True
        for server in self._servers:
            server.close()
        if "lmtp-socket" in self._places and self.settings.lmtp_socket is not None:
            self.settings.lmtp_socket.unlink(missing_ok=True)
        for one in [each for each in self._connections if not each.is_receiving]:
            one.dismiss("421 4.3.2 Shutting down")
        if self._connections:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_gone.wait(), STOP_SECONDS)
        for one in list(self._connections):
            one.abort()
        await asyncio.to_thread(self._group.stop)
        for pool in (self._lookups, self._reading):
            pool.shutdown(wait=False, cancel_futures=True)

    @property
    def places(self) -> dict[str, str]:
        """Where it listens, once started: ``smtp``, ``lmtp`` and ``lmtp-socket``."""
        return dict(self._places)

    @property
    def smtp_port(self) -> int:
        """The port SMTP listens on, once started."""
        return int(self._places["smtp"].rpartition(":")[2])

    @property
    def lmtp_port(self) -> int | None:
        """The port LMTP listens on, if it does."""
        place = self._places.get("lmtp")
        return None if place is None else int(place.rpartition(":")[2])

    async def _open(self, name: str, listening: Awaitable[tuple[asyncio.Server, str]]) -> None:
        server, place = await listening
        self._servers.append(server)
        self._places[name] = place

    def _doorkeeper(
        self, kind: type[Conversation], tls: ssl.SSLContext | None
    ) -> Callable[[], asyncio.BaseProtocol]:
        """Makes the protocol of each new connection."""

        def converse(network: str | None) -> Conversation | None:
            if self.is_stopping:
                return None
            loop = asyncio.get_running_loop()
            conversation = kind(self, loop, tls, self._idle_seconds)
            conversation.network = network
            self._connections.add(conversation)
            return conversation

        return lambda: Doorkeeper(self._admission, converse)

    def forget(self, conversation: Conversation) -> None:
        """A connection has ended."""
        if conversation in self._connections:
            self._connections.discard(conversation)
            self._admission.leave(conversation.network)
        if self.is_stopping and not self._connections:
            self._all_gone.set()

    async def list_of(self, recipient: str, *, is_near: bool) -> int | str | None:
        """Return the list row of a recipient, None for nobody, or a reply for the time being."""
        own_address = self._accept_list_address and is_near
        look = partial(self._recipients.list_of, recipient, own_address=own_address)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._lookups, look)
        except StoreUnavailableError as error:
            log.warning("a recipient could not be looked up", reason=str(error))
            return "451 4.3.0 The archive is not available now, try again later"

    def is_receiving_address(self, recipient: str) -> bool:
        """Whether the recipient has the form of an address that only a list manager knows."""
        return self._recipients.is_receiving_address(recipient)

    def reservation(self) -> Reservation:
        """Return memory for one message that arrives."""
        return _Reservation(self)

    def reserve(self, size: int) -> bool:
        """Count ``size`` more bytes as on their way; False when that is too many."""
        if size > 0 and self._received_bytes + size > RECEIVING_BYTES:
            return False
        self._received_bytes += size
        return True

    async def take(
        self,
        content: bytes,
        lists: Sequence[int],
        mail_from: str | None,
        door: str,
        secretly: Collection[int] = (),
    ) -> str:
        """Store a message for all of some lists or for none; returns the reply.

        secretly: those lists to whose own receiving address it came.
        """
        received = datetime.now(UTC)
        sender = _envelope_sender(mail_from)
        incoming = [
            Incoming(content, list_id, door, received, sender, list_id in secretly)
            for list_id in dict.fromkeys(lists)
        ]
        loop = asyncio.get_running_loop()
        try:
            # While the writer waits for the disk, the next messages are read.
            await loop.run_in_executor(self._reading, self._store.read_ahead, content)
            future = asyncio.wrap_future(self._group.submit(incoming))
            await asyncio.wait_for(future, STORE_SECONDS)
        except QueueFullError:
            return "451 4.3.2 Too busy, try again later"
        except StoreUnavailableError as error:
            log.warning("a message could not be stored", reason=str(error))
            full = any(sign in str(error).lower() for sign in ("full", "no space left"))
            return f"{'452 4.3.1' if full else '451 4.3.0'} Not stored, try again later"
        except TimeoutError:
            log.warning("a message was not stored in time")
            return "451 4.3.0 Not stored in time, try again later"
        except Exception:
            # Whatever is wrong with a message, its list must not see it bounce.
            log.exception("a message could not be stored")
            return "451 4.3.0 Not stored, try again later"
        return "250 2.0.0 Stored"


class _Reservation:
    """The part of the door's memory that one message takes while it is on its way."""

    def __init__(self, door: SmtpDoor) -> None:
        self._door = door
        self._bytes = 0

    def take(self, size: int) -> bool:
        if not self._door.reserve(size):
            return False
        self._bytes += size
        return True

    def release(self) -> None:
        self._door.reserve(-self._bytes)
        self._bytes = 0


def _envelope_sender(mail_from: str | None) -> str:
    """MAIL FROM; empty for the null sender."""
    if mail_from is None or mail_from == "<>":
        return ""
    printable = "".join(letter if letter.isprintable() else "?" for letter in mail_from)
    return printable[:400]


def _tls_context(settings: Settings) -> ssl.SSLContext | None:
    if settings.smtp_tls_cert is None:
        if settings.smtp_tls_key is not None:
            raise UsageError("PAKAR_SMTP_TLS_KEY needs PAKAR_SMTP_TLS_CERT")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.smtp_tls_cert, settings.smtp_tls_key)
    except OSError as error:
        raise UsageError(f"PAKAR_SMTP_TLS_CERT: cannot be used: {error}") from None
    return context
