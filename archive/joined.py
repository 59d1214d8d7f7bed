"""Disjoint sets of addresses, some of which must stay apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Joined:
    """Addresses joined one by one; ``reasons`` says what joined each first."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._leader = {address: address for address in addresses}
        self._apart: dict[str, set[str]] = defaultdict(set)
        self.reasons: dict[str, str] = {}

    def find(self, address: str) -> str:
        """The lowest address of the set that ``address`` is in."""
        leader = self._leader
        leader.setdefault(address, address)
        while leader[address] != address:
            leader[address] = leader[leader[address]]
            address = leader[address]
        return address

    def join(self, one: str, other: str, reason: str) -> bool:
        """Join two addresses unless they must stay apart; the lower one leads."""
        first, second = sorted((self.find(one), self.find(other)))
        if first != second:
            if second in self._apart[first]:
                return False
            self._leader[second] = first
            for third in self._apart.pop(second, ()):
                self._apart[third].discard(second)
                self._apart[third].add(first)
                self._apart[first].add(third)
        self.reasons.setdefault(one, reason)
        self.reasons.setdefault(other, reason)
        return True

    def separate(self, one: str, other: str) -> None:
        """Keep two addresses apart from now on, unless they are joined already."""
        first, second = self.find(one), self.find(other)
        if first != second:
            self._apart[first].add(second)
            self._apart[second].add(first)

    def are_separate(self, one: str, other: str) -> bool:
        """Whether two addresses must stay apart."""
        return self.find(other) in self._apart.get(self.find(one), ())
