"""Facts that hold while an epoch lasts, kept between answers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)
Fact = TypeVar("Fact")

MAX_FACTS = 5_000


class EpochMemo:
    """A bounded store of facts of one epoch; a newer epoch empties it.

    Safe to share between threads: two may make the same fact, both rightly.
    """

    def __init__(self, max_facts: int = MAX_FACTS) -> None:
        self._max_facts = max_facts
        self._epoch = -1
        self._facts: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self,
        epoch: int,
        kind: Hashable,
        keys: Sequence[Key],
        make: Callable[[Sequence[Key]], Mapping[Key, Fact]],
    ) -> dict[Key, Fact]:
        """The facts of this kind for ``keys``; ``make`` is asked once, for those not known.

        A key without a fact is left out of the answer.
        """
        with self._lock:
            if self._epoch != epoch:
                self._facts.clear()
                self._epoch = epoch
            known = {key: self._facts[kind, key] for key in keys if (kind, key) in self._facts}
        missing = [key for key in keys if key not in known]
        if not missing:
            return known
        made = make(missing)
        with self._lock:
            if self._epoch == epoch:
                for key, fact in made.items():
                    self._facts[kind, key] = fact
                while len(self._facts) > self._max_facts:
                    self._facts.popitem(last=False)
        return {**known, **made}
