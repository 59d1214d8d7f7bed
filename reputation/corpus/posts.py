"""The arrays from which every score is computed: all posts, oldest first.

Rows are sorted by (date, Message-ID, digest). So "as of a date" is a prefix, and two
archives with the same mail have the same rows, in whatever order the mail arrived.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Flags, Integers


@dataclass(frozen=True, slots=True)
class Posts:
    """All posts of an archive as parallel arrays of length n.

    message, thread, person: database ids.
    date: Unix seconds, ascending.
    parent: row of the nearest stored ancestor; -1 for none.
    automatic: whether a program sent it (``Message.automation``) or it is forged.
    own_length: characters of own text.
    thanks: whether the opening of the own text thanks or reports the problem solved;
        thanks in advance do not count.
    offers: whether it offers a work for review or use (``[PATCH]``, ``[ANN]``, an
        announced article, book or release).
    lists: n x m, true where the post came to the m-th list of ``list_ids``.
    """

    message: Integers
    thread: Integers
    person: Integers
    date: Integers
    parent: Integers
    automatic: Flags
    own_length: Integers
    thanks: Flags
    offers: Flags
    lists: csr_array
    list_ids: Integers

    def __len__(self) -> int:
        return len(self.message)

    def take(self, rows: Integers | slice) -> Posts:
        """Some posts; their parents are still numbered as among all."""
        columns = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return replace(self, **columns)

    def until(self, as_of: int) -> Posts:
        """The posts dated at or before ``as_of`` (Unix seconds).

        A parent dated later was not known then, so its child has no parent.
        """
        known = int(np.searchsorted(self.date, as_of, side="right"))
        if known == len(self):
            return self
        posts = self.take(slice(known))
        return replace(posts, parent=np.where(posts.parent < known, posts.parent, -1))


_COLUMNS: Final = tuple(field.name for field in fields(Posts) if field.name != "list_ids")
