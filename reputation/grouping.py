"""Sums of sparse rows by group: posts to threads, posts to people."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from reputation.posts import Integers


def sum_rows(table: csr_array, group: Integers, groups: int) -> csr_array:
    """Sums of the rows of each group 0 … groups - 1; rows of group -1 are left out."""
    rows = np.flatnonzero(group >= 0)
    ones = np.ones(len(rows), dtype=np.float32)
    membership = csr_array((ones, (group[rows], rows)), shape=(groups, len(group)))
    return csr_array(membership @ table)
