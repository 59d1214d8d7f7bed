"""Sparse counts turned round: for each word the rows that have it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reputation.arrays import Floats, Integers


class Postings:
    """Documents x terms, turned round: for each term its documents, ascending."""

    __slots__ = ("counts", "documents", "rows", "start")

    def __init__(self, counts: csr_array) -> None:
        self.documents = int(counts.shape[0])
        columns = counts.tocsc()
        columns.sort_indices()
        self.start: Integers = columns.indptr.astype(np.int64)
        self.rows: NDArray[np.int32] = columns.indices.astype(np.int32)
        self.counts: NDArray[np.float32] = columns.data.astype(np.float32)

    @property
    def terms(self) -> int:
        """Number of terms."""
        return len(self.start) - 1


def lengths_of(postings: Postings) -> Floats:
    """Words of each document."""
    return np.bincount(postings.rows, postings.counts, postings.documents).astype(np.float64)
