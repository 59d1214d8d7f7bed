"""BM25 over sparse term counts, for a fixed set of documents or as of any past day.

Source: S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25 and
Beyond, Foundations and Trends in Information Retrieval 3(4), 2009.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Flags, Floats, Integers, rounded
from reputation.corpus.postings import GrowingPostings, Postings, lengths_of

SATURATION: Final = 1.2
"""k1: a larger value lets repetitions of a word count for longer."""
LENGTH_WEIGHT: Final = 0.75
"""b: how strongly long documents are penalised."""
COMMON_SHARE: Final = 0.25
"""Words in more than this share of the documents are skipped."""
COMMON_FLOOR: Final = 50
FREQUENCY_DIGITS: Final = 6
"""Document frequencies are rounded to this many binary digits, so an idf is right to .016."""


def inverse_frequency(frequency: Floats, documents: int) -> Floats:
    """ln(1 + (N - df + .5) / (df + .5)); 0 for unknown words."""
    weight = np.log1p((documents - frequency + 0.5) / (frequency + 0.5))
    return np.where(frequency > 0, weight, 0.0)


def is_common(frequency: Floats, documents: int) -> Flags:
    """Which words queries skip: those in over 25 % of the documents and in more than 50.

    The second bound is for small archives, where a word of their own subject is easily
    in over a quarter of the documents.
    """
    return frequency > max(COMMON_SHARE * documents, COMMON_FLOOR)


def sought(idf: Floats, common: Flags) -> Flags:
    """Which words of a query are looked up: known words that are not common, else the rarest."""
    known = idf > 0
    chosen: Flags = known & ~common
    if not chosen.any() and known.any():
        chosen[int(np.argmax(idf))] = True
    return chosen


class Bm25:
    """BM25 of complete documents, with the statistics of those that are ``counted``.

    The number of documents, document frequencies and the mean length are rounded
    (``arrays.rounded``), so that one more document does not change the scores of the
    others.
    """

    def __init__(self, postings: GrowingPostings, counted: Flags) -> None:
        self._postings = postings
        lengths = postings.lengths[counted]
        documents = int(rounded(len(lengths)))
        frequency = rounded(postings.frequency(counted), FREQUENCY_DIGITS)
        frequency = np.minimum(frequency, documents)
        self.idf: Floats = inverse_frequency(frequency, documents)
        self.common: Flags = is_common(frequency, documents)
        self._mean = float(rounded(lengths.mean())) if len(lengths) else 0.0
        self._norm = _norm(postings.lengths, self._mean)

    def scores(self, terms: Integers, weights: Floats) -> Floats:
        """Score of every document for the weighted terms (columns), including common terms."""
        total = np.zeros(len(self._postings))
        for term, weight in zip(terms.tolist(), weights.tolist(), strict=True):
            gain = weight * self.idf[term] * (SATURATION + 1)
            if gain > 0:
                rows, counts = self._postings.counted(term)
                # A document occurs at most once in the postings of a term, so += is safe.
                total[rows] += gain * counts / (counts + self._norm[rows])
        return total

    def score_of(self, counts: csr_array, terms: Integers, weights: Floats) -> Floats:
        """Scores of other documents, given their counts, for the weighted terms (columns)."""
        found = counts[:, terms].toarray().astype(np.float64)
        norm = _norm(counts.sum(axis=1).astype(np.float64), self._mean)
        gain = found * (SATURATION + 1) / np.where(found > 0, found + norm[:, None], 1.0)
        scores: Floats = gain @ (weights * self.idf[terms])
        return scores

    def containing(self, term: int) -> Integers:
        """The documents that contain the term (column)."""
        return self._postings.rows(term)


class DatedBm25:
    """BM25 over documents in date order, as it was when only the first k existed.

    Document frequencies, the number of documents and their mean length are those of
    these k documents. So a replay of old queries sees nothing of the future.
    """

    def __init__(self, counts: csr_array) -> None:
        self._postings = postings = Postings(counts)
        self._lengths = lengths_of(postings)
        self._length_sums = np.concatenate([[0.0], np.cumsum(self._lengths)])

    def __len__(self) -> int:
        return self._postings.documents

    def idf(self, terms: Integers, documents: int) -> Floats:
        """Idf of each term (column) among the first ``documents``; 0 for a skipped term."""
        return self._idf(self._ends(terms, documents) - self._postings.start[terms], documents)

    def scores(self, terms: Integers, weights: Floats, documents: int) -> Floats:
        """Scores of the first ``documents`` documents for the weighted terms (columns)."""
        if not documents or not len(terms):
            return np.zeros(documents)
        starts = self._postings.start[terms]
        lengths = self._ends(terms, documents) - starts
        idf = self._idf(lengths, documents) * weights
        norm = _norm(
            self._lengths[:documents], float(self._length_sums[documents]) / documents
        ).astype(np.float32)
        total = np.zeros(documents, dtype=np.float32)
        for start, length, gain in zip(
            starts.tolist(), lengths.tolist(), idf.tolist(), strict=True
        ):
            if gain > 0 and length:
                rows = self._postings.rows[start : start + length]
                counts = self._postings.counts[start : start + length]
                total[rows] += counts * np.float32(gain * (SATURATION + 1)) / (counts + norm[rows])
        return total.astype(np.float64)

    @staticmethod
    def _idf(counts: Integers, documents: int) -> Floats:
        frequency = counts.astype(np.float64)
        idf = inverse_frequency(frequency, documents)
        return np.where(sought(idf, is_common(frequency, documents)), idf, 0.0)

    def _ends(self, terms: Integers, documents: int) -> Integers:
        """End of each term's postings among the first ``documents``."""
        start, rows = self._postings.start, self._postings.rows
        if documents >= self._postings.documents:
            return start[terms + 1]
        return np.array(
            [
                start[term]
                + np.searchsorted(rows[start[term] : start[term + 1]], documents, side="left")
                for term in terms.tolist()
            ],
            dtype=np.int64,
        )


def _norm(lengths: Floats, mean: float) -> Floats:
    relative = lengths / mean if mean > 0 else np.zeros_like(lengths)
    norm: Floats = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relative)
    return norm
