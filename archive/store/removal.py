"""Remove messages from the store, and forget addresses and people that wrote nothing else.

The database itself lists the tables that refer to a message or a person, so tables of
the packages above are cleaned without being named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.people.forgetting import delete_referring, forget_addresses
from archive.people.shown_names import count_names_again, names_shown
from archive.tables import (
    Message,
    Removal,
    Thread,
)
from archive.threads.update import thread_again


def remove_posts(session: Session, messages: Sequence[int], what: str) -> None:
    """Remove messages with their postings, and count names again. Does not commit.

    what: a description of the removal, for the table ``removal``.
    """
    shown = names_shown(session, messages)
    remove_messages(session, messages, what, again=())
    count_names_again(session, shown)


def remove_messages(
    session: Session, messages: Sequence[int], what: str, again: Sequence[int]
) -> None:
    """Remove messages, thread the messages that remain, and forget addresses without mail.

    what: a description of the removal, for the table ``removal``.
    again: ids of messages that stay but must be threaded again.
    """
    if not messages and not again:
        return
    highest = session.scalar(select(func.max(Message.id))) or 0
    threads: set[int] = set()
    addresses: set[int] = set()
    for part in in_parts(messages):
        rows = session.execute(
            select(Message.thread_id, Message.address_id).where(Message.id.in_(part))
        )
        for thread, address in rows:
            addresses.add(address)
            if thread is not None:
                threads.add(thread)
        delete_referring(session.connection(), "message", part)
        session.execute(delete(Message).where(Message.id.in_(part)))
    left = set(again)
    for part in in_parts(sorted(threads)):
        left.update(session.scalars(select(Message.id).where(Message.thread_id.in_(part))))
    thread_again(session, sorted(left))
    _remove_empty_threads(session, threads)
    forget_addresses(session, addresses)
    session.add(
        Removal(
            removed=datetime.now(UTC),
            what=what,
            messages=len(messages),
            last_message_id=highest,
        )
    )
    session.flush()


def _remove_empty_threads(session: Session, threads: Iterable[int]) -> None:
    for part in in_parts(sorted(threads)):
        filled = set(
            session.scalars(select(Message.thread_id).where(Message.thread_id.in_(part)).distinct())
        )
        empty = [thread for thread in part if thread not in filled]
        session.execute(delete(Thread).where(Thread.id.in_(empty)))
