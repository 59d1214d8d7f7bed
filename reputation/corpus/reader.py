"""Read the store into the arrays from which scores are computed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.database import Database, in_parts
from archive.lists.audience import Audience, audience
from archive.mail.trust.results import FORGED
from archive.tables import Address, Authentication, Message, OwnText, Posting, seconds
from reputation.arrays import Integers, joined
from reputation.corpus.copies import copies_among, counted_once, originals
from reputation.corpus.mentions import Mentions, read_mentions
from reputation.corpus.post_words import PostTerms
from reputation.corpus.posts import Posts
from reputation.corpus.traits import load_traits, save_traits, traits_of
from reputation.corpus.word_counts import TermCounts
from reputation.rows import integer_rows

READ_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """All posts that an audience may read, with their words and mentions, in the same rows.

    terms: word counts of the posts.
    vocabulary: maps each word to its column.
    audience: whose posts they are.
    """

    posts: Posts
    mentions: Mentions
    terms: PostTerms
    vocabulary: dict[str, int]
    audience: Audience

    @property
    def subject_terms(self) -> csr_array:
        """Word counts of all subjects, posts x words."""
        return self.terms.subjects

    @property
    def own_terms(self) -> csr_array:
        """Word counts of all own texts, posts x words."""
        return self.terms.texts


class CorpusReader:
    """Reads corpora of one audience. It counts words and derives traits of new posts.

    folder: where the public's word counts are saved; those of others are beside it.
    opened: the private lists that the audience may read.
    """

    def __init__(
        self, database: Database, folder: Path, opened: frozenset[int] = frozenset()
    ) -> None:
        self.database = database
        self.opened = opened
        # Words of its own: even their numbers would tell what private mail says.
        name = Audience(opened).name
        self.folder = folder.with_name(f"{folder.name}-{name}") if name else folder
        self._counts = TermCounts.load(self.folder)
        self._reading = threading.Lock()

    def audience(self, session: Session) -> Audience:
        """The audience, with what it may not read now."""
        return audience(session, self.opened)

    def read(self, up_to: int | None = None) -> Corpus:
        """Read the corpus of all messages, or of those with ids up to ``up_to``.

        One thread at a time reads, because all share the word counts.
        """
        with self._reading:
            return self._read(up_to)

    def _read(self, up_to: int | None) -> Corpus:
        with self.database.session() as session:
            readers = self.audience(session)
            columns = _columns(session, up_to, readers)
            postings = integer_rows(
                session, select(Posting.message_id, Posting.list_id).where(readers.posting())
            )
            copies = copies_among(session, readers)
            traits = load_traits(session)
        columns = counted_once(columns, copies)
        if copies:
            postings = np.column_stack([originals(postings[:, 0], copies), postings[:, 1]])
        if self._count(columns["message"], columns["reading"], traits[:, 0]):
            with self.database.session() as session:
                traits = load_traits(session)
        posts = _posts(columns, postings, traits)
        with self.database.session() as session:
            mentions = read_mentions(session, posts, readers)
        agreeing = traits[:, 4][_places(traits[:, 0], posts.message)].astype(bool)
        mentions = replace(mentions, agrees=agreeing, replies=columns["is_reply"].astype(bool))
        counts = self._counts.snapshot()
        terms = PostTerms(
            lambda rows: counts.rows(posts.message[rows]),
            joined(posts.message, columns["reading"]),
        )
        return Corpus(posts, mentions, terms, counts.vocabulary, readers)

    def _count(self, messages: Integers, readings: Integers, known: Integers) -> bool:
        """Count words and derive traits where the current reading of a message lacks them.

        Returns whether traits were added to those in ``known``.
        """
        uncounted = set(self._counts.missing(messages, readings).tolist())
        unread = set(np.setdiff1d(messages, known).tolist())
        wanted = sorted(uncounted | unread)
        for part in in_parts(wanted, READ_AT_ONCE):
            with self.database.session() as session:
                texts = _texts(session, part)
            new = [one for one in texts if one.message in uncounted]
            if new:
                self._counts.add(
                    [one.message for one in new],
                    [one.base_subject for one in new],
                    [one.own for one in new],
                    [one.reading for one in new],
                )
            read = [
                (one.message, one.reading, traits_of(one.subject, one.own))
                for one in texts
                if one.message in unread
            ]
            if read:
                with self.database.transaction() as session:
                    save_traits(session, read)
        if wanted:
            self._counts.save(self.folder)
        return bool(unread)


def _columns(session: Session, up_to: int | None, readers: Audience) -> dict[str, NDArray[Any]]:
    """The messages that may be read as arrays, in the row order of ``Posts``."""
    query = select(
        Message.id,
        func.coalesce(Message.thread_id, -Message.id),
        Address.person_id,
        seconds(Message.date),
        func.coalesce(Message.parent_id, -1),
        or_(Message.automation.is_not(None), Authentication.verdict.is_not(None)),
        or_(Message.is_reply, Message.parent_reference.is_not(None)),
        Message.reader_version,
    ).join(Address, Address.id == Message.address_id)
    # A forged post was not written by the person it names, so it counts as automatic mail.
    forged = (Authentication.message_id == Message.id) & (Authentication.verdict == FORGED)
    query = query.outerjoin(Authentication, forged).where(readers.message())
    if up_to is not None:
        query = query.where(Message.id <= up_to)
    # Break ties by Message-ID and digest, which do not depend on the order of arrival.
    table = integer_rows(session, query.order_by(Message.date, Message.message_id, Message.digest))
    names = ("message", "thread", "person", "date", "parent", "automatic", "is_reply", "reading")
    return {name: np.ascontiguousarray(table[:, at]) for at, name in enumerate(names)}


def _posts(
    columns: dict[str, NDArray[Any]],
    postings: Integers,
    traits: Integers,
) -> Posts:
    messages = columns["message"]
    order = np.argsort(messages)
    ordered = messages[order]

    def rows_of(identifiers: Integers) -> Integers:
        """Row of each message; -1 for a message that is not in this corpus."""
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
    table = traits[_places(traits[:, 0], messages)]
    return Posts(
        message=messages,
        thread=columns["thread"],
        person=columns["person"],
        date=columns["date"],
        parent=rows_of(columns["parent"]),
        automatic=columns["automatic"].astype(bool),
        own_length=table[:, 1],
        thanks=table[:, 2].astype(bool),
        # A reply to an offer repeats its subject but offers nothing itself.
        offers=table[:, 3].astype(bool) & ~columns["is_reply"].astype(bool),
        lists=lists,
        list_ids=list_ids,
    )


def _places(known: Integers, messages: Integers) -> Integers:
    """Row of each message in ``known``, which is ascending and contains all of them."""
    return np.searchsorted(known, messages)


class _Text(NamedTuple):
    message: int
    subject: str
    base_subject: str
    own: str
    reading: int


def _texts(session: Session, messages: Sequence[int]) -> list[_Text]:
    """The texts of messages, by ascending id."""
    found: list[_Text] = []
    for part in in_parts(messages):
        rows = session.execute(
            select(
                Message.id,
                Message.subject,
                Message.base_subject,
                OwnText.text,
                Message.reader_version,
            )
            .join(OwnText, OwnText.message_id == Message.id)
            .where(Message.id.in_(part))
            .order_by(Message.id)
        )
        found.extend(_Text(*row) for row in rows)
    return found
