"""Asking DNS, where the operator allows it: one resolver, bounded time, nothing else."""

from __future__ import annotations

import ipaddress
import socket

import dns.exception
import dns.resolver

from archive.errors import NameServiceError, UsageError
from archive.resolver_address import SYSTEM, resolver_address

TIMEOUT_SECONDS = 3.0
"""For one question, all tries together."""
MAX_TEXT = 4_000


class NameService:
    """Questions to one resolver. Safe to share between threads.

    setting: ``system``, or a resolver as ``host[:port]``. Raises ``UsageError``
    for a resolver that cannot be found.
    """

    def __init__(self, setting: str) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=setting == SYSTEM)
            if setting != SYSTEM:
                host, port = resolver_address(setting)
                self._resolver.nameservers = [_address(host)]
                self._resolver.port = port
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise UsageError(f"PAKAR_DNS: no such resolver: {error}") from None
        self._resolver.lifetime = TIMEOUT_SECONDS
        self._resolver.timeout = TIMEOUT_SECONDS / 2

    def text(self, name: str) -> str | None:
        """The first TXT record of a name, or None when it has none.

        Raises ``NameServiceError`` when nobody can tell.
        """
        try:
            answer = self._resolver.resolve(name, "TXT", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        except (dns.resolver.LifetimeTimeout, dns.resolver.NoNameservers, OSError) as error:
            raise NameServiceError(f"DNS does not answer: {error}") from None
        except (dns.exception.DNSException, ValueError):
            # A name that cannot be asked for.
            return None
        for record in answer:
            return b"".join(record.strings).decode("utf-8", "replace")[:MAX_TEXT]
        return None


def _address(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return str(socket.getaddrinfo(host, None, proto=socket.IPPROTO_UDP)[0][4][0])
