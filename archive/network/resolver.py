"""Query DNS, if the operator allows it, through one resolver and within a bounded time."""

from __future__ import annotations

import ipaddress
import socket

from archive.errors import NameServiceError, UsageError

OFF, SYSTEM = "off", "system"

TIMEOUT_SECONDS = 3.0
"""Limit for one query, including all retries."""
MAX_TEXT = 4_000


class NameService:
    """Sends queries to one resolver. Threads may share it.

    setting: ``system``, or a resolver as ``host[:port]``. Raises ``UsageError`` for a
        resolver that cannot be found.
    """

    def __init__(self, setting: str) -> None:
        # Import here: every command loads this file with the settings, but few query DNS.
        import dns.resolver

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
        """The first TXT record of a name; None when it has none.

        Raises ``NameServiceError`` when no resolver answers.
        """
        import dns.resolver

        try:
            answer = self._resolver.resolve(name, "TXT", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        except (dns.resolver.LifetimeTimeout, dns.resolver.NoNameservers, OSError) as error:
            raise NameServiceError(f"DNS does not answer: {error}") from None
        except (dns.exception.DNSException, ValueError):
            # The name is not valid in DNS.
            return None
        for record in answer:
            return b"".join(record.strings).decode("utf-8", "replace")[:MAX_TEXT]
        return None


def _address(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return str(socket.getaddrinfo(host, None, proto=socket.IPPROTO_UDP)[0][4][0])


def resolver_address(setting: str) -> tuple[str, int]:
    """Parse ``host[:port]``. Raises ``UsageError``."""
    host, _, port = setting.rpartition(":") if setting.count(":") == 1 else (setting, "", "")
    if setting.startswith("["):
        host, closing, port = setting[1:].partition("]")
        port = port.removeprefix(":") if closing else "?"
    number = int(port or "53") if (port or "53").isdigit() else 0
    if not host or any(letter.isspace() for letter in host) or not 0 < number < 65536:
        raise UsageError("PAKAR_DNS: must be off, system, or a resolver as host[:port]")
    return host, number
