"""A bounded cache, the one kind there is in Pakar."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """Values by key; the least recently used ones are dropped first. Threads may share it.

    limit: the most values or, with ``size_of``, the largest sum of their sizes.
    """

    def __init__(self, limit: int, size_of: Callable[[Value], int] | None = None) -> None:
        self._values: LRUCache[Key, Value] = LRUCache(limit, size_of)
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """The value of ``key``, None where there is none."""
        with self._lock:
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value in place of any other of its key; one above the limit is not kept."""
        with self._lock:
            self._values.pop(key, None)
            try:
                self._values[key] = value
            except ValueError:
                return

    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of ``key``; ``make`` is called, and its result kept, where there is none.

        Other threads do not wait for it: two may make the same value at once.
        """
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found
