"""Replace posts that were cut from a digest by the real posts, whichever arrive first.

A post cut from a digest (a *piece*) is derived from the digest, which is kept whole. So
a piece can be removed without losing anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.mail.automation.verdict import DIGEST
from archive.store.arrivals import Arrival
from archive.store.copies import DIGEST_DOOR
from archive.store.removal import remove_posts
from archive.tables import Address, Message, Posting, SetAsideMail, seconds

DOOR = DIGEST_DOOR
"""``Posting.door`` of a post that is known only from a digest."""

_Likeness = tuple[str, int, str]
"""Author's address key, date and base subject. They identify a message that has no Message-ID."""


@dataclass(slots=True)
class _Known:
    """Messages to compare others with, by Message-ID or by likeness."""

    ids: set[str] = field(default_factory=set)
    likenesses: set[_Likeness] = field(default_factory=set)
    """The likenesses of all these messages."""
    nameless: set[_Likeness] = field(default_factory=set)
    """The likenesses of those without a Message-ID of their own."""

    def add(self, message_id: str, likeness: _Likeness, *, nameless: bool) -> None:
        """Add a message; ``nameless`` says that it has no Message-ID of its own."""
        self.ids.add(message_id)
        self.likenesses.add(likeness)
        if nameless:
            self.nameless.add(likeness)

    def has(self, message_id: str, likeness: _Likeness, *, nameless: bool) -> bool:
        """Whether one of them is this message.

        Two messages that both have a Message-ID are the same only if the Message-IDs
        are equal.
        """
        if message_id in self.ids:
            return True
        return likeness in (self.likenesses if nameless else self.nameless)


def unknown_pieces(session: Session, pieces: Sequence[Arrival]) -> list[Arrival]:
    """Those of ``pieces`` that their list does not have yet, neither as pieces nor as posts."""
    unknown: list[Arrival] = []
    for list_id, group in _by_list(pieces).items():
        known = _Known()
        for row in _like(session, list_id, group, only_pieces=False):
            known.add(row.message_id, row.likeness, nameless=row.nameless)
        for one in group:
            prepared = one.prepared
            nameless = prepared.message_id_derived
            if not known.has(prepared.message_id, _likeness(one), nameless=nameless):
                known.add(prepared.message_id, _likeness(one), nameless=nameless)
                unknown.append(one)
    return unknown


def replace_pieces(session: Session, posts: Sequence[Arrival]) -> None:
    """Remove pieces of digests whose real posts have arrived."""
    groups = _by_list(posts)
    digested = session.scalars(
        select(SetAsideMail.list_id)
        .where(SetAsideMail.kind == DIGEST, SetAsideMail.list_id.in_(groups))
        .distinct()
    ).all()
    for list_id in digested:
        known = _Known()
        for one in groups[list_id]:
            prepared = one.prepared
            known.add(prepared.message_id, _likeness(one), nameless=prepared.message_id_derived)
        gone = [
            row.message
            for row in _like(session, list_id, groups[list_id], only_pieces=True)
            if known.has(row.message_id, row.likeness, nameless=row.nameless)
        ]
        if gone:
            remove_posts(session, gone, "posts of a digest that came whole")


@dataclass(frozen=True, slots=True)
class _Stored:
    message: int
    message_id: str
    nameless: bool
    likeness: _Likeness


def _like(
    session: Session, list_id: int, arrivals: Sequence[Arrival], *, only_pieces: bool
) -> list[_Stored]:
    """Messages of a list with the Message-ID or the base subject of one of ``arrivals``.

    only_pieces: return only messages that were cut from digests.
    """
    found: dict[int, _Stored] = {}
    for part in in_parts(range(len(arrivals))):
        some = [arrivals[int(at)].prepared for at in part]
        query = (
            select(
                Message.id,
                Message.message_id,
                Message.message_id_derived,
                Address.key,
                seconds(Message.date),
                Message.base_subject,
            )
            .join(Posting, Posting.message_id == Message.id)
            .join(Address, Address.id == Message.address_id)
            .where(
                Posting.list_id == list_id,
                or_(
                    Message.message_id.in_([one.message_id for one in some]),
                    Message.base_subject.in_([one.base_subject for one in some]),
                ),
            )
        )
        if only_pieces:
            query = query.where(Posting.door == DOOR)
        for message, message_id, nameless, key, date, subject in session.execute(query):
            found[message] = _Stored(message, message_id, nameless, (key, date, subject))
    return list(found.values())


def _likeness(one: Arrival) -> _Likeness:
    return one.prepared.address_key, one.prepared.date, one.prepared.base_subject


def _by_list(arrivals: Sequence[Arrival]) -> dict[int, list[Arrival]]:
    groups: defaultdict[int, list[Arrival]] = defaultdict(list)
    for one in arrivals:
        groups[one.list_id].append(one)
    return groups
