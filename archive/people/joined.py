"""Sets of addresses that belong together, and pairs of them that must stay apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from archive.disjoint_sets import DisjointSets


class Joined:
    """Disjoint sets of addresses, with pairs that must stay apart.

    ``reasons`` gives, for each address that was joined, the reason of its first join.
    """

    def __init__(self) -> None:
        self._sets = DisjointSets()
        self._apart: dict[str, set[str]] = defaultdict(set)
        self._settled: set[str] = set()
        self.reasons: dict[str, str] = {}

    def find(self, address: str) -> str:
        """The representative of the set that holds ``address``: its lowest address."""
        return self._sets.find(address)

    def join(self, one: str, other: str, reason: str) -> bool:
        """Join the sets of two addresses; return False if they must stay apart."""
        first, second = sorted((self.find(one), self.find(other)))
        if first != second:
            if self._are_apart(first, second):
                return False
            self._sets.join(first, second)
            if second in self._settled:
                self._settled.add(first)
            for third in self._apart.pop(second, ()):
                self._apart[third].discard(second)
                self._apart[third].add(first)
                self._apart[first].add(third)
        self.reasons.setdefault(one, reason)
        self.reasons.setdefault(other, reason)
        return True

    def separate(self, one: str, other: str) -> None:
        """Forbid joining two addresses. Does nothing if they are joined already."""
        first, second = self.find(one), self.find(other)
        if first != second:
            self._apart[first].add(second)
            self._apart[second].add(first)

    def are_separate(self, one: str, other: str) -> bool:
        """Whether two addresses must stay apart."""
        return self._are_apart(self.find(one), self.find(other))

    def settle(self, addresses: Iterable[str]) -> None:
        """Let the sets of these addresses stay apart from one another for ever."""
        self._settled.update(self.find(address) for address in addresses)

    def _are_apart(self, first: str, second: str) -> bool:
        """The same of two sets, by their representatives."""
        if first != second and first in self._settled and second in self._settled:
            return True
        return second in self._apart.get(first, ())
