"""The topics of threads, and that they stay as the archive's topics grow in number."""

from __future__ import annotations

from dataclasses import replace

from reputation.topics.queries import TopicQuery
from reputation.topics.thread_topics import threads_of_topics
from tests.reputation.builders import Archive

VARIOGRAMS = TopicQuery(1, "variogram", "variogram", {"variogram": 1.0, "range": 0.5})
KRIGING = TopicQuery(2, "kriging", "kriging", {"kriging": 1.0, "variogram": 0.6}, last_message=3)


def archive_of_kriging() -> Archive:
    """One thread that both topics claim, one that came later, and others of neither."""
    archive = Archive()
    for day, subject in enumerate(("kriging variogram", "roses", "tulips", "kriging variogram")):
        archive.ask(day, day, subject)
    for day in range(10, 16):
        archive.ask(day, day, f"pansies {day}")
    return archive


def first_topic(thread: int, *topics: TopicQuery) -> int:
    """The first topic of a thread."""
    model = archive_of_kriging().model()
    found = threads_of_topics(model.posts, model.topicality, topics)
    mine = sorted((-theta, topic) for one, topic, theta in found if one == thread)
    return mine[0][1]


def test_a_topic_suggested_later_leaves_threads_it_found_there_their_first_topic() -> None:
    weaker = replace(VARIOGRAMS, terms={"variogram": 1.0, "range": 0.5, "roses": 1.0})
    assert first_topic(4, weaker, replace(KRIGING, last_message=0)) == 2

    assert first_topic(1, weaker, KRIGING) == 1
    assert first_topic(4, weaker, KRIGING) == 2


def test_people_may_pin_an_old_thread_to_a_new_topic() -> None:
    pinned = replace(KRIGING, pinned=frozenset({1}))

    assert first_topic(1, replace(VARIOGRAMS, terms={"roses": 1.0, "variogram": 0.2}), pinned) == 2
