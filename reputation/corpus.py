"""From the store to the arrays that scores are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.models import Address, Message, OwnText, Posting, seconds, table_of
from reputation.endorsement import Mentions
from reputation.models import PostTrait
from reputation.posts import Integers, Posts
from reputation.terms import TermCounts
from reputation.text import TEXT_VERSION
from reputation.thanks import thanks
from reputation.works import offers

READ_AT_ONCE = 2_000
SELECTION = 500


@dataclass(frozen=True, slots=True)
class Corpus:
    """All posts of a store, the words of each, and what they say of others; rows alike."""

    posts: Posts
    mentions: Mentions
    subject_terms: csr_array
    own_terms: csr_array
    vocabulary: dict[str, int]


class CorpusReader:
    """Makes corpora of a store, counting words and traits of posts as they arrive."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self._counts = TermCounts.load(folder)

    def read(self, up_to: int | None = None) -> Corpus:
        """The corpus of all messages, or of those with ids not above ``up_to``."""
        with self.database.session() as session:
            columns = _columns(session, up_to)
            postings = session.execute(select(Posting.message_id, Posting.list_id)).all()
            traits = _traits(session)
        self._count(columns["message"], traits)
        posts = _posts(columns, np.asarray(postings, dtype=np.int64).reshape(-1, 2), traits)
        subject_terms, own_terms = self._counts.rows(posts.message)
        mentions = Mentions(replies=columns["is_reply"].astype(bool))
        return Corpus(posts, mentions, subject_terms, own_terms, self._counts.vocabulary)

    def _count(self, messages: Integers, traits: dict[int, tuple[int, bool, bool]]) -> None:
        """Count what was never counted; ``traits`` gains what it lacked."""
        uncounted = set(self._counts.missing(messages).tolist())
        wanted = sorted(uncounted | {one for one in messages.tolist() if one not in traits})
        if not wanted:
            return
        added: list[dict[str, Any]] = []
        for start in range(0, len(wanted), READ_AT_ONCE):
            with self.database.session() as session:
                texts = _texts(session, wanted[start : start + READ_AT_ONCE])
            new = [one for one in texts if one.message in uncounted]
            if new:
                self._counts.add(
                    [one.message for one in new],
                    [one.base_subject for one in new],
                    [one.own for one in new],
                )
            for one in texts:
                if one.message not in traits:
                    trait = (len(one.own), thanks(one.own), offers(one.subject, one.own))
                    traits[one.message] = trait
                    added.append(_trait_row(one.message, *trait))
        self._counts.save(self.folder)
        _save_traits(self.database, added)


def _columns(session: Session, up_to: int | None) -> dict[str, NDArray[Any]]:
    """The message table as arrays, in the order of ``Posts``."""
    query = select(
        Message.id,
        func.coalesce(Message.thread_id, -Message.id),
        Address.person_id,
        seconds(Message.date),
        func.coalesce(Message.parent_id, -1),
        Message.automation.is_not(None),
        or_(Message.is_reply, Message.parent_reference.is_not(None)),
    ).join(Address, Address.id == Message.address_id)
    if up_to is not None:
        query = query.where(Message.id <= up_to)
    # Ties by Message-ID and digest: neither knows the order of arrival.
    rows = session.execute(query.order_by(Message.date, Message.message_id, Message.digest)).all()
    table = np.asarray([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 7)
    names = ("message", "thread", "person", "date", "parent", "automatic", "is_reply")
    return {name: np.ascontiguousarray(table[:, at]) for at, name in enumerate(names)}


def _posts(
    columns: dict[str, NDArray[Any]],
    postings: Integers,
    traits: dict[int, tuple[int, bool, bool]],
) -> Posts:
    messages = columns["message"]
    order = np.argsort(messages)
    ordered = messages[order]

    def rows_of(identifiers: Integers) -> Integers:
        """Row of each message, -1 for one that is not here."""
        if not len(ordered):
            return np.full(len(identifiers), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(ordered, identifiers), len(ordered) - 1)
        found: Integers = np.where(ordered[at] == identifiers, order[at], -1)
        return found

    list_ids = np.unique(postings[:, 1])
    post_rows = rows_of(postings[:, 0])
    here = post_rows >= 0
    lists = csr_array(
        (
            np.ones(int(here.sum()), dtype=bool),
            (post_rows[here], np.searchsorted(list_ids, postings[here, 1])),
        ),
        shape=(len(messages), len(list_ids)),
    )
    table = np.asarray(
        [traits.get(one, (0, False, False)) for one in messages.tolist()], dtype=np.int64
    ).reshape(-1, 3)
    return Posts(
        message=messages,
        thread=columns["thread"],
        person=columns["person"],
        date=columns["date"],
        parent=rows_of(columns["parent"]),
        automatic=columns["automatic"].astype(bool),
        own_length=table[:, 0],
        thanks=table[:, 1].astype(bool),
        # A reply to an offer repeats its subject and offers nothing.
        offers=table[:, 2].astype(bool) & ~columns["is_reply"].astype(bool),
        lists=lists,
        list_ids=list_ids,
    )


def _traits(session: Session) -> dict[int, tuple[int, bool, bool]]:
    rows = session.execute(
        select(
            PostTrait.message_id, PostTrait.own_length, PostTrait.thanks, PostTrait.offers
        ).where(PostTrait.version == TEXT_VERSION)
    )
    return {message: (length, thanked, offered) for message, length, thanked, offered in rows}


class _Text(NamedTuple):
    message: int
    subject: str
    base_subject: str
    own: str


def _texts(session: Session, messages: list[int]) -> list[_Text]:
    """The texts of messages, in order of id."""
    found: list[_Text] = []
    for start in range(0, len(messages), SELECTION):
        rows = session.execute(
            select(Message.id, Message.subject, Message.base_subject, OwnText.text)
            .join(OwnText, OwnText.message_id == Message.id)
            .where(Message.id.in_(messages[start : start + SELECTION]))
            .order_by(Message.id)
        )
        found.extend(_Text(*row) for row in rows)
    return found


def _trait_row(message: int, own_length: int, thanked: bool, offered: bool) -> dict[str, Any]:
    return {
        "message_id": message,
        "own_length": own_length,
        "thanks": thanked,
        "offers": offered,
        "version": TEXT_VERSION,
    }


def _save_traits(database: Database, rows: list[dict[str, Any]]) -> None:
    with database.transaction() as session:
        for start in range(0, len(rows), SELECTION):
            part = rows[start : start + SELECTION]
            # Another process may have counted the same posts meanwhile.
            session.execute(
                delete(PostTrait).where(
                    PostTrait.message_id.in_([row["message_id"] for row in part])
                )
            )
            session.connection().execute(insert(table_of(PostTrait)), part)
