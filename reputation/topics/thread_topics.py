"""Which topics a thread is about: its best three, answered or not."""

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
    """(thread id, topic id, θ), for each thread the three topics it is most about.

    θ is that of Standing, here of all threads: questions that still wait for
    an answer are found under their topic too.
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
