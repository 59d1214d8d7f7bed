"""The arrays from which every score is computed: all posts, oldest first.

Rows are sorted by (date, Message-ID, digest). So "as of a date" is a prefix, and two
archives with the same mail have the same rows, in whatever order the mail arrived.
"""

from __future__ import annotations

from dataclasses import dataclass

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

    def until(self, as_of: int) -> Posts:
        """The posts dated at or before ``as_of`` (Unix seconds).

        A parent dated later was not known then, so its child has no parent.
        """
        known = int(np.searchsorted(self.date, as_of, side="right"))
        if known == len(self):
            return self
        return Posts(
            message=self.message[:known],
            thread=self.thread[:known],
            person=self.person[:known],
            date=self.date[:known],
            parent=np.where(self.parent[:known] < known, self.parent[:known], -1),
            automatic=self.automatic[:known],
            own_length=self.own_length[:known],
            thanks=self.thanks[:known],
            offers=self.offers[:known],
            lists=self.lists[:known],
            list_ids=self.list_ids,
        )
