"""Listens on ports and sockets, and limits connections in all and from one network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import stat
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from archive.errors import StoreUnavailableError

SOCKET_MODE = 0o660
"""A Unix socket's owner and group may connect; its folder decides what the group is."""
_TOO_MANY = b"421 4.3.2 Too many connections, try again later\r\n"
_TOO_MANY_FROM_YOU = b"421 4.7.0 Too many connections from you, try again later\r\n"


class Admission:
    """Counts connections, in all and by the network they come from."""

    def __init__(self, in_all: int, per_peer: int) -> None:
        self._in_all = in_all
        self._per_peer = per_peer
        self._count = 0
        self._by_peer: Counter[str] = Counter()

    def enter(self, peer: str | None) -> bytes | None:
        """Count a connection; returns the reply that turns it away, or None.

        peer: the network it comes from; None for a local socket.
        """
        if self._count >= self._in_all:
            return _TOO_MANY
        if peer is not None:
            if self._by_peer[peer] >= self._per_peer:
                return _TOO_MANY_FROM_YOU
            self._by_peer[peer] += 1
        self._count += 1
        return None

    def leave(self, peer: str | None) -> None:
        """Uncount a connection that ``enter`` counted."""
        self._count -= 1
        if peer is not None:
            self._by_peer[peer] -= 1
            if not self._by_peer[peer]:
                del self._by_peer[peer]


class Doorkeeper(asyncio.Protocol):
    """Gives a new connection a conversation where there is room for it, and else refuses it.

    converse: makes the conversation with a client of a network, or None while shutting down.
    """

    def __init__(
        self, admission: Admission, converse: Callable[[str | None], asyncio.BaseProtocol | None]
    ) -> None:
        self._admission = admission
        self._converse = converse

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        peer = network_of(transport.get_extra_info("peername"))
        refusal = self._admission.enter(peer)
        if refusal is not None:
            transport.write(refusal)
            transport.close()
            return
        conversation = self._converse(peer)
        if conversation is None:
            self._admission.leave(peer)
            transport.write(b"421 4.3.2 Shutting down\r\n")
            transport.close()
            return
        transport.set_protocol(conversation)
        conversation.connection_made(transport)


def network_of(peername: object) -> str | None:
    """Return the network of a peer: its IPv4 address or IPv6 /64; None for a local socket."""
    if not isinstance(peername, tuple) or not peername:
        return None
    try:
        address = ipaddress.ip_address(str(peername[0]).partition("%")[0])
    except ValueError:
        return str(peername[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


async def listen_on_port(
    factory: Callable[[], asyncio.BaseProtocol], host: str, port: int
) -> tuple[asyncio.Server, str]:
    """Listen; returns the server and ``host:port``. Raises ``StoreUnavailableError``."""
    try:
        server = await asyncio.get_running_loop().create_server(factory, host, port, backlog=512)
    except OSError as error:
        raise _cannot_listen(f"{host}:{port}", error) from None
    name = f"[{host}]" if ":" in host else host
    return server, f"{name}:{server.sockets[0].getsockname()[1]}"


async def listen_on_socket(
    factory: Callable[[], asyncio.BaseProtocol], path: Path
) -> tuple[asyncio.Server, str]:
    """Listen on a Unix socket; returns the server and the socket's path.

    A socket that a process left behind when it was killed is replaced; one
    that somebody serves is not. Raises ``StoreUnavailableError``.
    """
    try:
        listener = await asyncio.to_thread(_bound_socket, path)
        server = await asyncio.get_running_loop().create_unix_server(
            factory, sock=listener, backlog=512
        )
    except OSError as error:
        raise _cannot_listen(str(path), error) from None
    return server, str(path)


def _bound_socket(path: Path) -> socket.socket:
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.lstat().st_mode) and _is_dead(path):
            path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(SOCKET_MODE)
    except OSError:
        listener.close()
        raise
    return listener


def _is_dead(path: Path) -> bool:
    """Whether nobody serves the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return True
    return False


def _cannot_listen(where: str, error: OSError) -> StoreUnavailableError:
    return StoreUnavailableError(f"cannot listen on {where}: {error.strerror or error}")
