"""Validators for every answer, and ready answers of the current epoch.

Rankings change only with the epoch. Their finished bytes are kept, and a
request for them is answered before routing and validation. What the store
alone decides (threads, messages, searches, lists) is never kept.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b

from fastapi import Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.languages import language_of
from archive.cache import BoundedCache
from archive.errors import PakarError

MAX_BYTES = 64 << 20
"""Ready answers kept, together."""
MAX_ENTRY_BYTES = 4 << 20
SCOPE_KEY = "pakar.epoch"
_OVERHEAD_BYTES = 1_000

_Key = tuple[bytes, bytes, str]
"""Path, query and language."""


@dataclass(slots=True)
class EpochMark:
    """Left by a route in the scope: the epoch that alone decided its answer."""

    epoch: int | None = None


def json_answer(
    request: Request, body: BaseModel, *, epoch: int | None = None, status: int = 200
) -> Response:
    """``body`` as JSON, with ETag and Link; 304 where the client has it already.

    epoch: the epoch that alone decides the answer, which may then be kept.
    """
    content = body.__pydantic_serializer__.to_json(body)
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Authorization",
        "ETag": entity_tag(content, epoch),
    }
    following = getattr(body, "next", None)
    if following:
        headers["Link"] = f'<{following}>; rel="next"'
    return conditional(request, Response(content, status, headers, "application/json"), epoch=epoch)


def conditional(request: Request, response: Response, *, epoch: int | None = None) -> Response:
    """``response``, or 304 where ``If-None-Match`` names its ETag (RFC 9110, section 13.1.2)."""
    mark = request.scope.get(SCOPE_KEY)
    if isinstance(mark, EpochMark):
        mark.epoch = epoch
    wanted = request.headers.get("if-none-match")
    if wanted is None or not matches(wanted, response.headers["ETag"]):
        return response
    kept = {
        name: value
        for name, value in response.headers.items()
        if name in ("cache-control", "vary", "etag", "link")
    }
    return Response(status_code=304, headers=kept)


def entity_tag(content: bytes, epoch: int | None = None) -> str:
    """A strong ETag: the epoch, where it decides, and a hash of the content."""
    digest = blake2b(content, digest_size=12).hexdigest()
    return f'"{digest}"' if epoch is None else f'"{epoch}-{digest}"'


def matches(header: str, tag: str) -> bool:
    """Whether an ``If-None-Match`` value names ``tag``, by weak comparison."""
    if header.strip() == "*":
        return True
    return any(part.strip().removeprefix("W/") == tag for part in header.split(","))


@dataclass(slots=True)
class _Entry:
    """A finished answer. ``refreshed`` is set while one request makes it anew."""

    epoch: int
    made: float
    start: Message
    not_modified: Message
    body: Message
    tag: str
    size: int
    refreshed: asyncio.Event | None = field(default=None)


@dataclass(slots=True)
class _Request:
    """What of a request decides its answer."""

    key: _Key
    if_none_match: str | None


class EpochCache:
    """ASGI layer that answers from ready bytes while the epoch lasts.

    max_age: seconds after which an answer is made anew even in the same epoch,
    so that a rename or a hidden person shows in time.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        epoch_id: Callable[[], int],
        max_age: float,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.app = app
        self.max_age = max_age
        self._epoch_id = epoch_id
        self._started = False
        self._entries = BoundedCache[_Key, _Entry](max_bytes, lambda entry: entry.size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = _cacheable(scope)
        if request is None:
            await self.app(scope, receive, send)
            return
        epoch = await self._epoch()
        entry = self._entries.get(request.key)
        if entry is not None and entry.epoch != epoch and entry.refreshed is not None:
            # Another request is making this answer; many at once would all do the same work.
            await entry.refreshed.wait()
            entry = self._entries.get(request.key)
        if entry is not None and entry.epoch == epoch and self._usable(entry):
            await _send(entry, request, send)
            return
        await self._make(entry, request, scope, receive, send)

    async def _epoch(self) -> int | None:
        """The current epoch; None while there is none to be had."""
        try:
            if self._started:
                return self._epoch_id()
            # The first look may have to read it from the store.
            epoch = await run_in_threadpool(self._epoch_id)
        except PakarError:
            return None
        self._started = True
        return epoch

    def _usable(self, entry: _Entry) -> bool:
        young = time.monotonic() - entry.made < self.max_age
        return young or entry.refreshed is not None

    async def _make(
        self,
        old: _Entry | None,
        request: _Request,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        mark = EpochMark()
        scope[SCOPE_KEY] = mark
        messages: list[Message] = []

        async def record(message: Message) -> None:
            messages.append(message)
            await send(message)

        done = asyncio.Event()
        if old is not None:
            old.refreshed = done
        try:
            await self.app(scope, receive, record)
            entry = _finished(mark, messages)
            if entry is not None:
                self._entries.put(request.key, entry)
        finally:
            if old is not None:
                old.refreshed = None
            done.set()


def _cacheable(scope: Scope) -> _Request | None:
    """The request, if its answer may come from here: a GET of the API by nobody in particular."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    if not path.startswith(b"/api/v1/"):
        return None
    language: str | None = None
    if_none_match: str | None = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            return None
        if name == b"accept-language":
            language = value.decode("latin-1")
        elif name == b"if-none-match":
            if_none_match = value.decode("latin-1")
    return _Request((path, scope["query_string"], language_of(language)), if_none_match)


def _finished(mark: EpochMark, messages: list[Message]) -> _Entry | None:
    """The entry for an answer that may be kept, None for any other."""
    if mark.epoch is None or len(messages) != 2 or messages[0].get("status") != 200:
        return None
    start, body = messages
    content = body.get("body", b"")
    if body.get("more_body") or len(content) > MAX_ENTRY_BYTES:
        return None
    headers = [(bytes(name), bytes(value)) for name, value in start["headers"]]
    tag = next((value for name, value in headers if name == b"etag"), b"")
    about_body = (b"content-length", b"content-type")
    return _Entry(
        epoch=mark.epoch,
        made=time.monotonic(),
        start={"type": "http.response.start", "status": 200, "headers": headers},
        not_modified={
            "type": "http.response.start",
            "status": 304,
            "headers": [pair for pair in headers if pair[0] not in about_body],
        },
        body={"type": "http.response.body", "body": content},
        tag=tag.decode("latin-1"),
        size=len(content) + _OVERHEAD_BYTES,
    )


async def _send(entry: _Entry, request: _Request, send: Send) -> None:
    wanted = request.if_none_match
    if wanted is not None and matches(wanted, entry.tag):
        await send(entry.not_modified)
        await send({"type": "http.response.body", "body": b""})
        return
    await send(entry.start)
    await send(entry.body)
