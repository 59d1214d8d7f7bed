"""One post that reached an audience by lists which must not know of each other counts once.

Copies by public lists are one message already (``archive.store.copies``). A private
list's copy is a message of its own, so that it shapes nothing that others are answered;
whoever may read both is answered as if it were one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.lists.audience import Audience
from archive.tables import Message, Posting
from reputation.arrays import Integers


def copies_among(session: Session, readers: Audience) -> dict[int, int]:
    """The messages that are further copies of a post for these readers, with the one to count.

    Row ids; the one to count is the one stored first.
    """
    if not readers.opened:
        return {}
    private = select(Posting.message_id).where(Posting.list_id.in_(readers.opened))
    substances = select(Message.substance).where(Message.id.in_(private))
    rows = session.execute(
        select(Message.id, Message.substance)
        .where(Message.substance.in_(substances), readers.message())
        .order_by(Message.id)
    )
    first: dict[bytes, int] = {}
    copies: dict[int, int] = {}
    for message, substance in rows:
        original = first.setdefault(bytes(substance or b""), message)
        if original != message:
            copies[message] = original
    return copies


def counted_once(
    columns: dict[str, NDArray[Any]], copies: dict[int, int]
) -> dict[str, NDArray[Any]]:
    """``columns`` of messages without ``copies``; who answers a copy answers the post."""
    if not copies:
        return columns
    kept = ~np.isin(columns["message"], list(copies))
    once = {name: column[kept] for name, column in columns.items()}
    return once | {"parent": originals(once["parent"], copies)}


def originals(messages: Integers, copies: dict[int, int]) -> Integers:
    """``messages`` (row ids) with the post to count in the place of each copy."""
    return np.array([copies.get(one, one) for one in messages.tolist()], dtype=np.int64)
