"""Posts cut out of digests yield to the posts themselves, whichever comes first.

A piece of a digest is derived from it, and the digest is kept whole; so a
piece can go again without anything being lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.mail.automation import DIGEST
from archive.store.arrivals import Arrival
from archive.store.removal import remove_posts
from archive.tables import Address, Message, Posting, SetAsideMail, seconds

DOOR = "digest"
"""``Posting.door`` of what is known from a digest only."""

_Likeness = tuple[str, int, str]
"""Author, date and base subject: what has no Message-ID is known by these."""


@dataclass(slots=True)
class _Known:
    """By what some messages are told from others."""

    ids: set[str] = field(default_factory=set)
    likenesses: set[_Likeness] = field(default_factory=set)
    """Of all of them."""
    nameless: set[_Likeness] = field(default_factory=set)
    """Of those without a Message-ID of their own."""

    def add(self, message_id: str, likeness: _Likeness, *, nameless: bool) -> None:
        self.ids.add(message_id)
        self.likenesses.add(likeness)
        if nameless:
            self.nameless.add(likeness)

    def has(self, message_id: str, likeness: _Likeness, *, nameless: bool) -> bool:
        """Whether one of them is this message; two with ids of their own never are."""
        if message_id in self.ids:
            return True
        return likeness in (self.likenesses if nameless else self.nameless)


def unknown_pieces(session: Session, pieces: Sequence[Arrival]) -> list[Arrival]:
    """Those of ``pieces`` that their list has in no form yet."""
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
    """Remove the pieces of digests whose posts have come."""
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
    """Messages of a list with the Message-ID or base subject of one of ``arrivals``."""
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
