"""Who asked, who replied to whom: the facts of threads that evidence is judged by.

Everything about a row depends only on rows up to it, so the facts of a prefix
are the prefix of the facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from reputation.arrays import Flags, Integers, by_first_appearance
from reputation.corpus.posts import Posts

SHORTEST_TEXT: Final = 20
"""Characters of own text under which a post is no evidence."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Facts of n posts in threads, people and threads numbered by first appearance.

    people, threads: ids; person, thread: for each post its number in them.
    root: for each thread its earliest row; asker: for each post the root's author.
    rootless: for each post, the thread's true beginning was known to be
        missing by then: the first row is marked as a reply, or a second row
        has no parent. The earliest author then only stands in for the asker.
    parent: row of the parent, -1 when none of the thread was known by then.
    human: not automatic. useful: human, long enough, no reply to oneself (q of
        the method), and not the root.
    """

    date: Integers
    people: Integers
    person: Integers
    threads: Integers
    thread: Integers
    root: Integers
    asker: Integers
    rootless: Flags
    parent: Integers
    human: Flags
    useful: Flags

    @property
    def parent_person(self) -> Integers:
        """Author of each post's parent, -1 without one."""
        return np.where(self.parent >= 0, self.person[self.parent], -1)


def read_conversation(posts: Posts, replies: Flags | None = None) -> Conversation:
    """The facts of all posts; ``replies`` tells which are marked as replies."""
    rows = np.arange(len(posts))
    people, person, _ = by_first_appearance(posts.person)
    threads, thread, root = by_first_appearance(posts.thread)
    parent = posts.parent
    known = (parent >= 0) & (parent < rows)
    # An ancestor in another thread is a slip of the threading, never a parent.
    known[known] = thread[parent[known]] == thread[rows[known]]
    parent = np.where(known, parent, -1)
    is_root = np.zeros(len(posts), dtype=np.bool_)
    is_root[root] = True
    human = ~posts.automatic
    to_oneself = known & (person == person[parent])
    useful = human & (posts.own_length >= SHORTEST_TEXT) & ~to_oneself & ~is_root
    return Conversation(
        date=posts.date,
        people=people,
        person=person,
        threads=threads,
        thread=thread,
        root=root,
        asker=person[root][thread] if len(posts) else person,
        rootless=_rootless(thread, root, parent, is_root, replies),
        parent=parent,
        human=human,
        useful=useful,
    )


def _rootless(
    thread: Integers, root: Integers, parent: Integers, is_root: Flags, replies: Flags | None
) -> Flags:
    second = np.flatnonzero((parent < 0) & ~is_root)
    since = np.full(len(root), len(thread), dtype=np.int64)
    np.minimum.at(since, thread[second], second)
    if replies is not None:
        since = np.where(replies[root], root, since)
    return np.arange(len(thread)) >= since[thread]
