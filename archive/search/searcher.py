"""Search the archive. Every surface searches here: a query in, a page of messages out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Literal, cast

import structlog
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import NotFoundError, UsageError
from archive.lists.registry import find_list
from archive.mail.message import other_text
from archive.search.fields import SUBSTANCE
from archive.search.follower import IndexFollower
from archive.search.order import Found, depth, in_order
from archive.search.query import parse_query
from archive.search.query_builder import (
    EVERYTHING,
    BuiltQuery,
    QueryBuilder,
    SearchLimits,
    TopicThreads,
)
from archive.search.snippet import MAX_TEXT, snippet
from archive.search.state import IndexBusyError, SearchIndexError, TornIndexError, engine_faults
from archive.search.suggestion import corrected
from archive.tables import MailingList, Message, OwnText

log = structlog.get_logger()

MAX_LIMIT = 200
MAX_OFFSET = 100_000
MESSAGES_GROUPED = 1_000
"""How many of the best messages are grouped when results are shown by thread."""
FOLLOW_MESSAGES = 500
FOLLOW_SECONDS = 1.0
READ_AGAIN = 3
"""How many messages of a page may be parsed again, to show the quoted text that matches."""
READ_AGAIN_BYTES = 50_000
BUSY_WAIT_SECONDS = 1.0
BUSY_PAUSE_SECONDS = 5.0
"""While another process writes for long, searches do not wait for it again for this long."""

Sort = Literal["relevance", "date"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A message found. ``message`` is its row id; ``snippet`` is HTML with ``<mark>``."""

    message: int
    score: float
    snippet: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits; ``total`` counts the hits of all pages.

    suggestion: the query in another spelling, when this one finds nothing.
    but_one: no message has all words of the query; each of these lacks one.
    """

    total: int
    hits: tuple[Hit, ...]
    suggestion: str | None = None
    but_one: bool = False


@dataclass(frozen=True, slots=True)
class _Text:
    """What the store knows of a message found.

    own: the beginning of the own text, as much as snippets are cut from.
    size: of the whole message, in bytes.
    """

    subject: str
    own: str
    size: int


class Searcher:
    """Searches one index over one store. Threads may share it.

    threads_of_topic: returns the thread row ids for a topic's slug; empty for an
        unknown topic.
    """

    def __init__(
        self,
        follower: IndexFollower,
        database: Database,
        threads_of_topic: TopicThreads | None = None,
    ) -> None:
        self.follower = follower
        self.index = follower.index
        self.database = database
        self.threads_of_topic = threads_of_topic
        self._busy_until = 0.0

    def search(
        self,
        query: str,
        *,
        list_address: str | None = None,
        sort: Sort = "relevance",
        limit: int = 20,
        offset: int = 0,
        hidden_lists: Collection[int] = (),
        mask: Callable[[str], str] = str,
        by_thread: bool = False,
        limits: SearchLimits = EVERYTHING,
        within: Session | None = None,
    ) -> SearchPage:
        """Find the messages that match ``query``, best or newest first, equal ones newest first.

        list_address: search only this list.
        hidden_lists: row ids of lists that the reader may not see; a message that was
            also posted to a visible list is still found.
        mask: applied to text before a snippet is cut from it.
        by_thread: return only the first matching message of each thread, among the
            first ``MESSAGES_GROUPED`` messages; ``total`` then counts those threads.
        within: an open session, whose snapshot of the store is searched.

        If no message has all words and none of the words looks misspelt, messages that
        lack one word are returned.

        Raises ``UsageError`` for an invalid query or bound, ``NotFoundError`` for an
        unknown list, ``StoreUnavailableError`` when the store or the index cannot be
        read.
        """
        if not 1 <= limit <= MAX_LIMIT:
            raise UsageError(f"limit must be 1 to {MAX_LIMIT}")
        if not 0 <= offset <= MAX_OFFSET:
            raise UsageError(f"offset must be 0 to {MAX_OFFSET}")
        parsed = parse_query(query)
        with self.database.session() if within is None else nullcontext(within) as session:
            lists = _visible_lists(session, list_address, hidden_lists)
            self._follow(session)
            builder = QueryBuilder(self.index, session, lists, self.threads_of_topic, limits)
            built = builder.build(parsed)
            newest = sort == "date" or not built.scoring
            first, last = (0, MESSAGES_GROUPED) if by_thread else (offset, offset + limit)
            try:
                total, page = self._find(built, newest, first, last)
            except TornIndexError as error:
                log.warning("the search index is damaged and begun anew", reason=str(error))
                self.index.clear()
                self._follow(session)
                total, page = self._find(built, newest, first, last)
            suggestion, but_one = None, False
            if not total:
                shown = None if lists is None else sorted(lists)
                suggestion = corrected(query, parsed, self.index, session, shown)
                but_one = suggestion is None and built.words > 1
            if but_one:
                built = builder.build(parsed, but_one=True)
                total, page = self._find(built, newest, first, last)
            if by_thread:
                found = _first_of_threads(session, page)
                total, page = len(found), found[offset : offset + limit]
            hits = self._hits(session, page, built, mask)
        return SearchPage(total, tuple(hits), suggestion, but_one and total > 0)

    def _follow(self, session: Session) -> None:
        """Index what was stored since the last search, within bounds.

        The bounds keep a search from waiting for a big import.
        """
        wait = 0.0 if time.monotonic() < self._busy_until else BUSY_WAIT_SECONDS
        try:
            self.follower.follow(
                session, at_most=FOLLOW_MESSAGES, seconds=FOLLOW_SECONDS, wait=wait
            )
        except IndexBusyError:
            self._busy_until = time.monotonic() + BUSY_PAUSE_SECONDS
        except SearchIndexError as error:
            if self.index.state is None:
                raise
            log.warning("the search index cannot follow the store", reason=str(error))

    def _find(
        self, built: BuiltQuery, newest: bool, first: int, last: int
    ) -> tuple[int, list[Found]]:
        """How many messages match, and those from ``first`` up to ``last`` (exclusive)."""
        self.index.reload()
        with engine_faults("searching"):
            searcher = self.index.searcher()
            result = searcher.search(
                built.query,
                limit=depth(last),
                order_by_field="date" if newest else None,
                weight_by_field=None if newest else SUBSTANCE,
            )
            found = in_order(searcher, result.hits, newest, first, last)
        # The binding has the attribute ``count``, but its type stubs do not declare it.
        return int(cast("Any", result).count), found

    def _hits(
        self,
        session: Session,
        page: Sequence[Found],
        built: BuiltQuery,
        mask: Callable[[str], str],
    ) -> list[Hit]:
        """The hits of a page, each with a snippet of its own text around the searched words.

        If neither the own text nor the subject has a searched word, the snippet comes
        from the other text, such as quotes. Parsing a message again takes longer than
        the whole search, so this is done for few messages.
        """
        texts = _texts(session, [one.message for one in page])
        left = READ_AGAIN if built.scoring else 0
        hits = []
        for one in page:
            text = texts.get(one.message, _Text("", "", 0))
            shown, marked = snippet(text.own, built.sought, mask)
            explained = marked or (shown and built.sought.places(text.subject))
            if not explained and left and text.size <= READ_AGAIN_BYTES:
                left -= 1
                shown = self._other_snippet(one.message, built, mask) or shown
            hits.append(Hit(one.message, one.score, shown))
        return hits

    def _other_snippet(
        self, message: int, built: BuiltQuery, mask: Callable[[str], str]
    ) -> str | None:
        """A snippet of the text that a message quotes; None when no searched word is in it."""
        try:
            shown, marked = snippet(other_text(self.follower.read(message)), built.sought, mask)
        except (NotFoundError, ValueError):
            return None
        return shown if marked else None


def _visible_lists(
    session: Session, address: str | None, hidden: Collection[int]
) -> set[int] | None:
    """Row ids of the lists that the search may show; None when it may show all."""
    if address is not None:
        only = find_list(session, address)
        return {only.id} - set(hidden)
    if not hidden:
        return None
    return set(session.scalars(select(MailingList.id))) - set(hidden)


_THESE = Message.id.in_(bindparam("messages", expanding=True, literal_execute=True))
"""Thousands of ids are faster as literals in the statement than as bound parameters."""
_THREADS = select(Message.id, Message.thread_id).where(_THESE)
_TEXTS = (
    select(Message.id, Message.subject, func.substr(OwnText.text, 1, MAX_TEXT + 1), Message.size)
    .outerjoin(OwnText, OwnText.message_id == Message.id)
    .where(_THESE)
)


def _first_of_threads(session: Session, found: Sequence[Found]) -> list[Found]:
    """Keep the first message of each thread, in order; keep every message without a thread."""
    messages = [one.message for one in found]
    rows = session.connection().execute(_THREADS, {"messages": messages})
    threads: dict[int, int | None] = dict(rows.all())
    first: dict[int, Found] = {}
    for one in found:
        first.setdefault(threads.get(one.message) or -one.message, one)
    return list(first.values())


def _texts(session: Session, messages: Sequence[int]) -> dict[int, _Text]:
    rows = session.connection().execute(_TEXTS, {"messages": messages}).all()
    return {message: _Text(subject, own or "", size) for message, subject, own, size in rows}
