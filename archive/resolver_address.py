"""The setting that names a DNS resolver, read without loading what asks one."""

from __future__ import annotations

from archive.errors import UsageError

OFF, SYSTEM = "off", "system"


def resolver_address(setting: str) -> tuple[str, int]:
    """Host and port of ``host[:port]``. Raises ``UsageError``."""
    host, _, port = setting.rpartition(":") if setting.count(":") == 1 else (setting, "", "")
    if setting.startswith("["):
        host, closing, port = setting[1:].partition("]")
        port = port.removeprefix(":") if closing else "?"
    number = int(port or "53") if (port or "53").isdigit() else 0
    if not host or any(letter.isspace() for letter in host) or not 0 < number < 65536:
        raise UsageError("PAKAR_DNS: must be off, system, or a resolver as host[:port]")
    return host, number
