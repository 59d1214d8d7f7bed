"""Audiences: which lists readers may read.

What a reader is answered is computed from the lists of the reader's audience, and from
nothing else. There is one audience of the public, which reads every list that is not
private, and one more for each set of private lists that a token opens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, exists, false, select, true
from sqlalchemy.orm import QueryableAttribute, Session

from archive.tables import MailingList, Message, Posting

NAME_LENGTH: Final = 40


@dataclass(frozen=True, slots=True)
class Audience:
    """All readers who may read the same lists; equal audiences get equal answers.

    opened: ids of the private lists that they may read.
    closed: ids of the lists that they may not read.
    """

    opened: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """What names the audience in files and rows: empty for the public, else the private lists.

        At most ``NAME_LENGTH`` letters, digits and hyphens.
        """
        name = "-".join(str(number) for number in sorted(self.opened))
        if len(name) <= NAME_LENGTH:
            return name
        return hashlib.sha256(name.encode()).hexdigest()[:NAME_LENGTH]

    def posting(self) -> ColumnElement[bool]:
        """The condition on ``Posting`` that its list may be read."""
        return Posting.list_id.not_in(self.closed) if self.closed else true()

    def message(self, *, on_list: int | None = None) -> ColumnElement[bool]:
        """The condition on ``Message`` that it came to a list that may be read.

        on_list: it must have come to this list.
        """
        if on_list is None and not self.closed:
            return true()
        if on_list in self.closed:
            return false()
        posting = exists().where(Posting.message_id == Message.id)
        if on_list is not None:
            return posting.where(Posting.list_id == on_list)
        return posting.where(self.posting())

    def thread(
        self, thread: ColumnElement[int] | QueryableAttribute[int], *, on_list: int | None = None
    ) -> ColumnElement[bool]:
        """The condition on a thread's id that one of its messages may be read.

        on_list: one that came to this list.
        """
        if on_list is None and not self.closed:
            return true()
        return exists().where(Message.thread_id == thread, self.message(on_list=on_list))


WHOLE: Final = Audience()
"""Whoever may read every list of a store without private ones: the public there."""


def private_lists(session: Session) -> frozenset[int]:
    """Row ids of the private lists."""
    return frozenset(session.scalars(select(MailingList.id).where(MailingList.private)))


def public(session: Session) -> Audience:
    """The readers without a token: they may read every list that is not private."""
    return audience(session, ())


def audience(session: Session, opened: Collection[int] | None) -> Audience:
    """The readers who may read the private lists ``opened`` beside all others.

    opened: ids; those of lists that are not private, or no more there, count for
        nothing. None opens every list.
    """
    private = private_lists(session)
    if not private:
        return WHOLE
    may = private if opened is None else private & frozenset(opened)
    return Audience(may, private - may)
