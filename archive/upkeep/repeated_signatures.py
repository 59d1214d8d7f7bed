"""Learn the signatures that people repeat without a separator, and take them out of own texts.

A block that ends three posts of one address is a signature in all of them, and in those
that come later. Every post keeps the marks of its candidates
(``archive.mail.repeated_blocks``), so what is learnt depends on the posts and not on
their order, and goes when they go.

Each layer (``archive.lists.layers``) learns from its own mail and the public layer's; so
what private lists repeat changes no public post.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.errors import NotFoundError
from archive.lists.audience import private_lists
from archive.lists.layers import PUBLIC, layer_of
from archive.mail.fingerprints import MARK_OCTETS
from archive.mail.message import READER_VERSION
from archive.mail.repeated_blocks import candidates, choice, chosen_mark
from archive.store.preparation import PreparedMessage
from archive.tables import Address, Message, Posting, Removal
from archive.upkeep.reread import BATCH, read_stored, stored_posts
from archive.upkeep.reread_rows import replace_rows

if TYPE_CHECKING:
    from archive.store.store import Store

log = structlog.get_logger()

LEAST_POSTS = 3
"""Posts of one address that end with a block, of which it is taken for a signature."""
ADDRESSES = 200
POSTINGS = 5_000


class _Signed(NamedTuple):
    """What a post stores of its signature."""

    message: int
    message_id: str
    stored: bytes
    layer: int


class RepeatedSignatures:
    """Finds what addresses repeat at the ends of their posts, and rereads those posts.

    At first it looks at every address, then at those of new postings. It looks at all of
    them again when messages were removed, or when a list was made private or public.

    forget: called in the transaction that rereads, with the ids of messages whose text
        changed.
    finish: called there too, with whether a public post changed.
    """

    def __init__(
        self,
        store: Store,
        *,
        forget: Callable[[Session, Sequence[int]], None],
        finish: Callable[[Session, bool], None],
    ) -> None:
        self._store = store
        self._forget = forget
        self._finish = finish
        self._state: tuple[frozenset[int], int] | None = None
        self._address: int | None = 0
        """The last address looked at; None when all were."""
        self._posting = 0
        self._due: dict[int, tuple[bytes | None, int]] = {}
        """Messages to be reread, with the block that is their signature now, and their layer."""
        self.changed: set[int] = set()
        """Messages that the search indexes may hold as they were before; the caller empties it.
        At first, all with a repeated signature, since a crash may have left some."""
        self.is_done = False

    def run(self, seconds: float = math.inf) -> int:
        """Learn for this many seconds, or until nothing is new; return how many were reread."""
        deadline = time.monotonic() + seconds
        reread = 0
        self.is_done = False
        while not self.is_done:
            if self._due:
                reread += self._reread()
            else:
                self._look()
            if time.monotonic() >= deadline:
                break
        return reread

    def _look(self) -> None:
        """Look at some addresses for what they repeat."""
        with self._store.database.session() as session:
            private = private_lists(session)
            state = private, session.scalar(select(func.max(Removal.id))) or 0
            if state != self._state:
                self._state, self._address = state, 0
                self._posting = session.scalar(select(func.max(Posting.id))) or 0
            addresses = self._next_addresses(session)
            for posts in _posts_of(session, addresses, private).values():
                self._due.update(_changes(posts))
                if self._address is not None:
                    self.changed.update(one.message for one in posts if choice(one.stored))
        self.is_done = not addresses and not self._due

    def _next_addresses(self, session: Session) -> list[int]:
        if self._address is not None:
            ordered = select(Address.id).where(Address.id > self._address).order_by(Address.id)
            addresses = list(session.scalars(ordered.limit(ADDRESSES)))
            self._address = addresses[-1] if addresses else None
            if addresses:
                return addresses
        postings = session.execute(
            select(Posting.id, Message.address_id)
            .join(Message, Message.id == Posting.message_id)
            .where(Posting.id > self._posting)
            .order_by(Posting.id)
            .limit(POSTINGS)
        ).all()
        if postings:
            self._posting = postings[-1].id
        return sorted({address for _, address in postings})

    def _reread(self) -> int:
        """Reread one batch of the posts whose signature is another now."""
        numbers = sorted(self._due)[:BATCH]
        due = {number: self._due[number] for number in numbers}
        with self._store.database.session() as session:
            posts = stored_posts(session, numbers)
        fresh: list[tuple[int, PreparedMessage]] = []
        for one in posts:
            try:
                fresh.append((one.id, read_stored(self._store, one, due[one.id][0])))
            except (NotFoundError, ValueError) as error:
                log.warning("cannot read a message again", message=one.id, reason=str(error))
        with self._store.database.transaction() as session:
            there = set(session.scalars(select(Message.id).where(Message.id.in_(numbers))))
            fresh = [(number, one) for number, one in fresh if number in there]
            self._forget(session, replace_rows(session, fresh))
            if fresh:
                self._finish(session, any(due[number][1] == PUBLIC for number, _ in fresh))
        for number in numbers:
            del self._due[number]
        self.changed.update(number for number, _ in fresh)
        return len(fresh)


def _posts_of(
    session: Session, addresses: Sequence[int], private: frozenset[int]
) -> dict[int, list[_Signed]]:
    """The posts of addresses that have a signature or candidates, by address.

    Only of addresses with candidates.
    """
    with_candidates = func.length(Message.signature_mark) > MARK_OCTETS
    found: dict[int, list[_Signed]] = defaultdict(list)
    for part in in_parts(sorted(addresses)):
        those = set(
            session.scalars(
                select(Message.address_id)
                .where(Message.address_id.in_(part), with_candidates)
                .distinct()
            )
        )
        rows = session.execute(
            select(Message.address_id, Message.id, Message.message_id, Message.signature_mark)
            .where(Message.address_id.in_(sorted(those)), Message.signature_mark.is_not(None))
            .where(~Message.read_before(READER_VERSION))
        ).all()
        lists = _lists_of(session, [row.id for row in rows]) if private else {}
        for address, message, message_id, stored in rows:
            layer = layer_of(lists.get(message, ()), private)
            found[address].append(_Signed(message, message_id, bytes(stored or b""), layer))
    return found


def _lists_of(session: Session, messages: Sequence[int]) -> dict[int, list[int]]:
    lists: dict[int, list[int]] = defaultdict(list)
    for part in in_parts(messages):
        for message, mailing_list in session.execute(
            select(Posting.message_id, Posting.list_id).where(Posting.message_id.in_(part))
        ):
            lists[message].append(mailing_list)
    return lists


def _changes(posts: Sequence[_Signed]) -> dict[int, tuple[bytes | None, int]]:
    """The posts of one address whose signature is another than they store, and their layer."""
    ends: dict[tuple[int, bytes], set[str]] = defaultdict(set)
    for post in posts:
        for mark in candidates(post.stored) or (post.stored,):
            # Copies of one post are one.
            ends[post.layer, mark].add(post.message_id)
    changes: dict[int, tuple[bytes | None, int]] = {}
    for post in posts:
        signature = None
        for mark in candidates(post.stored):
            seen = ends[PUBLIC, mark]
            if post.layer != PUBLIC:
                seen = seen | ends[post.layer, mark]
            if len(seen) >= LEAST_POSTS:
                # Of several the longest, which is the last.
                signature = mark
        if signature != chosen_mark(post.stored):
            changes[post.message] = signature, post.layer
    return changes
