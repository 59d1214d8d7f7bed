"""Layers: from whose mail a stored row may be derived.

The public layer holds whatever came to a list that is not private, and is derived from
such mail alone. Each private list has a layer of its own for what came to private lists
only; whatever came to several of them belongs to the first, in the order of their row
ids. A row of a private layer may lean on rows of the public layer, never the other way.

Readers see the numbers of people and threads, so each layer counts from a number of its
own: gaps between the public ones tell nothing of private mail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.lists.audience import Audience
from archive.tables import MailingList

PUBLIC: Final = 0
"""The public layer; a private one has the row id of its list."""
FIRST_PRIVATE: Final = 1 << 40
"""Ids of people and threads from here on are those of private layers."""
_ROOM: Final = 1 << 32
"""Numbers of each private layer. Two million layers stay below 2^53, which JSON readers can
hold."""


def private_lists(session: Session) -> frozenset[int]:
    """Row ids of the private lists."""
    return frozenset(session.scalars(select(MailingList.id).where(MailingList.private)))


def layer_of(lists: Collection[int], private: Collection[int]) -> int:
    """The layer of what came to these lists."""
    if not private or not lists or any(one not in private for one in lists):
        return PUBLIC
    return min(lists)


def readers_of(layer: int, private: frozenset[int]) -> Audience:
    """The readers for whom a layer is derived: of the public lists, and of the layer's own."""
    own = private & {layer}
    return Audience(own, private - own)


def layer_of_id(number: int) -> int:
    """The layer whose numbers hold this id of a person or a thread."""
    return PUBLIC if number < FIRST_PRIVATE else (number - FIRST_PRIVATE) // _ROOM


def _first_id(layer: int) -> int:
    return 1 if layer == PUBLIC else FIRST_PRIVATE + layer * _ROOM + 1


class FreeIds:
    """The unused ids of a table, in each layer from the highest that it has.

    Only for use within one transaction; writers take turns.
    """

    def __init__(self, session: Session, column: InstrumentedAttribute[int]) -> None:
        self._session = session
        self._column = column
        self._next: dict[int, int] = {}

    def take(self, layer: int) -> int:
        """The next unused id of a layer."""
        if layer not in self._next:
            first = _first_id(layer)
            beyond = FIRST_PRIVATE if layer == PUBLIC else first - 1 + _ROOM
            highest = self._session.scalar(
                select(func.max(self._column)).where(self._column >= first, self._column < beyond)
            )
            self._next[layer] = first if highest is None else highest + 1
        self._next[layer] += 1
        return self._next[layer] - 1


def layers_in_order(layers: Iterable[int]) -> list[int]:
    """The public layer, then the others as their lists were added."""
    return sorted({PUBLIC, *layers})
