"""How much one client may ask in a minute, and how it is told (``RateLimit-*``, 429).

Answers that lie ready for an epoch cost nothing and are not counted. A client
on this machine is the operator's own, or a proxy that names nobody: it is told
its figures and never turned away, but for wrong tokens.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from limits import RateLimitItemPerMinute
from limits.errors import ConfigurationError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.protocol.problems import problem, problem_response
from archive.doors.listening import network_of
from archive.errors import UsageError

Answer = TypeVar("Answer")

MEMORY: Final = "memory"
UNLIMITED: Final = frozenset({"/healthz", "/readyz", "/metrics"})


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many requests of a kind a minute, by one client."""

    kind: str
    a_minute: int

    @property
    def item(self) -> RateLimitItemPerMinute:
        """The allowance as the limiter knows it."""
        return RateLimitItemPerMinute(self.a_minute, namespace=self.kind)


READING: Final = Allowance("reading", 1_200)
SEARCHING: Final = Allowance("searching", 240)
MATCHING: Final = Allowance("matching", 60)
WRONG_TOKENS: Final = Allowance("wrong-tokens", 20)
_SEARCHES: Final = ("/search", "/api/v1/search", "/api/v1/experts", "/api/v1/people")
_NEAR: Final = "::/64"
"""The network of ``::1``."""
_MATCHES: Final = ("/ask", "/api/v1/match")


def rate_store(setting: str) -> Storage:
    """Where requests are counted: ``memory``, or a ``redis://`` URL. Raises ``UsageError``."""
    if setting == MEMORY:
        return MemoryStorage()
    try:
        storage = storage_from_string(setting)
    except (ConfigurationError, ValueError) as error:
        raise UsageError(f"PAKAR_RATE_LIMIT_STORE: {error}") from None
    assert isinstance(storage, Storage)
    return storage


class RateLimits:
    """ASGI layer that counts requests, and turns away who asks too much."""

    def __init__(self, app: ASGIApp, store: Storage) -> None:
        self.app = app
        self._limiter = FixedWindowRateLimiter(store)
        self._in_memory = isinstance(store, MemoryStorage)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNLIMITED:
            await self.app(scope, receive, send)
            return
        client, is_near = _client(scope)
        shows_token = any(name == b"authorization" for name, _ in scope["headers"])
        if shows_token and not await self._call(self._limiter.test, WRONG_TOKENS.item, client):
            await self._turn_away(WRONG_TOKENS, client, scope, receive, send)
            return
        allowance = allowance_of(scope)
        allowed = await self._call(self._limiter.hit, allowance.item, client)
        if not allowed and not is_near:
            await self._turn_away(allowance, client, scope, receive, send)
            return
        fields = await self._fields(allowance, client)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(fields)
                if shows_token and message["status"] == 401:
                    await self._call(self._limiter.hit, WRONG_TOKENS.item, client)
            await send(message)

        await self.app(scope, receive, told)

    async def _turn_away(
        self, allowance: Allowance, client: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        fields = await self._fields(allowance, client)
        detail = f"at most {allowance.a_minute} requests of this kind a minute ({allowance.kind})"
        answer = problem_response(problem(429, detail))
        answer.headers.update({**fields, "Retry-After": fields["RateLimit-Reset"]})
        await answer(scope, receive, send)

    async def _fields(self, allowance: Allowance, client: str) -> dict[str, str]:
        window = await self._call(self._limiter.get_window_stats, allowance.item, client)
        left = max(1, round(window.reset_time - time.time()))
        return {
            "RateLimit-Limit": str(allowance.a_minute),
            "RateLimit-Remaining": str(max(0, window.remaining)),
            "RateLimit-Reset": str(min(60, left)),
        }

    async def _call(
        self, count: Callable[..., Answer], item: RateLimitItemPerMinute, client: str
    ) -> Answer:
        if self._in_memory:
            return count(item, client)
        return await run_in_threadpool(count, item, client)


def allowance_of(scope: Scope) -> Allowance:
    """The allowance a request falls under, by what it costs."""
    path: str = scope["path"]
    if path in _MATCHES and scope["method"] == "POST":
        return MATCHING
    # A list of people without words is reading; with them it is a search.
    if path in _SEARCHES and b"q=" in scope["query_string"]:
        return SEARCHING
    return READING


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
