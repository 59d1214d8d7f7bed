"""How much one client may ask in a minute, and how it is told (``RateLimit-*``, 429).

Answers that lie ready for an epoch cost nothing and are not counted. A client
on this machine is the operator's own, or a proxy that names nobody: it is told
its figures and never turned away, but for wrong tokens.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final

from limits import RateLimitItemPerMinute
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.protocol.counting import Counter
from api.protocol.problems import ProblemError
from archive.doors.listening import network_of

UNLIMITED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_SEARCHES: Final = ("/search", "/api/v1/search", "/api/v1/experts", "/api/v1/people")
_NEAR: Final = "::/64"
"""The network of ``::1``."""
_MATCHES: Final = ("/ask", "/api/v1/match")


class Pace:
    """Counts what clients and tokens do, by kind, against so many a minute of each.

    allowances: by kind, as ``Settings.allowances``.
    """

    def __init__(self, counter: Counter, allowances: Mapping[str, int]) -> None:
        self._counter = counter
        self._items = {
            kind: RateLimitItemPerMinute(most, namespace=kind) for kind, most in allowances.items()
        }

    async def allows(self, kind: str, who: str) -> bool:
        """Count one; whether it is within the limit."""
        return await self._counter.hit(self._items[kind], who)

    async def would_allow(self, kind: str, who: str) -> bool:
        """Whether one more would be within the limit."""
        return await self._counter.test(self._items[kind], who)

    async def fields(self, kind: str, who: str) -> dict[str, str]:
        """The header fields that tell the limit, what is left of it, and until when."""
        item = self._items[kind]
        left, seconds = await self._counter.left(item, who)
        return {
            "RateLimit-Limit": str(item.amount),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(seconds),
        }

    async def excess(self, kind: str, who: str) -> ProblemError:
        """The error for who does too much."""
        fields = await self.fields(kind, who)
        headers = {**fields, "Retry-After": fields["RateLimit-Reset"]}
        return ProblemError(429, "rate-limit", headers, most=self._items[kind].amount, kind=kind)


class RateLimits:
    """ASGI layer that counts requests, and turns away who asks too much."""

    def __init__(self, app: ASGIApp, pace: Pace) -> None:
        self.app = app
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNLIMITED:
            await self.app(scope, receive, send)
            return
        client, is_near = _client(scope)
        shows_token = any(name == b"authorization" for name, _ in scope["headers"])
        if shows_token and not await self._pace.would_allow("wrong-tokens", client):
            raise await self._pace.excess("wrong-tokens", client)
        kind = kind_of(scope)
        if not await self._pace.allows(kind, client) and not is_near:
            raise await self._pace.excess(kind, client)
        fields = await self._pace.fields(kind, client)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in fields.items():
                    # The answer itself may tell of a narrower limit that it met.
                    headers.setdefault(name, value)
                if shows_token and message["status"] == 401:
                    await self._pace.allows("wrong-tokens", client)
            await send(message)

        await self.app(scope, receive, told)


def kind_of(scope: Scope) -> str:
    """The kind of a request, by what it costs."""
    path: str = scope["path"]
    if path in _MATCHES and scope["method"] == "POST":
        return "matching"
    # A list of people without words is reading; with them it is a search.
    if path in _SEARCHES and b"q=" in scope["query_string"]:
        return "searching"
    return "reading"


def _client(scope: Scope) -> tuple[str, bool]:
    """The network that asks, and whether it is this machine."""
    peer = scope.get("client")
    client = network_of(tuple(peer)) if peer else None
    if client is None:
        return "local", True
    try:
        return client, ipaddress.ip_network(client).is_loopback or client == _NEAR
    except ValueError:
        # A client inside this process, which has no address.
        return client, True
