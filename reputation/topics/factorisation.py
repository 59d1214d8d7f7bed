"""Suggestions of topics: non-negative matrix factorisation over TF-IDF of threads.

Topics are permanent rows that people curate; a model only suggests. A word
may shape a topic only if enough different authors use it, so that topics
never become signatures, and if subjects use it, so that greetings, code
and the furniture of mail do not count as matter.

Lee and Seung (1999), Learning the parts of objects by non-negative matrix
factorization; Boutsidis and Gallopoulos (2008), SVD based initialization.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from reputation.language.stopwords import GENERIC_WORDS
from reputation.language.words import tokens
from reputation.topics.labels import Loads, label_topics, labels_by_language

MAXIMUM_TOPICS: Final = 60
TERMS_PER_TOPIC: Final = 25
KEYWORDS: Final = 8
MAXIMUM_TERMS: Final = 12_000
MINIMUM_AUTHORS: Final = 3
AUTHORS_PER_THREAD: Final = 0.1
"""A word needs one author for every ten threads it stands in: signatures have fewer."""

SUBJECT_SHARE_FULL: Final = 0.1
"""Words with this share of their threads' subjects have full weight, rarer ones less."""

SUBJECT_SHARE_LEAST: Final = 0.02
SAME: Final = 0.7
DRIFT: Final = 0.4

SMALL_ARCHIVE: Final = 300
"""Below so many threads a word of chance looks like a topic, so more is asked of words."""

TINY_ARCHIVE: Final = 60
SUBJECT_SHARE_SMALL: Final = 0.15
"""In a small archive a word that names matter stands in this share of its threads' subjects."""

THREADS_PER_TOPIC: Final = 15
"""A topic of fewer threads than this on average would be an accident."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic a model proposes.

    terms: at most 25 words with weights, the largest 1. label: for readers,
    distinct among the suggestions of one call. keywords: best words first.
    in_language: labels from what threads in ``id`` and ``en`` call it, where they do.
    """

    terms: dict[str, float]
    label: str
    keywords: tuple[str, ...]
    in_language: dict[str, str] = field(default_factory=dict)


def topic_count(threads: int) -> int:
    """How many topics suit an archive: 6 for 100 threads, 40 for 8,000, at most 60."""
    fitting: float = 12 * (threads / 100) ** 0.275
    return min(MAXIMUM_TOPICS, max(2, threads // THREADS_PER_TOPIC), threads // 3, round(fitting))


def suggest(
    thread_terms: csr_array,
    vocabulary: Sequence[str],
    term_authors: NDArray[np.integer[Any]],
    subjects: Sequence[str],
    thread_authors: Sequence[int],
    *,
    count: int | None = None,
    warm: Sequence[Mapping[str, float]] = (),
    names: Collection[str] = (),
    languages: Sequence[str | None] = (),
) -> list[Suggestion]:
    """Topics of an archive, the largest first; empty where there is too little to see any.

    thread_terms: threads × vocabulary, counts. term_authors: per word, how many
    different people used it. subjects, thread_authors: base subject and root
    author of each thread. count: number of topics, by default from the number
    of threads. warm: terms of standing topics to start from. names: words
    of people's names and of the list's own name, which never become labels.
    languages: ``id``, ``en`` or None of each thread.
    The same input gives the same suggestions.
    """
    columns, weights = _chosen_terms(thread_terms, vocabulary, term_authors, subjects)
    matrix, rows = _weighted(thread_terms, columns, weights)
    wanted = topic_count(len(rows)) if count is None else count
    wanted = min(wanted, len(rows), len(columns))
    if wanted < 1:
        return []
    words = [vocabulary[column] for column in columns]
    loads, parts = _factorise(matrix, wanted, _start(warm, words))
    kept = _grounded(loads, np.asarray(thread_authors)[rows])
    loads, parts = loads[:, kept], parts[kept]
    topics = [_top_terms(part, words) for part in parts]
    named = [subjects[row] for row in rows]
    authors = [thread_authors[row] for row in rows]
    labels = label_topics(topics, loads, named, authors, names=names)
    spoken = [languages[row] if languages else None for row in rows]
    in_language = labels_by_language(
        topics, loads, named, authors, labels=labels, spoken=spoken, names=names
    )
    order = np.argsort(-loads.sum(axis=0), kind="stable")
    return [
        Suggestion(
            topics[topic], labels[topic], tuple(topics[topic])[:KEYWORDS], in_language[topic]
        )
        for topic in order
    ]


def _chosen_terms(
    thread_terms: csr_array,
    vocabulary: Sequence[str],
    term_authors: NDArray[np.integer[Any]],
    subjects: Sequence[str],
) -> tuple[NDArray[np.int64], Matrix]:
    """Columns of the words that may shape topics, and a weight for each."""
    threads = len(subjects)
    size = len(vocabulary)
    frequency = np.bincount(thread_terms.indices, minlength=size)
    in_subjects = _subject_frequency(subjects, vocabulary)
    small, tiny = threads < SMALL_ARCHIVE, threads < TINY_ARCHIVE
    least = 2 if tiny else 3 if small else 5
    most = max(0.25 * threads, min(5.0, 0.6 * threads))
    share = in_subjects / np.maximum(frequency, 1)
    chosen = (
        (frequency >= least)
        & (frequency <= most)
        & (np.asarray(term_authors) >= np.maximum(MINIMUM_AUTHORS, AUTHORS_PER_THREAD * frequency))
        & (in_subjects >= (1 if tiny else 2))
        & (share >= (SUBJECT_SHARE_SMALL if small and not tiny else SUBJECT_SHARE_LEAST))
    )
    chosen &= np.fromiter((word not in GENERIC_WORDS for word in vocabulary), bool, size)
    columns = np.flatnonzero(chosen)
    columns = np.sort(columns[np.argsort(-frequency[columns], kind="stable")[:MAXIMUM_TERMS]])
    inverse = np.log((1 + threads) / (1 + frequency[columns])) + 1
    return columns, inverse * np.minimum(1.0, share[columns] / SUBJECT_SHARE_FULL)


def _subject_frequency(subjects: Sequence[str], vocabulary: Sequence[str]) -> NDArray[np.int64]:
    """For each word, the number of subjects it stands in."""
    place = {word: column for column, word in enumerate(vocabulary)}
    found = np.zeros(len(vocabulary), dtype=np.int64)
    for subject in subjects:
        for word in set(tokens(subject)):
            column = place.get(word)
            if column is not None:
                found[column] += 1
    return found


def _weighted(
    thread_terms: csr_array, columns: NDArray[np.int64], weights: Matrix
) -> tuple[csr_array, NDArray[np.int64]]:
    """TF-IDF with sublinear counts and rows of unit length; and which threads have any."""
    matrix = csr_array(thread_terms[:, columns].astype(np.float64))
    matrix.data = 1.0 + np.log(np.maximum(matrix.data, 1.0))
    matrix = csr_array(matrix @ diags_array(weights))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    rows = np.flatnonzero(length > 0)
    scaled = diags_array(1.0 / length[rows]) @ matrix[rows]
    return csr_array(scaled), rows


def _start(warm: Sequence[Mapping[str, float]], words: Sequence[str]) -> Matrix:
    """Standing topics over the chosen words, unit length; those without any such word left out."""
    place = {word: column for column, word in enumerate(words)}
    start = np.zeros((len(warm), len(words)))
    for topic, terms in enumerate(warm):
        for term, weight in terms.items():
            if weight > 0 and term in place:
                start[topic, place[term]] = weight
    length = np.linalg.norm(start, axis=1)
    return np.asarray(start[length > 0] / length[length > 0, None])


def _factorise(matrix: csr_array, count: int, start: Matrix) -> tuple[Loads, Matrix]:
    """Loads (threads × topics, rows summing to 1) and parts (topics × words)."""
    from sklearn.decomposition import non_negative_factorization
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # The function, not the class: that works out an error of reconstruction that nobody
    # asks for, whose root is not real where a small matrix is met exactly.
    common = {"max_iter": 200, "random_state": 0, "tol": 1e-3}
    # One BLAS thread: more only wait for each other on matrices this narrow.
    with warnings.catch_warnings(), threadpool_limits(limits=1, user_api="blas"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        if len(start):
            loads, parts = _warm_factors(matrix, count, start)
            loads, parts, _ = non_negative_factorization(
                matrix, loads, parts, len(parts), init="custom", **common
            )
        else:
            init = _initialisation(matrix, count)
            loads, parts, _ = non_negative_factorization(
                matrix, n_components=count, init=init, **common
            )
    parts = np.asarray(parts, dtype=np.float64)
    # A part's scale is arbitrary until its load is measured in lengths of the part.
    loads = np.asarray(loads, dtype=np.float64) * np.linalg.norm(parts, axis=1)
    total = loads.sum(axis=1, keepdims=True)
    return np.divide(loads, total, out=np.zeros_like(loads), where=total > 0), parts


def _initialisation(matrix: csr_array, count: int) -> str:
    """SVD-based where the matrix has as many dimensions as topics, else fixed random."""
    return "nndsvd" if count < min(matrix.shape) else "random"


def _warm_factors(matrix: csr_array, count: int, start: Matrix) -> tuple[Matrix, Matrix]:
    """Initial factors: the standing topics, and the cold topics least like any of them."""
    from sklearn.decomposition import non_negative_factorization

    parts = start
    missing = count - len(start)
    if missing > 0:
        init = _initialisation(matrix, count)
        _, fresh, _ = non_negative_factorization(
            matrix, n_components=count, init=init, max_iter=20, random_state=0
        )
        length = np.linalg.norm(fresh, axis=1)
        fresh = fresh[length > 0] / length[length > 0, None]
        likeness = (fresh @ start.T).max(axis=1)
        parts = np.vstack([start, fresh[np.argsort(likeness, kind="stable")[:missing]]])
    # Small positive entries: a zero could never grow.
    parts = parts + 1e-4
    loads = np.maximum(np.asarray(matrix @ parts.T), 1e-4)
    return loads, parts


def _grounded(loads: Loads, authors: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Topics that are the main topic of threads begun by several people."""
    threads, topics = loads.shape
    least = 2 if threads < SMALL_ARCHIVE else 3
    main = loads.argmax(axis=1)
    kept = [topic for topic in range(topics) if len(np.unique(authors[main == topic])) >= least]
    return np.asarray(kept, dtype=np.int64)


def _top_terms(part: Matrix, words: Sequence[str]) -> dict[str, float]:
    """The heaviest words of a part, best first, the largest weight 1."""
    best = np.argsort(-part, kind="stable")[:TERMS_PER_TOPIC]
    largest = float(part[best[0]])
    return {
        words[column]: round(float(part[column]) / largest, 4)
        for column in best
        if part[column] > 0.02 * largest
    }


def match_topics(
    standing: Sequence[Mapping[str, float]], suggested: Sequence[Suggestion]
) -> list[int | None]:
    """For each suggestion the index of the standing topic it continues, or None if it is new.

    Cosine of the term weights: 0.7 and more is the same topic, 0.4 to 0.7 the
    same topic drifting, less is another. One to one, the most alike first.
    """
    pairs = [
        (-likeness, old, new)
        for new, suggestion in enumerate(suggested)
        for old, terms in enumerate(standing)
        if (likeness := cosine(terms, suggestion.terms)) >= DRIFT
    ]
    found: list[int | None] = [None] * len(suggested)
    used: set[int] = set()
    for _, old, new in sorted(pairs):
        if found[new] is None and old not in used:
            found[new] = old
            used.add(old)
    return found


def cosine(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Cosine of two weighted term sets, 0 to 1; negative weights (exclusions) do not count."""
    left = {term: weight for term, weight in first.items() if weight > 0}
    right = {term: weight for term, weight in second.items() if weight > 0}
    product = sum(weight * right.get(term, 0.0) for term, weight in left.items())
    length = (
        sum(weight**2 for weight in left.values()) * sum(weight**2 for weight in right.values())
    ) ** 0.5
    return min(1.0, product / length) if length else 0.0
