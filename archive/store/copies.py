"""One post, several copies: keep the bytes of every copy, and count the post once.

Two messages are copies of one post if they have the same substance, which covers the
Message-ID (``archive.mail.fingerprints``). Copies differ in what the way of the mail
added: trace fields, a list's tag and footer, line ends.

A private list's copy says more than the author did, such as the list's name. So a copy of
a private list belongs only to a post of that very list, and its bytes are never shown in
place of those that came by a public list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import in_parts, insert_rows
from archive.lists.audience import private_lists
from archive.store.arrivals import Arrival
from archive.tables import Message, MessageCopy, Posting, table_of

DIGEST_DOOR = "digest"
"""``Posting.door`` of a post that is known only from a digest. Such a post is nobody's copy: it
goes when the real one comes."""

COPY_COLUMNS = (
    "message_id",
    "list_id",
    "digest",
    "size",
    "dictionary_id",
    "data",
    "received",
    "door",
    "envelope_sender",
)


class KnownPosts:
    """What the store has of ``arrivals`` already, and what is being added."""

    def __init__(self, session: Session, arrivals: Sequence[Arrival]) -> None:
        self._private = private_lists(session)
        self._by_digest = messages_with_bytes(session, [one.prepared.digest for one in arrivals])
        self._posts = posts_of_substance(
            session, sorted({one.prepared.substance for one in arrivals})
        )

    def with_bytes(self, arrival: Arrival) -> int | None:
        """The message that has exactly the bytes of ``arrival``, itself or as a copy."""
        return self._by_digest.get(arrival.prepared.digest)

    def of_substance(self, arrival: Arrival) -> int | None:
        """The post that ``arrival`` is another copy of: one of its list, else one of any."""
        if arrival.door == DIGEST_DOOR:
            return None
        fitting = [
            (arrival.list_id not in lists, message)
            for message, lists in self._posts[arrival.prepared.substance].items()
            if are_copies_of_one(lists, {arrival.list_id}, self._private)
        ]
        return min(fitting)[1] if fitting else None

    def add(self, message: int, arrival: Arrival) -> None:
        """Take note that ``arrival`` is, or is a copy of, this message."""
        self._by_digest[arrival.prepared.digest] = message
        if arrival.door != DIGEST_DOOR:
            posts = self._posts[arrival.prepared.substance]
            posts.setdefault(message, set()).add(arrival.list_id)


def posts_of_substance(
    session: Session, substances: Sequence[bytes]
) -> defaultdict[bytes, dict[int, set[int]]]:
    """Messages with these substances, by substance; each row id with the lists it came to."""
    found: defaultdict[bytes, dict[int, set[int]]] = defaultdict(dict)
    for part in in_parts(substances):
        rows = session.execute(
            select(Message.id, Message.substance, Posting.list_id)
            .join(Posting, Posting.message_id == Message.id)
            .where(Message.substance.in_(part), Posting.door != DIGEST_DOOR)
        )
        for message, substance, list_id in rows:
            found[bytes(substance or b"")].setdefault(message, set()).add(list_id)
    return found


def are_copies_of_one(one: set[int], other: set[int], private: frozenset[int]) -> bool:
    """Whether copies that came to these lists may count as one post.

    They may if they share a list, or if both came to a list that anybody may read.
    """
    return bool(one & other) or bool(one - private and other - private)


def messages_with_bytes(session: Session, digests: Sequence[bytes]) -> dict[bytes, int]:
    """Row ids of the messages that have these bytes, themselves or as a copy, by digest."""
    found: dict[bytes, int] = {}
    for part in in_parts(digests):
        for query in (
            select(Message.digest, Message.id).where(Message.digest.in_(part)),
            select(MessageCopy.digest, MessageCopy.message_id).where(MessageCopy.digest.in_(part)),
        ):
            found.update((bytes(digest), number) for digest, number in session.execute(query))
    return found


def insert_copies(session: Session, copies: Sequence[tuple[int, Arrival]]) -> None:
    """Keep the bytes of copies, each given with the row id of its message."""
    rows: list[tuple[object, ...]] = []
    for message, one in copies:
        post, received = one.prepared, int(one.received.timestamp())
        kept = (post.digest, post.size, post.dictionary_id, post.data)
        rows.append((message, one.list_id, *kept, received, one.door, one.envelope_sender))
    insert_rows(session.connection(), table_of(MessageCopy), COPY_COLUMNS, rows)
