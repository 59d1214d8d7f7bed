"""The list that a message says it came by, from the fields that list managers add."""

from __future__ import annotations

import re

from archive.errors import UsageError
from archive.lists.registry import list_address
from archive.mail.addresses import canonical_email
from archive.mail.headers import Headers, clean

_MAILTO = re.compile(r"<?\s*mailto:([^\s<>?,]+)", re.IGNORECASE)
_IDENTIFIER = re.compile(r"([^\s<>@.]+)\.([^\s<>@]+\.[^\s<>@]+)")
# ezmlm and Yahoo: ``Mailing-List: list talk@lists.example.org; contact …``.
_NAMED = re.compile(r"\b(?:mailing )?list\s+<?([^\s<>;,]+@[^\s<>;,]+)", re.IGNORECASE)


def declared_list(headers: Headers) -> str | None:
    """The posting address of the list that a message came by, or None.

    List-Id (RFC 2919) decides. It has no address sign, so the address is that
    of another field which fits it, else what follows its first dot is the
    host. Without a List-Id the other fields speak for themselves.
    """
    addresses = list(_stated_addresses(headers))
    for value in headers.all("list-id"):
        identifier = value.rpartition("<")[2].partition(">")[0].strip().lower()
        for address in addresses:
            if address.replace("@", ".") == identifier:
                return address
        match = _IDENTIFIER.fullmatch(identifier)
        if match is not None and (found := _valid(f"{match[1]}@{match[2]}")):
            return found
    return addresses[0] if addresses else None


def _stated_addresses(headers: Headers) -> list[str]:
    written = [
        *_MAILTO.findall(headers.raw("list-post")[:2_000]),
        headers.raw("x-beenthere")[:1_000],
        headers.raw("x-mailing-list")[:1_000],
        *_NAMED.findall(headers.raw("mailing-list")[:1_000]),
        *_NAMED.findall(headers.raw("delivered-to")[:1_000]),
    ]
    found = (_valid(clean(one).strip("<> ")) for one in written)
    return list(dict.fromkeys(address for address in found if address))


def _valid(text: str) -> str | None:
    email = canonical_email(text)
    try:
        return list_address(email) if email else None
    except UsageError:
        return None
