"""What is counted and shown beside a score: posts, answers, thanks, months, first and last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reputation.arrays import Flags, Floats, Integers, distinct, numbers_in
from reputation.corpus.posts import Posts
from reputation.evidence.ledger import Ledger
from reputation.standing.formula import month_of
from reputation.topics.topicality import ON_TOPIC


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """Counts for each person, over posts in threads with θ >= .02.

    answers: posts that are evidence there, reviewed works too. thanks: those the
    asker thanked for. months: distinct 30-day months of answers. built_upon:
    distinct established people who built on them. first, last: Unix seconds of
    the person's first and last post there, 0 for none.
    """

    posts: Integers
    answers: Integers
    thanks: Integers
    months: Integers
    built_upon: Integers
    first: Integers
    last: Integers


def topic_facts(
    posts: Posts,
    ledger: Ledger,
    *,
    entry_theta: Floats,
    post_theta: Floats,
    counting: Flags,
    inside: Flags | None,
) -> TopicFacts:
    """The counts on a topic.

    entry_theta, counting: for each ledger row. post_theta, inside (the lists
    in view, None: all): for each post.
    """
    people = len(ledger.people)
    on_topic = (entry_theta >= ON_TOPIC) & counting
    entries = np.flatnonzero(on_topic)
    person = ledger.person[entries]
    built = on_topic[ledger.built_entry]
    shown = post_theta >= ON_TOPIC
    if inside is not None:
        shown &= inside
    rows = np.flatnonzero(shown & ~posts.automatic)
    author = numbers_in(ledger.people, posts.person[rows])
    first = np.zeros(people, dtype=np.int64)
    last = np.zeros(people, dtype=np.int64)
    # Rows are in date order: of repeated assignments the last one stays.
    first[author[::-1]] = posts.date[rows[::-1]]
    last[author] = posts.date[rows]
    return TopicFacts(
        posts=np.bincount(author, minlength=people),
        answers=np.bincount(person, minlength=people),
        thanks=np.bincount(person[ledger.thanked()[entries]], minlength=people),
        months=distinct(person, month_of(ledger.date[entries]), people),
        built_upon=distinct(
            ledger.person[ledger.built_entry[built]], ledger.built_by[built], people
        ),
        first=first,
        last=last,
    )
