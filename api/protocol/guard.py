"""The outermost layer of the HTTP service: limits, security headers, and no traceback."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.paging import unsealed
from api.protocol.problems import ProblemError, answer_of
from archive.errors import NotFoundError, TooLargeError, UsageError

MAX_BODY_BYTES = 1 << 20
MAX_QUERY_BYTES = 16_000
"""Decoded: letters outside ASCII are no longer for being percent-encoded."""
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_API = "/api/v1/"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_KEPT_ENCODED = re.compile(rb"%(2[Ff]|25)")


class Guard:
    """ASGI layer around everything.

    It refuses requests that no route accepts, limits request bodies, answers HEAD like
    GET, adds the security headers, and turns every exception into a problem.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        private = any(name == b"authorization" for name, _ in scope["headers"])
        host = Headers(scope=scope).get("host", "")
        wrapped = _Sender(send, without_body=head, private=private, host=host)
        # A copy: the server goes on asking its own scope whether the answer has a body.
        scope = {**scope, "method": "GET" if head else scope["method"]}
        try:
            _refuse(scope)
            scope["path"] = segmented_path(scope)
            scope["query_string"] = _with_plain_cursor(scope)
            await self.app(scope, _bounded(receive), wrapped)
        except Exception as error:
            if wrapped.started:
                # The answer has begun, so no error can be sent. Breaking the connection shows
                # the client that the answer is incomplete.
                raise
            answer = await answer_of(scope, error)
            await answer(scope, receive, wrapped)


def segmented_path(scope: Scope) -> str:
    """The path for routing, in which an encoded slash does not separate segments.

    Below ``/api/``, ``%2F`` and ``%25`` stay encoded, so a Message-ID with a slash is
    one segment. Routes decode their parameters once more.
    """
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or b""
    if not raw.startswith(b"/api/") or b"%" not in raw or not _KEPT_ENCODED.search(raw):
        return path
    return unquote(_KEPT_ENCODED.sub(rb"%25\1", raw.partition(b"?")[0]).decode("latin-1"))


def _refuse(scope: Scope) -> None:
    """Raise the error of a request that no route accepts."""
    path: str = scope["path"]
    if "\0" in path:
        raise NotFoundError.of("not-found")
    query: bytes = scope["query_string"]
    if len(query) > MAX_QUERY_BYTES and len(unquote_to_bytes(query)) > MAX_QUERY_BYTES:
        raise ProblemError(414, "query-too-long", most=MAX_QUERY_BYTES)
    if b"%00" in query or b"\0" in query:
        raise UsageError.of("query-nul")
    headers = Headers(scope=scope)
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY_BYTES:
        raise TooLargeError.of("body-too-large", most=MAX_BODY_BYTES)
    if path.startswith(_API):
        repeated = _repeated(query)
        if repeated is not None:
            raise UsageError.of("parameter-repeated", name=repeated)
        encoding = headers.get("content-encoding", "identity").lower()
        if scope["method"] in _WITH_BODY and encoding != "identity":
            # RFC 9110, section 15.5.16: no route reads a compressed body.
            raise ProblemError(415, "body-compressed", {"Accept-Encoding": "identity"})


def _with_plain_cursor(scope: Scope) -> bytes:
    """The query with its cursor as the list made it; a foreign one becomes none that is known."""
    query: bytes = scope["query_string"]
    path: str = scope["path"]
    if b"cursor=" not in query or not path.startswith(_API):
        return query
    parameters = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    if not parameters.get("cursor"):
        return query
    # An encoded slash is part of a segment here; a cursor was sealed with the plain one.
    plain = unquote(path).removeprefix(_API.rstrip("/"))
    return urlencode({**parameters, "cursor": unsealed(plain, parameters)}).encode()


def _repeated(query: bytes) -> str | None:
    """The first parameter that a query names twice: which of the two is meant nobody can tell."""
    seen: set[str] = set()
    for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name in seen:
            return name[:100]
        seen.add(name)
    return None


def _bounded(receive: Receive) -> Receive:
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise TooLargeError.of("body-too-large", most=MAX_BODY_BYTES)
        return message

    return bounded


class _Sender:
    """Sends messages on, with the security headers, and without a body for HEAD.

    private: the answer is for one bearer, so no shared cache may store it (RFC 9111,
        section 5.2.2.7).
    """

    def __init__(self, send: Send, *, without_body: bool, private: bool, host: str) -> None:
        self.started = False
        self._send = send
        self._without_body = without_body
        self._private = private
        self._host = host

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            target = urlsplit(headers.get("location", ""))
            if self._host and target.netloc == self._host:
                # Whoever wrote the Host header does not choose where others are sent.
                headers["Location"] = urlunsplit(("", "", *target[2:]))
            if self._private:
                if "authorization" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Authorization")
                if headers.get("cache-control") != "no-store":
                    headers["Cache-Control"] = "private, no-cache"
        elif self._without_body and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)
