"""What every answer is made from: the store, the search index, the current rankings."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from api.schemas import PartState

if TYPE_CHECKING:
    from archive.database import Database
    from archive.search.searcher import Searcher
    from archive.settings import Settings
    from archive.store.store import Store
    from reputation.epochs.view import ReputationView

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


@dataclass(frozen=True)
class Context:
    """The parts behind the API, the pages and the commands.

    ``current_view`` gives the newest whole epoch; it is called once an answer,
    so that an answer never mixes two. ``parts`` are checks that ``/readyz``
    runs beside the store's and the rankings' own. ``memo`` keeps what is dear
    to count and changes with the epoch alone.
    """

    settings: Settings
    database: Database
    store: Store
    searcher: Searcher
    current_view: Callable[[], ReputationView]
    parts: Mapping[str, Callable[[], PartState]] = field(default_factory=dict)
    memo: EpochMemo = field(default_factory=EpochMemo)

    def view(self) -> ReputationView:
        """The current rankings: one whole epoch, swapped atomically."""
        return self.current_view()

    def epoch_id(self) -> int:
        """The id of the current epoch; in memory, no query."""
        return self.current_view().epoch.id
