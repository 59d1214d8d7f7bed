"""Posts as they were known at a past instant, with the threads of that time.

A later message may have joined two threads, or it may be the missing parent of a reply.
Neither was known before it arrived, so past threads are built again from the references
of the messages that existed then.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np

from archive.database import Database
from archive.lists.audience import WHOLE, Audience
from archive.threads.update import placements_until
from reputation.arrays import Integers
from reputation.corpus.mentions import Mentions
from reputation.corpus.posts import Posts


class Past:
    """The past of one epoch's posts; it is read from the store on demand."""

    def __init__(self, database: Database, last_message: int, readers: Audience = WHOLE) -> None:
        """``readers``: only messages that they may read make threads."""
        self._database = database
        self._last_message = last_message
        self._readers = readers

    def posts(self, posts: Posts, instant: int) -> Posts:
        """The posts dated at or before ``instant`` (Unix seconds), in the threads known then.

        A past thread keeps the id of today's thread that contains it. If today's thread
        contains several, the one that began first keeps the id, and the others get
        negative ids.
        """
        known = posts.until(instant)
        with self._database.session() as session:
            placements, today = placements_until(
                session, instant, self._last_message, self._readers
            )
        messages = known.message.tolist()
        row_of = {message: row for row, message in enumerate(messages)}
        thread, parent = known.thread.copy(), np.full(len(known), -1, dtype=np.int64)
        identifiers: dict[int, int] = {}
        taken: set[int] = set()
        unnamed = count(-(2**62))
        for row, message in enumerate(messages):
            placement = placements.get(message)
            if placement is None:
                continue
            identifier = identifiers.get(placement.thread)
            if identifier is None:
                now = today[message]
                identifier = next(unnamed) if now is None or now in taken else now
                taken.add(identifier)
                identifiers[placement.thread] = identifier
            thread[row] = identifier
            if placement.parent is not None:
                parent[row] = row_of.get(placement.parent, -1)
        return replace(known, thread=thread, parent=parent)


def mentions_until(mentions: Mentions, posts: int) -> Mentions:
    """The mentions among the first ``posts`` rows only."""

    def among(pairs: Integers | None, columns: int) -> Integers | None:
        return None if pairs is None else pairs[(pairs[:, :columns] < posts).all(axis=1)]

    return Mentions(
        agrees=None if mentions.agrees is None else mentions.agrees[:posts],
        links=among(mentions.links, 2),
        named=among(mentions.named, 1),
        replies=None if mentions.replies is None else mentions.replies[:posts],
    )
