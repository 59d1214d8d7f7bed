"""How much a thread is about a query (θ), and how much an answer names it (c).

A topic is a saved query of weighted words; free text is a topic made on the
spot, each of its words with weight 1. θ = (s / s_max)³ over the best 1000
threads somebody answered, s = BM25 of subject three times + all own text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reputation.arrays import numbers_in
from reputation.bm25 import Bm25, sought
from reputation.grouping import sum_rows
from reputation.growing import GrowingPostings
from reputation.ledger import Kind, Ledger
from reputation.post_terms import PostTerms
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
    """Threads and answers prepared for queries. Documents are ``threads``, the ledger's."""

    def __init__(
        self,
        posts: Posts,
        terms: PostTerms,
        ledger: Ledger,
        vocabulary: Mapping[str, int],
        previous: Topicality | None = None,
    ) -> None:
        """``previous``: of an earlier state of the archive; what is as it was is shared with it."""
        self._vocabulary = vocabulary
        # A ledger of a past day knows of the threads that began later too.
        root = ledger.root[: np.searchsorted(ledger.root, len(posts))]
        self.threads: Integers = ledger.threads[: len(root)]
        self.answered: Flags = np.zeros(len(root), dtype=np.bool_)
        """Which documents somebody answered: only these are judged by."""
        self.answered[ledger.thread[ledger.kind != Kind.WORK]] = True
        self.document_of_post: Integers = numbers_in(self.threads, posts.thread)

        def words_of(documents: Integers) -> csr_array:
            return _thread_words(terms, self.document_of_post, root, documents)

        def words_of_answers(entries: Integers) -> csr_array:
            subjects, texts = terms.rows(ledger.row[entries])
            return csr_array(subjects + texts)

        keys = _thread_keys(terms.keys, self.document_of_post, root)
        answers = terms.keys[ledger.row]
        if previous is None:
            self._words = GrowingPostings.of(keys, words_of)
            self._answers = GrowingPostings.of(answers, words_of_answers)
        else:
            self._words = previous._words.following(keys, words_of)
            self._answers = previous._answers.following(answers, words_of_answers)
        self._bm25 = Bm25(self._words, self.answered)

    def query(self, weights: Mapping[str, float]) -> Query:
        """The known words of ``weights``; those below 0 exclude threads.

        Words in over 25 % of the threads are skipped; where all are, the rarest one stays.
        """
        return self._query(self._bm25, weights)

    def _query(self, bm25: Bm25, weights: Mapping[str, float]) -> Query:
        known = {
            self._vocabulary[word]: weight
            for word, weight in weights.items()
            if word in self._vocabulary and self._vocabulary[word] < len(bm25.idf)
        }
        wanted = np.array(sorted(term for term in known if known[term] > 0), dtype=np.int64)
        chosen = wanted[sought(bm25.idf[wanted], bm25.common[wanted])]
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
        allowed = self.answered if allowed is None else allowed & self.answered
        scores = self._scores(self._bm25, query, excluded)
        scores[~allowed] = 0.0
        best = float(scores.max()) if len(scores) else 0.0
        theta = (scores / best) ** POWER if best > 0 else np.zeros_like(scores)
        if len(theta) > BEST_THREADS:
            theta[np.argpartition(-theta, BEST_THREADS)[BEST_THREADS:]] = 0.0
        kept = self.numbers(pinned)
        theta[kept[allowed[kept]]] = 1.0
        return theta

    def breadth(
        self,
        weights: Mapping[str, float],
        *,
        pinned: Collection[int] = (),
        excluded: Collection[int] = (),
    ) -> Floats:
        """How much every document, answered or not, is about the words: θ among them all."""
        query = self._query(self._of_everything, weights)
        scores = self._scores(self._of_everything, query, excluded)
        best = float(scores.max(initial=0.0))
        share = (scores / best) ** POWER if best > 0 else scores
        share[self.numbers(pinned)] = 1.0
        return share

    @cached_property
    def _of_everything(self) -> Bm25:
        return Bm25(self._words, np.ones_like(self.answered))

    def _scores(self, bm25: Bm25, query: Query, excluded: Collection[int]) -> Floats:
        scores = bm25.scores(query.terms, query.weights)
        for term in query.excluded.tolist():
            scores[bm25.containing(term)] = 0.0
        scores[self.numbers(excluded)] = 0.0
        return scores

    def coverage(self, query: Query) -> Floats:
        """Share c of each ledger row: the part of the query's idf that its post's words carry."""
        shares = query.weights * self._bm25.idf[query.terms]
        covered = np.zeros(len(self._answers))
        for term, share in zip(query.terms.tolist(), shares.tolist(), strict=True):
            covered[self._answers.rows(term)] += share
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
        wanted = np.array(sorted(thread_ids), dtype=np.int64)
        found = numbers_in(self.threads, wanted) if len(wanted) else wanted
        return found[found >= 0]


def _thread_words(
    terms: PostTerms, document_of_post: Integers, root: Integers, documents: Integers
) -> csr_array:
    """Words of some threads: all own text, and the first post's subject three times."""
    place = np.full(len(root), -1, dtype=np.int64)
    place[documents] = np.arange(len(documents))
    group = place[document_of_post]
    rows = np.flatnonzero(group >= 0)
    words = sum_rows(terms.rows(rows)[1], group[rows], len(documents))
    return csr_array(words + terms.rows(root[documents])[0] * np.float32(SUBJECT_WEIGHT))


def _thread_keys(keys: Integers, document_of_post: Integers, root: Integers) -> Integers:
    """A number for the posts in each thread and for which of them is the first."""
    mixed = _mixed(keys.astype(np.uint64))
    total = np.zeros(len(root), dtype=np.uint64)
    np.add.at(total, document_of_post, mixed)
    return _mixed(total + _mixed(mixed[root])).view(np.int64)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each number scattered over 64 bits (the finalizer of SplitMix64, Steele et al. 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
