"""Paging by cursor: opaque cursors, and the URL of the next page.

A cursor is the sort key of the last item shown, so items that arrive meanwhile neither
repeat nor hide others. Clients cannot interpret it, and it is validated when it comes
back.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from archive.errors import NotFoundError, UsageError

DEFAULT_LIMIT = 20
MAX_LIMIT = 200
MAX_CURSOR_CHARACTERS = 2_000
MAX_INTEGER = 2**62
FOREIGN = "."
"""A cursor that no list gives."""

Key = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How many items to return (1 to 200), and after which cursor."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise UsageError.of("limit-out-of-range", most=MAX_LIMIT)


FIRST_PAGE = PageRequest()


def encode_cursor(kind: str, key: Key) -> str:
    """Make an opaque cursor; ``kind`` names the list, so that cursors are not mixed up."""
    text = json.dumps([kind, *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str | None, kind: str, types: tuple[type[int | str], ...]) -> Key:
    """The key in a cursor; ``()`` for None.

    Raises ``NotFoundError`` when ``encode_cursor`` did not make it for this list.
    """
    if cursor is None:
        return ()
    error = NotFoundError.of("cursor-unknown")
    if len(cursor) > MAX_CURSOR_CHARACTERS or not cursor.isascii():
        raise error
    try:
        decoded = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = json.loads(decoded)
    except (binascii.Error, ValueError, RecursionError):
        raise error from None
    if not isinstance(values, list) or len(values) != len(types) + 1 or values[0] != kind:
        raise error
    key: Key = tuple(values[1:])
    for value, expected in zip(key, types, strict=True):
        if type(value) is not expected:
            raise error
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            raise error
        if isinstance(value, str) and not value.isprintable():
            raise error
    return key


def offset_of(cursor: str | None, kind: str) -> int:
    """The offset in a cursor of a ranked list; 0 for None."""
    key = decode_cursor(cursor, kind, (int,))
    offset = int(key[0]) if key else 0
    if offset < 0:
        raise NotFoundError.of("cursor-unknown")
    return offset


def next_url(
    path: str,
    parameters: Mapping[str, str | int | bool | datetime | None],
    cursor: str | None,
) -> str | None:
    """The absolute URL of the next page; None after the last page.

    path: below ``/api/v1``, already percent-encoded.
    """
    if cursor is None:
        return None
    stated = {
        name: _parameter(value) for name, value in parameters.items() if value not in (None, "")
    }
    sealed = f"{cursor}.{seal(path, stated)}"
    return f"/api/v1{path}?{urlencode({**stated, 'cursor': sealed})}"


def seal(path: str, parameters: Mapping[str, str]) -> str:
    """Twelve letters that bind a cursor to its list and query; the size of a part is free.

    It is no secret: it keeps a cursor from being taken for another list's by mistake.
    """
    asked = sorted((name, value) for name, value in parameters.items() if name != "limit")
    text = json.dumps([unquote(path), asked], ensure_ascii=False)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).digest()
    return base64.urlsafe_b64encode(digest).decode()


def unsealed(path: str, parameters: Mapping[str, str]) -> str:
    """The cursor in a request for a part of a list, without its seal.

    In the place of one that another list or another query gave stands ``FOREIGN``.
    """
    cursor, dot, found = parameters["cursor"].rpartition(".")
    others = {name: value for name, value in parameters.items() if name != "cursor"}
    if not dot or found != seal(path, others):
        return FOREIGN
    return cursor


def cursor_of(url: str | None) -> str | None:
    """The cursor in a ``next`` URL: what a page puts into its own link."""
    if url is None:
        return None
    found = parse_qs(urlsplit(url).query).get("cursor", [None])[0]
    return None if found is None else found.rpartition(".")[0]


def _parameter(value: str | int | bool | datetime | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)
