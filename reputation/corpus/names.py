"""Find the person whom a name in a text means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.lists.audience import Audience
from archive.tables import Address, AddressName
from reputation.arrays import Integers
from reputation.corpus.posts import Posts
from reputation.rows import plain_rows

KNOWN_FROM: Final = 20
"""If several people share a name, it means the one who had written at least this many posts."""

_WORD: Final = re.compile(r"[^\W\d_]{2,}")


class Names:
    """The names under which people wrote, indexed by word."""

    def __init__(self, shown: Iterable[tuple[int, str]]) -> None:
        """Index ``shown``: pairs of a person id and a name that the person used."""
        self._bearers: dict[str, set[int]] = defaultdict(set)
        for person, name in shown:
            for word in _words(name):
                self._bearers[word].add(person)

    @classmethod
    def load(cls, session: Session, readers: Audience) -> Names:
        """Load all names used on the lists that ``readers`` may read."""
        rows = plain_rows(
            session,
            select(Address.person_id, AddressName.name)
            .join(AddressName, AddressName.address_id == Address.id)
            .where(AddressName.list_id.not_in(readers.closed))
            .distinct(),
        )
        return cls((person, name) for person, name in rows)

    def bearers(self, name: str) -> set[int]:
        """Person ids of those who used every word of ``name``."""
        words = _words(name)
        if not words:
            return set()
        return set.intersection(*(self._bearers.get(word, set()) for word in words))


class Acquaintance:
    """How often each person had written before each row of an archive."""

    def __init__(self, posts: Posts) -> None:
        order = np.argsort(posts.person, kind="stable")
        self._people, starts = np.unique(posts.person[order], return_index=True)
        self._rows = np.split(order, starts[1:])

    def named(self, names: Names, name: str, row: int, author: int) -> int | None:
        """The person whom the author of ``row`` means by ``name``; None if that is unclear.

        It is another person who had written before: the only one with that name, or the
        only one of several who had written often.
        """
        before = {
            person: count
            for person in names.bearers(name) - {author}
            if (count := self._before(person, row))
        }
        known = [person for person, count in before.items() if count >= KNOWN_FROM]
        meant = known if len(before) > 1 else list(before)
        return meant[0] if len(meant) == 1 else None

    def _before(self, person: int, row: int) -> int:
        place = int(np.searchsorted(self._people, person))
        if place >= len(self._people) or self._people[place] != person:
            return 0
        rows: Integers = self._rows[place]
        return int(np.searchsorted(rows, row))


def _words(name: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(name)}
