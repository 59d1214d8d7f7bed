"""Postings of a growing archive: a later state shares unchanged rows with an earlier one.

As in a log-structured merge tree, new and changed rows are kept in a small layer beside
the large one. When they become too many, everything is built again.
Source: P. O'Neil et al., The Log-Structured Merge-Tree, Acta Informatica 33, 1996.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reputation.arrays import Flags, Floats, Integers, numbers_in

REBUILT_FROM: Final = 500
REBUILT_SHARE: Final = 0.05
"""Everything is built again when more rows have changed than ``REBUILT_FROM`` and than this
share."""


class Postings:
    """A transposed documents x terms table: for each term its documents, ascending."""

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
    """The number of words of each document."""
    return np.bincount(postings.rows, postings.counts, postings.documents).astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Postings of some rows, and the present row of each; -1 if it was removed or changed."""

    postings: Postings
    lengths: Floats
    place: Integers
    whole: bool
    """Whether every row of the layer still has the number that it had."""


class GrowingPostings:
    """Rows x words, indexed by word. Each row has a key that identifies its content."""

    def __init__(self, keys: Integers, large: _Layer, large_keys: Integers, small: _Layer) -> None:
        self._keys = keys
        self._large, self._large_keys, self._small = large, large_keys, small
        self.lengths: Floats = np.zeros(len(keys))
        """Number of words of each row."""
        for layer in (large, small):
            here = layer.place >= 0
            self.lengths[layer.place[here]] = layer.lengths[here]

    @classmethod
    def of(cls, keys: Integers, table: Callable[[Integers], csr_array]) -> Self:
        """Build the postings of all rows; ``table`` returns the counts of given rows."""
        everything = np.arange(len(keys))
        nothing = np.zeros(0, dtype=np.int64)
        return cls(keys, _layer(table, everything), keys, _layer(table, nothing))

    def following(self, keys: Integers, table: Callable[[Integers], csr_array]) -> Self:
        """The postings of a later state; the arguments are those of ``of``."""
        place = numbers_in(keys, self._large_keys)
        fresh = np.flatnonzero(numbers_in(self._large_keys, keys) < 0)
        changed = len(fresh) + int((place < 0).sum())
        if changed > max(REBUILT_FROM, REBUILT_SHARE * len(keys)):
            return self.of(keys, table)
        large = _Layer(
            self._large.postings,
            self._large.lengths,
            place,
            whole=bool(np.array_equal(place, np.arange(len(place)))),
        )
        return type(self)(keys, large, self._large_keys, _layer(table, fresh))

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def words(self) -> int:
        """Number of different words (columns)."""
        return max(self._large.postings.terms, self._small.postings.terms)

    def rows(self, word: int) -> Integers:
        """The rows that contain a word (column), each once, in no order."""
        return self.counted(word)[0]

    def counted(self, word: int) -> tuple[Integers, NDArray[np.float32]]:
        """The rows that contain a word (column), and how often each does."""
        parts = [_counted(layer, word) for layer in (self._large, self._small)]
        rows, counts = zip(*parts, strict=True)
        return np.concatenate(rows), np.concatenate(counts)

    def frequency(self, among: Flags) -> Floats:
        """For each word, how many of the rows ``among`` contain it."""
        frequency = np.zeros(self.words)
        for layer in (self._large, self._small):
            start = layer.postings.start
            if layer.whole and among.all():
                frequency[: layer.postings.terms] += np.diff(start)
                continue
            counted = np.append(among, False)[layer.place]
            upto = np.concatenate([[0], np.cumsum(counted[layer.postings.rows])])
            frequency[: layer.postings.terms] += upto[start[1:]] - upto[start[:-1]]
        return frequency


def _layer(table: Callable[[Integers], csr_array], rows: Integers) -> _Layer:
    postings = Postings(table(rows))
    whole = not len(rows) or int(rows[-1]) == len(rows) - 1
    return _Layer(postings, lengths_of(postings), rows, whole)


def _counted(layer: _Layer, word: int) -> tuple[Integers, NDArray[np.float32]]:
    postings = layer.postings
    if word >= postings.terms:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    first, last = postings.start[word], postings.start[word + 1]
    rows, counts = postings.rows[first:last], postings.counts[first:last]
    if layer.whole:
        return rows.astype(np.int64), counts
    places = layer.place[rows]
    here = places >= 0
    return places[here], counts[here]
