"""The words of an archive's posts as sparse tables, which are gathered only when needed.

After a new post, only the words of its thread are needed, not those of all posts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Integers

Tables = tuple[csr_array, csr_array]
Gather = Callable[[Integers], Tables]


class PostTerms:
    """Word counts of each post's subject and own text: two tables, posts x words."""

    def __init__(self, gather: Gather, keys: Integers) -> None:
        """Use ``gather`` to get both tables for some rows.

        keys: a number for the content of each row. Rows of two archives with the same
            key have the same words.
        """
        self.keys = keys
        self._gather = gather

    @classmethod
    def of(cls, subjects: csr_array, texts: csr_array, keys: Integers | None = None) -> PostTerms:
        """Wrap tables that are already in memory.

        Without ``keys``, no later state can share unchanged rows with this one.
        """

        def gather(rows: Integers) -> Tables:
            return csr_array(subjects[rows]), csr_array(texts[rows])

        return cls(gather, np.arange(subjects.shape[0]) if keys is None else keys)

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[csr_array]:
        return iter(self._tables)

    @property
    def subjects(self) -> csr_array:
        """Word counts of all subjects, posts x words."""
        return self._tables[0]

    @property
    def texts(self) -> csr_array:
        """Word counts of all own texts, posts x words."""
        return self._tables[1]

    def rows(self, rows: Integers) -> Tables:
        """Word counts of the subjects and of the own texts of some rows."""
        return self._gather(rows)

    def take(self, rows: Integers) -> PostTerms:
        """The words of some rows only, still gathered on demand."""
        return PostTerms(lambda chosen: self._gather(rows[chosen]), self.keys[rows])

    @cached_property
    def _tables(self) -> Tables:
        return self._gather(np.arange(len(self.keys)))
