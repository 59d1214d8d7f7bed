"""What every answer is made from: the store, the search index and the current rankings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from api.readers import ANYONE, Reader
from api.schemas import PartState
from archive.cache import BoundedCache
from archive.lists.audience import Audience, audience

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
    """A bounded cache of facts of each epoch, by what marks it.

    Threads may share it. Two threads may compute the same fact at once; both get the
    same result.
    """

    def __init__(self, max_facts: int = MAX_FACTS) -> None:
        self._facts = BoundedCache[Hashable, Any](max_facts)

    def get(
        self,
        epoch: Hashable,
        kind: Hashable,
        keys: Sequence[Key],
        make: Callable[[Sequence[Key]], Mapping[Key, Fact]],
    ) -> dict[Key, Fact]:
        """The facts of this kind for ``keys``; calls ``make`` once, for the keys not in the cache.

        A key without a fact is missing from the result.
        """
        facts = {key: self._facts.get((epoch, kind, key)) for key in keys}
        known = {key: fact for key, fact in facts.items() if fact is not None}
        missing = [key for key in keys if key not in known]
        if not missing:
            return known
        made = make(missing)
        for key, fact in made.items():
            self._facts.put((epoch, kind, key), fact)
        return {**known, **made}


@dataclass(frozen=True)
class Context:
    """The parts behind the API, the pages and the commands.

    current_view: returns the newest epoch of the public. An answer calls it once, so that
        it never mixes two.
    other_view: returns that of another audience.
    parts: further checks that ``/readyz`` runs, by name.
    memo: caches facts that are slow to compute and change only with the epoch.
    """

    settings: Settings
    database: Database
    store: Store
    searcher: Searcher
    current_view: Callable[[], ReputationView]
    other_view: Callable[[Audience], ReputationView]
    parts: Mapping[str, Callable[[], PartState]] = field(default_factory=dict)
    memo: EpochMemo = field(default_factory=EpochMemo)

    def view(self, reader: Reader = ANYONE) -> ReputationView:
        """The current rankings for a reader: one complete epoch."""
        with self.database.session() as session:
            readers = audience(session, reader.opened)
        if not readers.opened:
            view = self.current_view()
            # A list may have become private since it was computed.
            if view.audience == readers:
                return view
        return self.other_view(readers)

    def epoch_id(self) -> int:
        """The id of the public's current epoch, from memory without a query."""
        return self.current_view().epoch.id
