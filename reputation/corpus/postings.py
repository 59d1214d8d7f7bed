"""Postings of a growing archive: a later state shares with an earlier one what did not change.

As in a log-structured merge tree, new and changed rows lie in a small layer of
their own beside the large one, until they are so many that all is built anew.

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
"""All is built anew once more rows than both have changed."""


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


@dataclass(frozen=True, slots=True)
class _Layer:
    """Postings of some rows, and where those stand today: -1 for one that is gone or changed."""

    postings: Postings
    lengths: Floats
    place: Integers
    whole: bool
    """Every row of the layer stands where it stood."""


class GrowingPostings:
    """Rows x words by word, each row known by a key for what it holds."""

    def __init__(self, keys: Integers, large: _Layer, large_keys: Integers, small: _Layer) -> None:
        self._keys = keys
        self._large, self._large_keys, self._small = large, large_keys, small
        self.lengths: Floats = np.zeros(len(keys))
        """Words of each row."""
        for layer in (large, small):
            here = layer.place >= 0
            self.lengths[layer.place[here]] = layer.lengths[here]

    @classmethod
    def of(cls, keys: Integers, table: Callable[[Integers], csr_array]) -> Self:
        """Postings of all rows. ``table`` gives the counts of some of them."""
        everything = np.arange(len(keys))
        nothing = np.zeros(0, dtype=np.int64)
        return cls(keys, _layer(table, everything), keys, _layer(table, nothing))

    def following(self, keys: Integers, table: Callable[[Integers], csr_array]) -> Self:
        """The postings of a later state; arguments as of ``of``."""
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
        """Number of words that any row may have."""
        return max(self._large.postings.terms, self._small.postings.terms)

    def rows(self, word: int) -> Integers:
        """The rows that have a word (column), each once, in no order."""
        return self.counted(word)[0]

    def counted(self, word: int) -> tuple[Integers, NDArray[np.float32]]:
        """The rows that have a word (column), and how often."""
        parts = [_counted(layer, word) for layer in (self._large, self._small)]
        rows, counts = zip(*parts, strict=True)
        return np.concatenate(rows), np.concatenate(counts)

    def frequency(self, among: Flags) -> Floats:
        """In how many of the rows ``among`` each word is."""
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
