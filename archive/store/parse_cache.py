"""A cache of parsed messages, so that the door, the store and the index parse each one once.

Parsing is a pure function of the bytes, so an entry under their digest is never out of
date.
"""

from __future__ import annotations

import hashlib

from archive.cache import BoundedCache
from archive.mail.message import ParsedMessage, parse_message

REMEMBERED_BYTES = 32 << 20
"""Limit on the total size of the messages in the cache."""


class RecentlyRead:
    """A bounded cache of parsed messages. Threads may share it."""

    def __init__(self, limit: int = REMEMBERED_BYTES) -> None:
        self._largest = limit // 4
        self._known = BoundedCache[bytes, tuple[int, ParsedMessage]](limit, lambda one: one[0])

    def read(self, raw: bytes) -> ParsedMessage:
        """Parse ``raw``, or take the result from the cache."""
        digest = hashlib.sha256(raw).digest()
        known = self.known(digest)
        if known is None:
            known = parse_message(raw)
            if len(raw) <= self._largest:
                self._known.put(digest, (len(raw), known))
        return known

    def known(self, digest: bytes) -> ParsedMessage | None:
        """The parsed message with this SHA-256 digest, if it is in the cache."""
        found = self._known.get(digest)
        return None if found is None else found[1]
