"""How much a thread is about a query (θ), and how much an answer names it (c).

A topic is a saved query of weighted words; free text is a topic made on the
spot, each of its words with weight 1. θ = (s / s_max)³ over the best 1000
threads somebody answered, s = BM25 of subject three times + all own text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import numbers_in
from reputation.bm25 import FixedBm25, Postings, sought
from reputation.grouping import sum_rows
from reputation.ledger import Kind, Ledger
from reputation.posts import Flags, Floats, Integers, Posts
from reputation.text import tokens
from reputation.topic_queries import MAXIMUM_TERMS

SUBJECT_WEIGHT: Final = 3.0
POWER: Final = 3
BEST_THREADS: Final = 1000
"""Words of a query that are read; texts for ``Match`` may be longer."""


@dataclass(frozen=True, slots=True)
class Query:
    """Columns of the words sought with their weights, and of words that exclude a thread."""

    terms: Integers
    weights: Floats
    excluded: Integers


def text_weights(text: str) -> dict[str, float]:
    """A text as a topic: each of its distinct words (at most 200) with weight 1."""
    return dict.fromkeys(list(dict.fromkeys(tokens(text)))[:MAXIMUM_TERMS], 1.0)


class Topicality:
    """Threads and answers prepared for queries. ``documents``: the answered threads' numbers."""

    def __init__(
        self,
        posts: Posts,
        subjects: csr_array,
        texts: csr_array,
        ledger: Ledger,
        vocabulary: Mapping[str, int],
    ) -> None:
        self._vocabulary = vocabulary
        answered = np.zeros(len(ledger.threads), dtype=np.bool_)
        answered[ledger.thread[ledger.kind != Kind.WORK]] = True
        self.documents: Integers = np.flatnonzero(answered)
        number = np.full(len(ledger.threads), -1, dtype=np.int64)
        number[self.documents] = np.arange(len(self.documents))
        self.document_of_entry: Integers = number[ledger.thread]
        self._document_of_id = {
            int(ledger.threads[thread]): document
            for document, thread in enumerate(self.documents.tolist())
        }
        thread_of_post = numbers_in(ledger.threads, posts.thread)
        self.document_of_post: Integers = np.append(number, -1)[thread_of_post]
        root_subjects = subjects[ledger.root[self.documents]]
        words = sum_rows(texts, self.document_of_post, len(self.documents))
        self._bm25 = FixedBm25(csr_array(words + root_subjects * np.float32(SUBJECT_WEIGHT)))
        self._answers = Postings(csr_array(subjects[ledger.row] + texts[ledger.row]))

    def query(self, weights: Mapping[str, float]) -> Query:
        """The known words of ``weights``; those below 0 exclude threads.

        Words in over 25 % of the threads are skipped; where all are, the rarest one stays.
        """
        known = {
            self._vocabulary[word]: weight
            for word, weight in weights.items()
            if word in self._vocabulary and self._vocabulary[word] < len(self._bm25.idf)
        }
        wanted = np.array(sorted(term for term in known if known[term] > 0), dtype=np.int64)
        chosen = wanted[sought(self._bm25.idf[wanted], self._bm25.common[wanted])]
        return Query(
            terms=chosen,
            weights=np.array([known[term] for term in chosen.tolist()], dtype=np.float64),
            excluded=np.array(
                sorted(term for term, weight in known.items() if weight < 0), dtype=np.int64
            ),
        )

    def theta(
        self,
        query: Query,
        *,
        pinned: Collection[int] = (),
        excluded: Collection[int] = (),
        allowed: Flags | None = None,
    ) -> Floats:
        """θ of each document, 0 to 1. ``pinned`` and ``excluded``: thread ids.

        ``allowed``: the documents that may be found at all.
        """
        scores = self._bm25.scores(query.terms, query.weights)
        for term in query.excluded.tolist():
            scores[self._bm25.containing(term)] = 0.0
        scores[self.numbers(excluded)] = 0.0
        if allowed is not None:
            scores[~allowed] = 0.0
        best = float(scores.max()) if len(scores) else 0.0
        theta = (scores / best) ** POWER if best > 0 else np.zeros_like(scores)
        if len(theta) > BEST_THREADS:
            theta[np.argpartition(-theta, BEST_THREADS)[BEST_THREADS:]] = 0.0
        kept = self.numbers(pinned)
        theta[kept if allowed is None else kept[allowed[kept]]] = 1.0
        return theta

    def coverage(self, query: Query) -> Floats:
        """Share c of each ledger row: the part of the query's idf that its post's words carry."""
        shares = query.weights * self._bm25.idf[query.terms]
        covered = np.zeros(len(self.document_of_entry))
        start = self._answers.start
        for term, share in zip(query.terms.tolist(), shares.tolist(), strict=True):
            covered[self._answers.rows[start[term] : start[term + 1]]] += share
        total = float(shares.sum())
        return np.minimum(covered / total, 1.0) if total > 0 else covered

    def score(self, query: Query, words: csr_array, subjects: csr_array) -> Floats:
        """The score s of threads as they might be, from all their words and the root's subject.

        How rare words are, and how long threads, is taken as it is.
        """
        counts = csr_array(words + subjects * np.float32(SUBJECT_WEIGHT))
        return self._bm25.score_of(counts, query.terms, query.weights)

    def share_named(self, query: Query, words: csr_array) -> Floats:
        """Share c of the query's idf in each row of words."""
        shares = query.weights * self._bm25.idf[query.terms]
        total = float(shares.sum())
        named = (words[:, query.terms].toarray() > 0) @ shares
        return np.minimum(named / total, 1.0) if total > 0 else named

    def numbers(self, thread_ids: Collection[int]) -> Integers:
        """The documents of threads by id, those that are any."""
        known = (self._document_of_id.get(int(thread)) for thread in thread_ids)
        return np.array([number for number in known if number is not None], dtype=np.int64)
