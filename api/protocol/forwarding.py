"""Who asks, where a reverse proxy asks for them: ``Forwarded`` and ``X-Forwarded-*``.

A proxy's word counts only from the networks that the operator trusts. Of a
chain of proxies the last address that is not trusted is the client: whatever
stands before it the client may have written itself.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from archive.errors import UsageError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_HOPS: Final = 20
_FOR: Final = re.compile(r'(?:\A|;)\s*for="?(\[[^\]"]{2,45}\]|[^";,\s:]{1,45})', re.IGNORECASE)
_PROTOCOL: Final = re.compile(r"(?:\A|;)\s*proto=\"?(https?)\b", re.IGNORECASE)


def trusted_networks(setting: str) -> tuple[Network, ...]:
    """The networks in a comma-separated setting. Raises ``UsageError``."""
    try:
        return tuple(
            ipaddress.ip_network(one.strip(), strict=False)
            for one in setting.split(",")
            if one.strip()
        )
    except ValueError as error:
        raise UsageError(f"PAKAR_TRUSTED_PROXIES: {error}") from None


class Forwarding:
    """ASGI layer that puts the client a trusted proxy names into the scope."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self.app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] == "http" and client and self._is_trusted(client[0]):
            scope = self._seen_through(scope)
        await self.app(scope, receive, send)

    def _seen_through(self, scope: Scope) -> Scope:
        headers = Headers(scope=scope)
        hops, protocol = _forwarded(headers.getlist("forwarded"))
        if not hops:
            hops = _listed(headers.getlist("x-forwarded-for"))
            protocol = _last(headers.getlist("x-forwarded-proto"))
        seen = dict(scope)
        for address in reversed(hops[-MAX_HOPS:]):
            if not _is_address(address):
                break
            seen["client"] = (address, 0)
            if not self._is_trusted(address):
                break
        if protocol in ("http", "https"):
            seen["scheme"] = protocol
        return seen

    def _is_trusted(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._trusted)


def _forwarded(fields: Iterable[str]) -> tuple[list[str], str]:
    """The clients that ``Forwarded`` (RFC 7239) names, first hop first, and the last scheme."""
    hops: list[str] = []
    protocol = ""
    for element in _listed(fields):
        found = _FOR.search(element)
        hops.append(found[1].strip("[]") if found else "unknown")
        stated = _PROTOCOL.search(element)
        protocol = stated[1].lower() if stated else protocol
    return hops, protocol


def _listed(fields: Iterable[str]) -> list[str]:
    return [one.strip() for field in fields for one in field.split(",") if one.strip()]


def _last(fields: Iterable[str]) -> str:
    listed = _listed(fields)
    return listed[-1].lower() if listed else ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
