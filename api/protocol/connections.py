"""Connections of the HTTP service: bounds of time, size and number.

uvicorn reads requests for as long as a client sends them. Here a client has so
many seconds for a header, for a body, and to take an answer; a header has so
many bytes; and where connections run out, the one that has waited longest for
its request gives its place to the next.
"""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from enum import Enum
from http import HTTPStatus
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from api.languages import language_of
from api.protocol.problems import MEDIA_TYPE, problem

MAX_HEADER_BYTES: Final = 32_768
MAX_HEADER_FIELDS: Final = 100
MAX_TARGET_BYTES: Final = 65_536
HEADER_SECONDS: Final = 10.0
"""For the first byte of a new connection, and from a request's first byte to its header's end."""
BODY_SECONDS: Final = 30.0
"""From the end of a header to the end of its body, of at most 1 MiB."""
TAKING_SECONDS: Final = 60.0
"""For a client that does not read on, until it does."""
MOST_CONNECTIONS: Final = 1_000
RESERVED_DESCRIPTORS: Final = 128
"""What the store, the index and the other doors need of the process's file descriptors."""
PER_CLIENT: Final = 200
"""Connections of one network that a browser, a script or a proxy never comes near."""

_BOUNDS: Final = {
    "header": MAX_HEADER_BYTES,
    "fields": MAX_HEADER_FIELDS,
    "target": MAX_TARGET_BYTES,
}


class Places:
    """The connections that are open: how many in all, and how many of one client.

    in_all: by default what the process's limit of file descriptors leaves room for.
    """

    def __init__(self, in_all: int | None = None, per_client: int = PER_CLIENT) -> None:
        self._in_all = _room() if in_all is None else in_all
        self._per_client = per_client
        self._clients: Counter[str] = Counter()
        self._open: dict[BoundedConnection, str] = {}
        self._waiting: dict[BoundedConnection, None] = {}

    def enter(self, connection: BoundedConnection, client: str) -> bool:
        """Give a new connection a place; False when all are taken by requests being answered."""
        if self._clients[client] >= self._per_client and not self._give_up(client):
            return False
        if len(self._open) >= self._in_all and not self._give_up(None):
            return False
        self._clients[client] += 1
        self._open[connection] = client
        self.waits(connection)
        return True

    def leave(self, connection: BoundedConnection) -> None:
        """A connection has ended."""
        client = self._open.pop(connection, None)
        self._waiting.pop(connection, None)
        if client is not None:
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]

    def waits(self, connection: BoundedConnection) -> None:
        """A connection waits for the rest of its request, from now on."""
        self._waiting.pop(connection, None)
        if connection in self._open:
            self._waiting[connection] = None

    def is_served(self, connection: BoundedConnection) -> None:
        """A connection's request is whole: it keeps its place until it is answered."""
        self._waiting.pop(connection, None)

    def _give_up(self, client: str | None) -> bool:
        """End the connection that has waited longest, of one client or of all."""
        for connection in self._waiting:
            if client is None or self._open[connection] == client:
                self.leave(connection)
                connection.abort()
                return True
        return False


class _Part(Enum):
    """What a connection waits for; nothing while its request is answered."""

    HEADER = "header"
    BODY = "body"
    NOTHING = "nothing"


class BoundedConnection(HttpToolsProtocol):
    """One connection of uvicorn's, within bounds.

    What it overrides is the interface of ``asyncio.Protocol`` and the callbacks of
    ``httptools.HttpRequestParser``; of uvicorn's own it replaces ``send_400_response``
    and listens to ``on_response_complete``. ``tests/api/protocol/test_connections.py``
    tries each against the installed release.
    """

    places: Places

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._timer: asyncio.TimerHandle | None = None
        self._refusal = HTTPStatus.BAD_REQUEST
        self._expects = _Part.HEADER
        self._header_bytes = 0
        self._unparsed = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        client = self.client[0] if self.client else ""
        if not self.places.enter(self, client):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "connections-full")
            return
        self._wait(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self.places.leave(self)
        super().connection_lost(exc)

    def abort(self) -> None:
        """End the connection at once."""
        self._stop_waiting()
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._expects is _Part.HEADER:
            # One field may be longer than all that the parser has handed on of it.
            self._unparsed += len(data)
            if self._unparsed > MAX_HEADER_BYTES + MAX_TARGET_BYTES:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "header-too-large")
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expects = _Part.HEADER
        self._header_bytes = self._unparsed = 0
        self.places.waits(self)
        self._wait(HEADER_SECONDS)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_TARGET_BYTES:
            self._refusal = HTTPStatus.REQUEST_URI_TOO_LONG
            raise ValueError("the target is too long")

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > MAX_HEADER_BYTES or len(self.headers) > MAX_HEADER_FIELDS:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise ValueError("the header is too large")

    def on_headers_complete(self) -> None:
        hosts = sum(name == b"host" for name, _ in self.headers)
        # RFC 9112, section 3.2: exactly one, and in HTTP/1.1 never none.
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            raise ValueError("the request names no host, or several")
        self._expects = _Part.BODY
        self._wait(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._expects = _Part.NOTHING
        self._stop_waiting()
        self.places.is_served(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._expects is _Part.NOTHING:
            self.places.waits(self)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait(TAKING_SECONDS)

    def resume_writing(self) -> None:
        self._stop_waiting()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that cannot be parsed, as everything is answered: with a problem."""
        self._refuse(self._refusal, _CODES[self._refusal])

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, self._end)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        """Nothing came in time: say so where the client may still listen, and hang up."""
        self._timer = None
        if self.transport.is_closing():
            self.transport.abort()
        elif self._expects is not _Part.HEADER:
            self.abort()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "request-timeout")

    def _refuse(self, status: HTTPStatus, code: str) -> None:
        # Of a header that broke off what was read so far may tell the language.
        accepted = next((v for name, v in self.headers or () if name == b"accept-language"), b"")
        language = language_of(accepted.decode("latin-1"))
        body = problem(status, code, _BOUNDS, language=language).model_dump_json().encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
            f"content-language: {language}\r\nconnection: close\r\n\r\n"
        )
        self._stop_waiting()
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
        # A client that does not read its refusal keeps the connection no longer than this.
        self._timer = self.loop.call_later(HEADER_SECONDS, self.transport.abort)


def bounded_connections(places: Places) -> type[BoundedConnection]:
    """The protocol for uvicorn's ``http``, all of whose connections share ``places``."""
    return type("BoundedConnection", (BoundedConnection,), {"places": places})


_CODES: Final = {
    HTTPStatus.BAD_REQUEST: "request-malformed",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "header-too-large",
    HTTPStatus.REQUEST_URI_TOO_LONG: "target-too-long",
}


def _room() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(16, min(MOST_CONNECTIONS, soft - RESERVED_DESCRIPTORS))
