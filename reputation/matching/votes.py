"""The votes of similar answers for their authors, as of any instant.

The document of an answer consists of its thread's root question and its own text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import SPAN, Floats, Integers, joined, sums
from reputation.corpus.bm25 import SATURATION, DatedBm25
from reputation.corpus.posts import Posts
from reputation.evidence.ledger import NEVER, Kind, Ledger

BEST_DOCUMENTS: Final = 1000
MAXIMUM_VOTING_TERMS: Final = 100
"""Most distinct words of a question that are looked up; those with the most weight are kept."""
DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Found:
    """The answers similar to a question.

    terms: columns of the words looked up.
    gains: for each of them, idf times count.
    documents: the best answers, oldest first.
    scores: their BM25 scores.
    known: how many documents existed at that time.
    weight, age: ledger weight and age (days) of each known document.
    """

    terms: Integers
    gains: Floats
    documents: Integers
    scores: Floats
    known: int
    weight: Floats
    age: Floats

    def best(self, count: int) -> Found:
        """The same, with only the ``count`` best documents."""
        if len(self.documents) <= count:
            return self
        chosen = np.sort(np.argsort(-self.scores, kind="stable")[:count])
        return replace(self, documents=self.documents[chosen], scores=self.scores[chosen])

    @property
    def ceiling(self) -> float:
        """The limit of the score of a document that repeats every word without end."""
        return float(self.gains.sum()) * (SATURATION + 1)


class AnswerIndex:
    """All answers of a ledger as documents in date order; many threads may read it."""

    def __init__(self, ledger: Ledger, subjects: csr_array, texts: csr_array) -> None:
        """Prepare; ``subjects`` and ``texts`` are the term counts of the posts."""
        self._ledger = ledger
        self.entries: Integers = np.flatnonzero(ledger.kind != Kind.WORK)
        self.person: Integers = ledger.person[self.entries]
        self.date: Integers = ledger.date[self.entries]
        self.thread: Integers = ledger.thread[self.entries]
        self.people = len(ledger.people)
        roots = ledger.root[ledger.thread[self.entries]]
        rows = ledger.row[self.entries]
        self._index = DatedBm25(csr_array(subjects[roots] + texts[roots] + texts[rows]))
        self._root_subjects_and_texts = (subjects, texts)
        self._list_columns: dict[int, Floats] = {}
        self._pairs = (self._pair_times(demand=False), self._pair_times(demand=True))

    def find(self, words: Mapping[int, float], as_of: int) -> Found:
        """The best answers for a question among those dated by ``as_of``.

        words: columns of the question's words, with counts.
        """
        known = int(np.searchsorted(self.date, as_of, side="right"))
        terms = np.array(sorted(words), dtype=np.int64)
        counts = np.array([words[term] for term in terms.tolist()], dtype=np.float64)
        gains = counts * self._index.idf(terms, known)
        if len(terms) > MAXIMUM_VOTING_TERMS:
            best = np.sort(np.argpartition(-gains, MAXIMUM_VOTING_TERMS)[:MAXIMUM_VOTING_TERMS])
            terms, counts, gains = terms[best], counts[best], gains[best]
        scores = self._index.scores(terms, counts, known)
        found = np.flatnonzero(scores > 0)
        if len(found) > BEST_DOCUMENTS:
            best = np.argpartition(-scores[found], BEST_DOCUMENTS)[:BEST_DOCUMENTS]
            found = np.sort(found[best])
        return Found(
            terms=terms,
            gains=gains,
            documents=found,
            scores=scores[found],
            known=known,
            weight=self._ledger.weight(as_of)[self.entries[:known]],
            age=np.maximum(as_of - self.date[:known], 0) / DAY,
        )

    def scores(self, terms: Integers, counts: Floats, known: int) -> Floats:
        """BM25 scores of the first ``known`` documents for terms (columns) with their counts."""
        return self._index.scores(terms, counts, known)

    def on_list(self, posts: Posts, column: int) -> Floats:
        """1 for each document that came to a list (a column of ``Posts.lists``), else 0."""
        if column not in self._list_columns:
            came = posts.lists[:, [column]].toarray().ravel() > 0
            self._list_columns[column] = came[self._ledger.row[self.entries]].astype(np.float64)
        return self._list_columns[column]

    def words_of(self, document: int) -> set[int]:
        """Columns of the words of a document's question and answer."""
        entry = self.entries[document]
        root = self._ledger.root[self._ledger.thread[entry]]
        subjects, texts = self._root_subjects_and_texts
        found: set[int] = set()
        for table, row in ((subjects, root), (texts, root), (texts, self._ledger.row[entry])):
            found.update(table.indices[table.indptr[row] : table.indptr[row + 1]].tolist())
        return found

    def decayed(self, found: Found, half_life: float, values: Floats | None = None) -> Floats:
        """For each person, the sum of 2^(-age / half_life) over the answers, times ``values``."""
        share = np.exp2(-found.age / half_life)
        return sums(
            self.person[: found.known], share if values is None else share * values, self.people
        )

    def helped(self, as_of: int) -> Floats:
        """N of each person: how many different vouched people they had answered by then."""
        times, helpers = self._pairs[int(as_of >= self._ledger.mature_at)]
        count = int(np.searchsorted(times, as_of, side="right"))
        return np.bincount(helpers[:count], minlength=self.people).astype(np.float64)

    def _pair_times(self, *, demand: bool) -> tuple[Integers, Integers]:
        """When each pair (helper, asker) first counted in N, ascending, and the helpers.

        demand: whether the asker must be vouched for. That is so once the archive is
            not young.
        """
        keys = joined(self.person, self._ledger.asker[self.entries])
        pairs, place = np.unique(keys, return_inverse=True)
        since = self.date
        if demand:
            since = np.maximum(since, self._ledger.vouched_at[self.entries])
        first = np.full(len(pairs), NEVER, dtype=np.int64)
        np.minimum.at(first, place, since)
        order = np.argsort(first, kind="stable")
        return first[order], (pairs // SPAN)[order]
