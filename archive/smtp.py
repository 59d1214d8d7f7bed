"""The SMTP and LMTP door: takes posts of the archive's own lists, and nothing else.

``250`` after DATA means that the message is committed and synced. Nothing is
relayed, nothing is ever sent in answer.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from weakref import WeakSet

import structlog
from sqlalchemy import bindparam, select

from archive.database import Database
from archive.errors import StoreUnavailableError, UsageError
from archive.group_commit import GroupCommit, Keeper, QueueFullError
from archive.models import MailingList
from archive.settings import Settings
from archive.smtp_conversation import (
    IDLE_SECONDS,
    STORE_SECONDS,
    Conversation,
    DoorEnvelope,
    LmtpConversation,
)
from archive.writer import Incoming

log = structlog.get_logger()

MAX_CONNECTIONS = 100
RECEIVING_BYTES = 256 << 20
"""Memory for all messages on their way from a client to the store."""
STOP_SECONDS = 10.0
LOOKUP_THREADS = 4
READING_THREADS = 2
RECEIVING_PREFIX = "archive+"
_LIST_OF_ADDRESS = select(MailingList.id).where(MailingList.address == bindparam("address"))
_LIST_OF_SLUG = select(MailingList.id, MailingList.secret).where(
    MailingList.slug == bindparam("slug")
)


class SmtpDoor:
    """Listens for SMTP, and for LMTP if a port is set, in the caller's event loop.

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
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.settings = settings
        self.is_stopping = False
        self._database = database
        self._accept_list_address = accept_list_address
        self._max_connections = max_connections
        self._idle_seconds = idle_seconds
        self._store = store
        self._group = GroupCommit(store)
        self._lookups = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="smtp-lookup")
        self._reading = ThreadPoolExecutor(READING_THREADS, thread_name_prefix="smtp-reading")
        self._connections: WeakSet[Conversation] = WeakSet()
        self._all_gone = asyncio.Event()
        self._servers: list[asyncio.Server] = []
        self._ports: list[int] = []
        self._received_bytes = 0

    # Life

    async def start(self) -> None:
        """Listen. Raises ``StoreUnavailableError`` when a port cannot be had.

        Raises ``UsageError`` for a certificate that cannot be used.
        """
        # aiosmtpd logs every command, and with it the secret of every receiving address.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        tls = _tls_context(self.settings)
        self._group.start()
        try:
            await self._listen(Conversation, self.settings.smtp_port, tls)
            if self.settings.lmtp_port is not None:
                await self._listen(LmtpConversation, self.settings.lmtp_port, None)
        except StoreUnavailableError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Finish what is being received and stored, dismiss everybody, close."""
        self.is_stopping = True
        for server in self._servers:
            server.close()
        idle = [one for one in self._connections if not one.is_receiving]
        await asyncio.gather(
            *(one.dismiss("4.3.2 Shutting down") for one in idle), return_exceptions=True
        )
        if self._connections:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_gone.wait(), STOP_SECONDS)
        for one in list(self._connections):
            if one.transport is not None:
                one.transport.close()
        await asyncio.to_thread(self._group.stop)
        for pool in (self._lookups, self._reading):
            pool.shutdown(wait=False, cancel_futures=True)

    @property
    def smtp_port(self) -> int:
        """The port SMTP listens on, once started."""
        return self._ports[0]

    @property
    def lmtp_port(self) -> int | None:
        """The port LMTP listens on, if it does."""
        return self._ports[1] if len(self._ports) > 1 else None

    async def _listen(
        self, kind: type[Conversation], port: int, tls: ssl.SSLContext | None
    ) -> None:
        loop = asyncio.get_running_loop()
        host = self.settings.smtp_host
        factory: Callable[[], asyncio.BaseProtocol] = partial(self._answer_call, kind, loop, tls)
        try:
            server = await loop.create_server(factory, host, port)
        except OSError as error:
            raise StoreUnavailableError(
                f"cannot listen on {host}:{port}: {error.strerror or error}"
            ) from None
        self._servers.append(server)
        self._ports.append(server.sockets[0].getsockname()[1])

    def _answer_call(
        self,
        kind: type[Conversation],
        loop: asyncio.AbstractEventLoop,
        tls: ssl.SSLContext | None,
    ) -> asyncio.BaseProtocol:
        if self.is_stopping or len(self._connections) >= self._max_connections:
            return _Refusal()
        conversation = kind(self, loop, tls, self._idle_seconds)
        self._connections.add(conversation)
        return conversation

    def forget(self, conversation: Conversation) -> None:
        """A connection has ended."""
        self._connections.discard(conversation)
        if self.is_stopping and not self._connections:
            self._all_gone.set()

    # Policy

    async def list_of(self, recipient: str, conversation: Conversation) -> int | str | None:
        """The list row a recipient stands for, None for nobody, or a reply for the time being."""
        loop = asyncio.get_running_loop()
        trusted = self._accept_list_address and _is_near(conversation)
        try:
            return await loop.run_in_executor(self._lookups, self._find, recipient, trusted)
        except StoreUnavailableError as error:
            log.warning("a recipient could not be looked up", reason=str(error))
            return "451 4.3.0 The archive is not available now, try again later"

    def _find(self, recipient: str, trusted: bool) -> int | None:
        address = recipient.lower()
        if not address.isascii() or not address.isprintable() or len(address) > 400:
            return None
        local_part, _, domain = address.rpartition("@")
        with self._database.session() as session:
            connection = session.connection()
            if trusted:
                own = connection.scalar(_LIST_OF_ADDRESS, {"address": address})
                if own is not None:
                    return int(own)
            if domain != self.settings.mail_domain.lower():
                return None
            if not local_part.startswith(RECEIVING_PREFIX):
                return None
            slug, _, secret = local_part.removeprefix(RECEIVING_PREFIX).rpartition(".")
            row = connection.execute(_LIST_OF_SLUG, {"slug": slug}).first()
        # An unknown list takes the same way, so that the time tells nothing.
        expected = "-" if row is None else row.secret
        matches = hmac.compare_digest(secret.encode(), expected.encode())
        return row.id if row is not None and matches else None

    # Content

    def reserve(self, size: int) -> bool:
        """Count ``size`` more bytes as on their way; False when that is too many."""
        if size > 0 and self._received_bytes + size > RECEIVING_BYTES:
            return False
        self._received_bytes += size
        return True

    async def take(self, content: bytes, envelope: DoorEnvelope, conversation: Conversation) -> str:
        """Store a message for each list it came to, and the reply."""
        received = datetime.now(UTC)
        sender = _envelope_sender(envelope)
        incoming = [
            Incoming(content, list_id, conversation.door_name, received, sender)
            for list_id in dict.fromkeys(envelope.lists)
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
            full = "full" in str(error).lower()
            return f"{'452 4.3.1' if full else '451 4.3.0'} Not stored, try again later"
        except TimeoutError:
            log.warning("a message was not stored in time")
            return "451 4.3.0 Not stored in time, try again later"
        except Exception:
            # Whatever is wrong with a message, its list must not see it bounce.
            log.exception("a message could not be stored")
            return "451 4.3.0 Not stored, try again later"
        return "250 2.0.0 Stored"


class _Refusal(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
        transport.close()


def _envelope_sender(envelope: DoorEnvelope) -> str:
    """MAIL FROM; empty for the null sender."""
    sender = envelope.mail_from or ""
    if sender == "<>":
        return ""
    printable = "".join(letter if letter.isprintable() else "?" for letter in sender)
    return printable[:400]


def _is_near(conversation: Conversation) -> bool:
    """By LMTP, or from this machine."""
    if isinstance(conversation, LmtpConversation):
        return True
    peer = conversation.session.peer if conversation.session is not None else None
    try:
        return ipaddress.ip_address(str(peer[0] if peer else "")).is_loopback
    except ValueError:
        return False


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
