"""An archive of some of the posts only, as if the others had never been written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Flags, Integers
from reputation.corpus.mentions import Mentions
from reputation.corpus.posts import Posts
from reputation.corpus.reader import Corpus


def only(corpus: Corpus, chosen: Flags) -> Corpus:
    """The corpus of the ``chosen`` posts."""
    rows = np.flatnonzero(chosen)
    return replace(
        corpus,
        posts=only_posts(corpus.posts, chosen),
        mentions=_mentions(corpus.mentions, rows, _numbers(chosen)),
        terms=corpus.terms.take(rows),
    )


def only_posts(posts: Posts, chosen: Flags) -> Posts:
    """The ``chosen`` posts; a reply to one that is left out replies to what that one answered."""
    rows, number = np.flatnonzero(chosen), _numbers(chosen)
    return replace(
        posts,
        message=posts.message[rows],
        thread=posts.thread[rows],
        person=posts.person[rows],
        date=posts.date[rows],
        parent=number[_nearest(posts.parent, chosen)[rows]],
        automatic=posts.automatic[rows],
        own_length=posts.own_length[rows],
        thanks=posts.thanks[rows],
        offers=posts.offers[rows],
        lists=csr_array(posts.lists[rows]),
    )


def _numbers(chosen: Flags) -> Integers:
    """The new row of each old one; -1 of those left out, and of -1."""
    return np.append(np.where(chosen, np.cumsum(chosen) - 1, -1), -1)


def _nearest(parent: Integers, chosen: Flags) -> Integers:
    """For each post its nearest ancestor that is chosen, -1 for none."""
    jump = np.append(parent, -1)
    kept = np.append(chosen, True)
    while not kept[jump].all():
        jump = np.where(kept[jump], jump, jump[jump])
    return jump[:-1]


def _mentions(mentions: Mentions, rows: Integers, number: Integers) -> Mentions:
    """What the posts kept say of one another. number: the new row of each old one, or -1."""

    def among(pairs: Integers | None, columns: int) -> Integers | None:
        if pairs is None:
            return None
        moved = pairs.copy()
        moved[:, :columns] = number[pairs[:, :columns]]
        return moved[(moved[:, :columns] >= 0).all(axis=1)]

    return Mentions(
        agrees=None if mentions.agrees is None else mentions.agrees[rows],
        links=among(mentions.links, 2),
        named=among(mentions.named, 1),
        replies=None if mentions.replies is None else mentions.replies[rows],
    )
