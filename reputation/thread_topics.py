"""Which topics a thread is about: its best three, answered or not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import numbers_in
from reputation.bm25 import FixedBm25
from reputation.corpus import Corpus
from reputation.grouping import sum_rows
from reputation.posts import Floats, Integers
from reputation.topic_facts import ON_TOPIC
from reputation.topic_queries import TopicQuery
from reputation.topicality import POWER, SUBJECT_WEIGHT

TOPICS_SHOWN = 3


def threads_of_topics(corpus: Corpus, topics: Sequence[TopicQuery]) -> list[tuple[int, int, float]]:
    """(thread id, topic id, θ), for each thread the three topics it is most about.

    θ is that of Standing, here over all threads: questions that still wait
    for an answer are found under their topic too.
    """
    posts = corpus.posts
    if not len(posts) or not topics:
        return []
    threads, roots = np.unique(posts.thread, return_index=True)
    words = sum_rows(corpus.own_terms, numbers_in(threads, posts.thread), len(threads))
    subjects = corpus.subject_terms[roots] * np.float32(SUBJECT_WEIGHT)
    bm25 = FixedBm25(csr_array(words + subjects))
    theta = np.zeros((len(topics), len(threads)))
    for row, topic in enumerate(topics):
        theta[row] = _theta(corpus, bm25, topic)
        theta[row, np.isin(threads, list(topic.excluded))] = 0.0
        theta[row, np.isin(threads, list(topic.pinned))] = 1.0
    newest = np.zeros(len(threads), dtype=np.int64)
    np.maximum.at(newest, numbers_in(threads, posts.thread), posts.message)
    _keep_first(theta, topics, threads, newest)
    best = np.argsort(-theta, axis=0, kind="stable")[:TOPICS_SHOWN]
    found: list[tuple[int, int, float]] = []
    for chosen in best:
        values = theta[chosen, np.arange(len(threads))]
        for thread in np.flatnonzero(values >= ON_TOPIC).tolist():
            topic_id = topics[int(chosen[thread])].id
            found.append((int(threads[thread]), topic_id, float(values[thread])))
    return found


def _keep_first(
    theta: Floats, topics: Sequence[TopicQuery], threads: Integers, newest: Integers
) -> None:
    """Let no topic come before those that a thread had when the topic was suggested.

    A thread that got no post since (``newest``: its newest message) keeps its first
    topic; the later one stands beside it, unless people pinned the thread to it.
    """
    for row, topic in enumerate(topics):
        earlier = [at for at, one in enumerate(topics) if one.last_message < topic.last_message]
        if not earlier:
            continue
        highest = theta[earlier].max(axis=0)
        kept = (newest <= topic.last_message) & (highest >= ON_TOPIC)
        kept &= ~np.isin(threads, list(topic.pinned))
        theta[row, kept] = np.minimum(theta[row, kept], highest[kept])


def _theta(
    corpus: Corpus, bm25: FixedBm25, topic: TopicQuery
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    known = [
        (corpus.vocabulary[term], weight)
        for term, weight in topic.terms.items()
        if term in corpus.vocabulary and corpus.vocabulary[term] < len(bm25.idf)
    ]
    wanted = [(term, weight) for term, weight in known if weight > 0 and not bm25.common[term]]
    scores = bm25.scores(
        np.array([term for term, _ in wanted], dtype=np.int64),
        np.array([weight for _, weight in wanted]),
    )
    for term, weight in known:
        if weight < 0:
            scores[bm25.containing(term)] = 0.0
    best = float(scores.max())
    return (scores / best) ** POWER if best > 0 else scores
