"""How much a thread is about a query (θ), and how much of it an answer names (c).

A topic is a saved query of weighted words; free text is a temporary topic whose words
all have weight 1. θ = (s / s_max)³ over the best 1000 answered threads, where s is the
BM25 score of the subject (counted three times) and all own text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Flags, Floats, Integers, numbers_in, scattered, sum_rows
from reputation.corpus.bm25 import Bm25, sought
from reputation.corpus.post_words import PostTerms
from reputation.corpus.postings import GrowingPostings
from reputation.corpus.posts import Posts
from reputation.evidence.ledger import Kind, Ledger
from reputation.language.words import tokens
from reputation.topics.queries import MAXIMUM_QUERY_TERMS

SUBJECT_WEIGHT: Final = 3.0
POWER: Final = 3
ALTERNATIVE: Final = "|"
"""Separates words with the same meaning; it does not occur in a word."""

BEST_THREADS: Final = 1000
"""Only this many threads with the highest scores count; θ of all others is 0."""
ON_TOPIC: Final = 0.02
"""From this θ on, the posts of a thread are counted and shown under the topic."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query over columns (words).

    terms, weights: the words to find, with their weights.
    excluded: words that exclude a thread.
    meanings: for each of ``terms``, the number of its meaning. Words with the same
        meaning share a number, and only the best of them counts.
    """

    terms: Integers
    weights: Floats
    excluded: Integers
    meanings: Integers

    @property
    def is_plain(self) -> bool:
        """Whether no two words have the same meaning."""
        return len(np.unique(self.meanings)) == len(self.meanings)

    def summed(self, scores: Callable[[Integers, Floats], Floats]) -> Floats:
        """Sum ``scores`` over meanings, each by its best word; takes columns and weights."""
        if self.is_plain:
            return scores(self.terms, self.weights)
        best = [
            np.max([scores(self.terms[[one]], self.weights[[one]]) for one in places], axis=0)
            for places in self.by_meaning()
        ]
        total: Floats = np.sum(best, axis=0)
        return total

    def by_meaning(self) -> list[Integers]:
        """For each meaning, the places of its words in ``terms``."""
        return [np.flatnonzero(self.meanings == one) for one in np.unique(self.meanings)]


def text_weights(
    text: str, synonyms: Mapping[str, Sequence[str]] | None = None
) -> dict[str, float]:
    """A text as a topic: each of its distinct words (at most 200) with weight 1.

    synonyms: synonyms of some words. They are joined with the word in the way that
        ``Topicality.query`` accepts.
    """
    words = list(dict.fromkeys(tokens(text)))[:MAXIMUM_QUERY_TERMS]
    if not synonyms:
        return dict.fromkeys(words, 1.0)
    found: dict[str, float] = {}
    said: set[str] = set()
    for word in words:
        if word not in said:
            alike = [word, *synonyms.get(word, ())]
            said.update(alike)
            found[ALTERNATIVE.join(alike)] = 1.0
    return found


class Topicality:
    """Threads and answers prepared for queries. Its documents are ``threads`` of the ledger."""

    def __init__(
        self,
        posts: Posts,
        terms: PostTerms,
        ledger: Ledger,
        vocabulary: Mapping[str, int],
        previous: Topicality | None = None,
    ) -> None:
        """Prepare; ``previous`` is an earlier state, with which unchanged parts are shared."""
        self._vocabulary = vocabulary
        # The ledger of a past day also contains threads that began later; leave them out.
        root = ledger.root[: np.searchsorted(ledger.root, len(posts))]
        self.threads: Integers = ledger.threads[: len(root)]
        self.answered: Flags = np.zeros(len(root), dtype=np.bool_)
        """Which documents somebody answered. Only these count for statistics and for θ."""
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
        """The query of the known words of ``weights``; words with a weight below 0 exclude threads.

        Words joined by ``|`` have the same meaning (structured queries, Pirkola 1998):
        a text counts once, whichever of them it contains. Words in over 25 % of the
        threads are skipped; if all are, the rarest one is kept.
        """
        return self._query(self._bm25, weights)

    def _query(self, bm25: Bm25, weights: Mapping[str, float]) -> Query:
        known: dict[int, float] = {}
        meaning: dict[int, int] = {}
        for number, (words, weight) in enumerate(weights.items()):
            for word in words.split(ALTERNATIVE):
                term = self._vocabulary.get(word, len(bm25.idf))
                if term < len(bm25.idf):
                    known[term], meaning[term] = weight, number
        wanted = np.array(sorted(term for term in known if known[term] > 0), dtype=np.int64)
        chosen = wanted[sought(bm25.idf[wanted], bm25.common[wanted])]
        return Query(
            terms=chosen,
            weights=np.array([known[term] for term in chosen.tolist()], dtype=np.float64),
            excluded=np.array(
                sorted(term for term, weight in known.items() if weight < 0), dtype=np.int64
            ),
            meanings=np.array([meaning[term] for term in chosen.tolist()], dtype=np.int64),
        )

    def theta(
        self,
        query: Query,
        *,
        pinned: Collection[int] = (),
        excluded: Collection[int] = (),
        allowed: Flags | None = None,
    ) -> Floats:
        """θ of each document, 0 to 1.

        pinned: ids of threads with θ = 1.
        excluded: ids of threads with θ = 0.
        allowed: a flag for each document that may be found; None means all.
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
        """θ of every document, answered or not, relative to all documents."""
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
        scores = query.summed(bm25.scores)
        for term in query.excluded.tolist():
            scores[bm25.containing(term)] = 0.0
        scores[self.numbers(excluded)] = 0.0
        return scores

    def rescored(
        self, theta: Floats, pinned: Integers, documents: Integers, ratio: Floats
    ) -> tuple[Floats, Floats]:
        """θ of each of ``documents`` were its own score, alone, ``ratio`` times what it is.

        theta: of all documents; that of ``pinned`` ones is 1 whatever they score.
        Then also what θ of every other document that is not pinned is times, since
        the best one is what all are measured against.
        """
        free = theta.copy()
        free[pinned] = 0.0
        best = int(np.argmax(free))
        second = free.max(initial=0.0, where=np.arange(len(free)) != best)
        changed = free[documents] * ratio**POWER
        highest = np.maximum(changed, np.where(documents == best, second, 1.0))
        factor = np.divide(1.0, highest, out=np.zeros(len(ratio)), where=highest > 0)
        fixed = np.isin(documents, pinned)
        return np.where(fixed, 1.0, changed * factor), np.where(fixed, 1.0, factor)

    def coverage(self, query: Query) -> Floats:
        """Share c of each ledger row: the part of the query's idf that its post's words carry."""
        covered, total = np.zeros(len(self._answers)), 0.0
        for places, share in self._shares(query):
            rows = [self._answers.rows(term) for term in query.terms[places].tolist()]
            covered[rows[0] if len(rows) == 1 else np.unique(np.concatenate(rows))] += share
            total += share
        return np.minimum(covered / total, 1.0) if total > 0 else covered

    def score(self, query: Query, words: csr_array, subjects: csr_array) -> Floats:
        """The score s of hypothetical threads, given all their words and the root's subject.

        Document frequencies and the mean length are those of the real archive.
        """
        counts = csr_array(words + subjects * np.float32(SUBJECT_WEIGHT))
        return query.summed(partial(self._bm25.score_of, counts))

    def share_named(self, query: Query, words: csr_array) -> Floats:
        """Share c of each row of ``words``: the part of the query's idf that its words carry."""
        has = words[:, query.terms].toarray() > 0
        named, total = np.zeros(words.shape[0]), 0.0
        for places, share in self._shares(query):
            total += share
            named += share * has[:, places].any(axis=1)
        return np.minimum(named / total, 1.0) if total > 0 else named

    def _shares(self, query: Query) -> list[tuple[Integers, float]]:
        """For each meaning, the places of its words and its share of the query's idf."""
        shares = query.weights * self._bm25.idf[query.terms]
        if query.is_plain:
            return [(np.array([place]), share) for place, share in enumerate(shares.tolist())]
        return [(places, float(shares[places].max())) for places in query.by_meaning()]

    def numbers(self, thread_ids: Collection[int]) -> Integers:
        """The documents of these threads, given by id; unknown threads are left out."""
        wanted = np.array(sorted(thread_ids), dtype=np.int64)
        found = numbers_in(self.threads, wanted) if len(wanted) else wanted
        return found[found >= 0]


def _thread_words(
    terms: PostTerms, document_of_post: Integers, root: Integers, documents: Integers
) -> csr_array:
    """Words of the threads ``documents``: all own text, and three times the root's subject."""
    place = np.full(len(root), -1, dtype=np.int64)
    place[documents] = np.arange(len(documents))
    group = place[document_of_post]
    rows = np.flatnonzero(group >= 0)
    words = sum_rows(terms.rows(rows)[1], group[rows], len(documents))
    return csr_array(words + terms.rows(root[documents])[0] * np.float32(SUBJECT_WEIGHT))


def _thread_keys(keys: Integers, document_of_post: Integers, root: Integers) -> Integers:
    """For each thread, a number that identifies its posts and which of them is the first."""
    mixed = scattered(keys.astype(np.uint64))
    total = np.zeros(len(root), dtype=np.uint64)
    np.add.at(total, document_of_post, mixed)
    return scattered(total + scattered(mixed[root])).view(np.int64)
