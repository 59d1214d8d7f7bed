"""A message as the recognisers look at it: its sender, subject and, when asked, its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from archive.mail.addresses import parse_mailboxes
from archive.mail.headers import Headers, split_message
from archive.mail.parts.body import read_body

MAX_BODY = 200_000
"""Bytes of the body that are looked at: notices are short."""
MAX_TEXT = 20_000
MAX_SUBJECT = 1_000

_COMMAND_MARK = re.compile(r"[-+]")


@dataclass(frozen=True, slots=True)
class CommandAddresses:
    """A list's address in the pieces that managers build their own addresses from.

    hosts: the list's own, and that of the address its requests go to.
    """

    address: str
    request_address: str | None = None

    @property
    def local(self) -> str:
        """The list's name: what stands before the address sign."""
        return self.address.partition("@")[0]

    @property
    def host(self) -> str:
        return self.address.partition("@")[2]

    @property
    def hosts(self) -> frozenset[str]:
        other = (self.request_address or "").lower().rpartition("@")[2]
        return frozenset(host for host in (self.host, other) if host)

    def command_of(self, address: str) -> str | None:
        """What follows the list's name and a mark: ``join`` of ``talk-join@host``; else None."""
        local, _, host = address.lower().rpartition("@")
        if host not in self.hosts or not local.startswith(self.local):
            return None
        rest = local[len(self.local) :]
        return rest[1:] if _COMMAND_MARK.match(rest) else None

    def robot(self, address: str, *names: str) -> bool:
        """``address`` is one of the site's own: ``majordomo@host``."""
        lowered = address.lower()
        if lowered == (self.request_address or "").lower():
            return True
        local, _, host = lowered.rpartition("@")
        return local in names and host in self.hosts

    def is_named(self, name: str) -> bool:
        """``name`` is the list's, with or without its host."""
        return name.strip().lower() in (self.local, self.address)


class Letter:
    """One message. Nothing of the body is read before a recogniser asks for it."""

    def __init__(self, raw: bytes, headers: Headers | None = None) -> None:
        self.headers = split_message(raw)[0] if headers is None else headers
        self._raw = raw

    @cached_property
    def sender(self) -> str:
        """The one address of From as it is written, or an empty string."""
        return self._only_address("from")

    @cached_property
    def reply_to(self) -> str:
        """The one address of Reply-To as it is written, or an empty string."""
        return self._only_address("reply-to")

    @cached_property
    def subject(self) -> str:
        return self.headers.text("subject")[:MAX_SUBJECT].strip()

    @cached_property
    def text(self) -> str:
        """The readable text, cut to what a notice can be."""
        body = split_message(self._raw)[1]
        return read_body(self.headers, body[:MAX_BODY]).text[:MAX_TEXT]

    def text_before(self, mark: str) -> str:
        """The text up to the first ``mark``: what is asked, without the help that follows."""
        return self.text.partition(mark)[0]

    @property
    def is_post(self) -> bool:
        """The list's manager stamped it as it stamps posts (RFC 2369)."""
        return "list-post" in self.headers or "x-beenthere" in self.headers

    def _only_address(self, field: str) -> str:
        value = self.headers.raw(field)
        if "@" not in value or len(value) > 2_000:
            return ""
        addresses = {box.address.strip() for box in parse_mailboxes(value) if "@" in box.address}
        return addresses.pop() if len(addresses) == 1 else ""
