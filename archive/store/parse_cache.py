"""A cache of parsed messages, so that the door, the store and the index parse each one once.

Parsing is a pure function of the bytes, so an entry under their digest is never out of
date.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from archive.mail.message import ParsedMessage, parse_message

REMEMBERED_BYTES = 32 << 20
"""Limit on the total size of the messages in the cache; the oldest are dropped first."""


class RecentlyRead:
    """A bounded cache of parsed messages. Threads may share it."""

    def __init__(self, limit: int = REMEMBERED_BYTES) -> None:
        self._limit = limit
        self._bytes = 0
        self._known: OrderedDict[bytes, tuple[int, ParsedMessage]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, raw: bytes) -> ParsedMessage:
        """Parse ``raw``, or take the result from the cache."""
        digest = hashlib.sha256(raw).digest()
        known = self.known(digest)
        if known is None:
            known = parse_message(raw)
            self._remember(digest, len(raw), known)
        return known

    def known(self, digest: bytes) -> ParsedMessage | None:
        """The parsed message with this SHA-256 digest, if it is in the cache."""
        with self._lock:
            found = self._known.get(digest)
        return None if found is None else found[1]

    def _remember(self, digest: bytes, size: int, parsed: ParsedMessage) -> None:
        if size > self._limit // 4:
            return
        with self._lock:
            if digest in self._known:
                return
            self._known[digest] = size, parsed
            self._bytes += size
            while self._bytes > self._limit:
                _, (oldest, _) = self._known.popitem(last=False)
                self._bytes -= oldest
