"""What every answer is made from: the store, the search index, the current rankings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.memo import EpochMemo
from api.schemas import PartState

if TYPE_CHECKING:
    from archive.database import Database
    from archive.search.searcher import Searcher
    from archive.settings import Settings
    from archive.store.store import Store
    from reputation.epochs.view import ReputationView


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
