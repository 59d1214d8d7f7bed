"""Find the topics of each thread, answered or not: the three that fit best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reputation.arrays import Floats, Integers
from reputation.corpus.posts import Posts
from reputation.topics.queries import TopicQuery
from reputation.topics.topicality import ON_TOPIC, Topicality

TOPICS_SHOWN = 3


def threads_of_topics(
    posts: Posts, topicality: Topicality, topics: Sequence[TopicQuery]
) -> list[tuple[int, int, float]]:
    """Rows (thread id, topic id, θ) for the three best topics of each thread.

    θ is computed as in Standing, but over all threads, so that unanswered questions are
    found under their topic too.
    """
    threads = topicality.threads
    if not len(threads) or not topics:
        return []
    theta = np.stack(
        [
            topicality.breadth(topic.terms, pinned=topic.pinned, excluded=topic.excluded)
            for topic in topics
        ]
    )
    newest = np.zeros(len(threads), dtype=np.int64)
    np.maximum.at(newest, topicality.document_of_post, posts.message)
    _keep_first(theta, topics, threads, newest)
    best = np.argsort(-theta, axis=0, kind="stable")[:TOPICS_SHOWN]
    found: list[tuple[int, int, float]] = []
    for chosen in best:
        values = theta[chosen, np.arange(len(threads))]
        shown = np.flatnonzero(values >= ON_TOPIC)
        of_topic = [topics[place].id for place in chosen[shown].tolist()]
        found += zip(threads[shown].tolist(), of_topic, values[shown].tolist(), strict=True)
    return found


def _keep_first(
    theta: Floats, topics: Sequence[TopicQuery], threads: Integers, newest: Integers
) -> None:
    """Reduce θ so that no later topic precedes one that a thread had when it was suggested.

    This applies to threads without a post since then (``newest``: id of their newest
    message): they keep their first topic, and the later one comes after it, unless
    people pinned the thread to it.
    """
    for row, topic in enumerate(topics):
        earlier = [at for at, one in enumerate(topics) if one.last_message < topic.last_message]
        if not earlier:
            continue
        highest = theta[earlier].max(axis=0)
        kept = (newest <= topic.last_message) & (highest >= ON_TOPIC)
        kept &= ~np.isin(threads, list(topic.pinned))
        theta[row, kept] = np.minimum(theta[row, kept], highest[kept])
