"""Resolve what texts mention to rows of posts and to person ids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.lists.audience import Audience
from archive.tables import Message
from reputation.arrays import Flags, Integers, numbers_in
from reputation.corpus.names import Acquaintance, Names
from reputation.corpus.posts import Posts
from reputation.rows import integer_rows, plain_rows
from reputation.tables import Mention


def read_mentions(session: Session, posts: Posts, readers: Audience) -> Mentions:
    """Load which posts link to which, and whom the first posts of threads ask by name.

    readers: who may read ``posts``; only names on their lists count.
    """
    return Mentions(links=_links(session, posts), named=_named(session, posts, readers))


def _links(session: Session, posts: Posts) -> Integers:
    """Pairs (row of the citing post, row of the post it links to)."""
    pairs = integer_rows(
        session,
        select(Mention.message_id, Message.id)
        .join(Message, Message.message_id == Mention.target)
        .where(Mention.kind == "message"),
    )
    citing = numbers_in(posts.message, pairs[:, 0])
    linked = numbers_in(posts.message, pairs[:, 1])
    here = (citing >= 0) & (linked >= 0)
    return np.stack([citing[here], linked[here]], axis=1)


def _named(session: Session, posts: Posts, readers: Audience) -> Integers:
    """Pairs (row of a thread's first post, id of the person it asks by name)."""
    asked = plain_rows(
        session,
        select(Mention.message_id, Mention.target)
        .where(Mention.kind == "name")
        .order_by(Mention.message_id, Mention.position),
    )
    _, roots = np.unique(posts.thread, return_index=True)
    row_of = dict(zip(posts.message[roots].tolist(), roots.tolist(), strict=True))
    asked_at = [(row_of[message], name) for message, name in asked if message in row_of]
    if not asked_at:
        return np.zeros((0, 2), dtype=np.int64)
    names, acquaintance = Names.load(session, readers), Acquaintance(posts)
    found: set[tuple[int, int]] = set()
    for row, name in asked_at:
        person = acquaintance.named(names, name, row, int(posts.person[row]))
        if person is not None:
            found.add((row, person))
    return np.asarray(sorted(found), dtype=np.int64).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What the texts say about other posts and people; a part that is None says nothing.

    agrees: for each post, whether its opening agrees with the post it answers.
    links: pairs (row of the citing post, row of the post that it links to, or quotes
        and builds upon), k x 2.
    named: pairs (row of a thread's root, id of the person it asks by name), k x 2.
    replies: for each post, whether it is marked as a reply (by subject or headers).
    """

    agrees: Flags | None = None
    links: Integers | None = None
    named: Integers | None = None
    replies: Flags | None = None
