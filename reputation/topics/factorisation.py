"""Suggest topics by non-negative matrix factorisation of the TF-IDF of threads.

Topics are permanent rows that people curate; the model only makes suggestions. A word
may shape a topic only if enough different authors use it, so that signatures do not
become topics, and if subjects use it, so that greetings, code and mail boilerplate do
not count.
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
MAXIMUM_VOCABULARY: Final = 12_000
MINIMUM_AUTHORS: Final = 3
AUTHORS_PER_THREAD: Final = 0.1
"""A word needs one author for every ten threads that contain it; words of signatures have fewer."""

SUBJECT_SHARE_FULL: Final = 0.1
"""A word that is in the subjects of this share of its threads has full weight, a rarer one less."""

SUBJECT_SHARE_LEAST: Final = 0.02
SAME: Final = 0.7
DRIFT: Final = 0.4

SMALL_ARCHIVE: Final = 300
"""With fewer threads, a random word can look like a topic, so words must meet stricter
conditions."""

TINY_ARCHIVE: Final = 60
SUBJECT_SHARE_SMALL: Final = 0.15
"""In a small archive, a word must be in the subjects of this share of its threads."""

THREADS_PER_TOPIC: Final = 15
"""A topic needs on average this many threads; with fewer it would be an accident."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic that the model suggests.

    terms: at most 25 words with weights, the largest 1.
    label: for readers; differs from all other labels of the same call.
    keywords: the best words first.
    in_language: labels in ``id`` and ``en``, as far as threads in that language agree
        on one.
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
    """Suggest topics of an archive, the largest first; empty if there is too little mail.

    thread_terms: threads × vocabulary, counts.
    term_authors: for each word, how many different people used it.
    subjects, thread_authors: base subject and root author of each thread.
    count: number of topics; by default it depends on the number of threads.
    warm: terms of existing topics, to start from.
    names: words of the names of people and of the list, which never become labels.
    languages: ``id``, ``en`` or None for each thread.

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
    columns = np.sort(columns[np.argsort(-frequency[columns], kind="stable")[:MAXIMUM_VOCABULARY]])
    inverse = np.log((1 + threads) / (1 + frequency[columns])) + 1
    return columns, inverse * np.minimum(1.0, share[columns] / SUBJECT_SHARE_FULL)


def _subject_frequency(subjects: Sequence[str], vocabulary: Sequence[str]) -> NDArray[np.int64]:
    """For each word, the number of subjects that contain it."""
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
    """TF-IDF with sublinear counts and rows of unit length, and the threads that have any words."""
    matrix = csr_array(thread_terms[:, columns].astype(np.float64))
    matrix.data = 1.0 + np.log(np.maximum(matrix.data, 1.0))
    matrix = csr_array(matrix @ diags_array(weights))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    rows = np.flatnonzero(length > 0)
    scaled = diags_array(1.0 / length[rows]) @ matrix[rows]
    return csr_array(scaled), rows


def _start(warm: Sequence[Mapping[str, float]], words: Sequence[str]) -> Matrix:
    """Existing topics as unit vectors over the chosen words; topics without any are left out."""
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

    # Use the function, not the class. The class also computes a reconstruction error, which we
    # do not need; if a small matrix is reproduced exactly, it takes the root of a negative.
    common = {"max_iter": 200, "random_state": 0, "tol": 1e-3}
    # One BLAS thread: on such narrow matrices more threads only wait for each other.
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
    # The scale of a part is arbitrary, so multiply each load by the length of its part.
    loads = np.asarray(loads, dtype=np.float64) * np.linalg.norm(parts, axis=1)
    total = loads.sum(axis=1, keepdims=True)
    return np.divide(loads, total, out=np.zeros_like(loads), where=total > 0), parts


def _initialisation(matrix: csr_array, count: int) -> str:
    """SVD-based if the matrix has more dimensions than topics, else random with a fixed seed."""
    return "nndsvd" if count < min(matrix.shape) else "random"


def _warm_factors(matrix: csr_array, count: int, start: Matrix) -> tuple[Matrix, Matrix]:
    """Initial factors: the existing topics, and new ones that are least similar to them."""
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
    # Make all entries positive, because a zero would stay zero in every iteration.
    parts = parts + 1e-4
    loads = np.maximum(np.asarray(matrix @ parts.T), 1e-4)
    return loads, parts


def _grounded(loads: Loads, authors: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """The topics that are the main topic of threads begun by several people."""
    threads, topics = loads.shape
    least = 2 if threads < SMALL_ARCHIVE else 3
    main = loads.argmax(axis=1)
    kept = [topic for topic in range(topics) if len(np.unique(authors[main == topic])) >= least]
    return np.asarray(kept, dtype=np.int64)


def _top_terms(part: Matrix, words: Sequence[str]) -> dict[str, float]:
    """The words of a part with the largest weights, best first, scaled so that the largest is 1."""
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
    """For each suggestion, the index of the existing topic that it continues; None if it is new.

    By the cosine of the term weights: from 0.7 on it is the same topic, from 0.4 to 0.7
    the same topic drifting, below that another. Each topic is matched once, the most
    similar pairs first.
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
    """Cosine of two weighted sets of terms, 0 to 1; negative weights (exclusions) do not count."""
    left = {term: weight for term, weight in first.items() if weight > 0}
    right = {term: weight for term, weight in second.items() if weight > 0}
    product = sum(weight * right.get(term, 0.0) for term, weight in left.items())
    length = (
        sum(weight**2 for weight in left.values()) * sum(weight**2 for weight in right.values())
    ) ** 0.5
    return min(1.0, product / length) if length else 0.0
