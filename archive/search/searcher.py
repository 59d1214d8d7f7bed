"""Search the archive. Every surface searches here: a query in, a page of messages out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any, Literal, cast

import structlog
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import NotFoundError, UsageError
from archive.lists.audience import Audience, public
from archive.lists.registry import find_list
from archive.mail.message import ParsedMessage, other_text
from archive.search.audiences import AudienceIndexes
from archive.search.fields import SUBSTANCE
from archive.search.follower import IndexFollower
from archive.search.index import SearchIndex
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
FIRST_SECONDS = 10.0
"""How long the one search waits that finds a new index, or other lists closed than before."""
FOLLOW_AT_ONCE = 5_000
"""Messages indexed in one transaction where nobody waits for an answer meanwhile."""
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
    partial: the index does not have all messages yet; some may be missing in the hits and
        in ``total``.
    """

    total: int
    hits: tuple[Hit, ...]
    suggestion: str | None = None
    but_one: bool = False
    partial: bool = False


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
    """Searches one store, for each audience in its own index. Threads may share it.

    threads_of_topic: returns the thread row ids for a topic's slug; empty for an
        unknown topic.
    """

    def __init__(
        self,
        indexes: AudienceIndexes,
        database: Database,
        threads_of_topic: TopicThreads | None = None,
    ) -> None:
        self.indexes = indexes
        self.database = database
        self.threads_of_topic = threads_of_topic
        self._busy_until: dict[IndexFollower, float] = {}

    def search(
        self,
        query: str,
        *,
        audience: Audience | None = None,
        list_address: str | None = None,
        sort: Sort = "relevance",
        limit: int = 20,
        offset: int = 0,
        mask: Callable[[str], str] = str,
        by_thread: bool = False,
        limits: SearchLimits = EVERYTHING,
        within: Session | None = None,
    ) -> SearchPage:
        """Find the messages that match ``query``, best or newest first, equal ones newest first.

        audience: who searches; None means the public.
        list_address: search only this list.
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
            readers = public(session) if audience is None else audience
            follower = self.indexes.of(readers)
            index = follower.index
            partial = self._follow(session, follower, readers)
            lists = _searched_lists(session, list_address, readers, index)
            builder = QueryBuilder(
                index,
                session,
                readers,
                lists,
                threads_of_topic=self.threads_of_topic,
                limits=limits,
            )
            built = builder.build(parsed)
            newest = sort == "date" or not built.scoring
            first, last = (0, MESSAGES_GROUPED) if by_thread else (offset, offset + limit)
            try:
                total, page = _find(index, built, newest, first, last)
            except TornIndexError as error:
                log.warning("the search index is damaged and begun anew", reason=str(error))
                index.clear()
                partial = self._follow(session, follower, readers)
                total, page = _find(index, built, newest, first, last)
            suggestion, but_one = None, False
            if not total:
                shown = None if lists is None else sorted(lists)
                suggestion = corrected(query, parsed, index, session, shown)
                but_one = suggestion is None and built.words > 1
            if but_one:
                built = builder.build(parsed, but_one=True)
                total, page = _find(index, built, newest, first, last)
            if by_thread:
                found = _first_of_threads(session, page)
                total, page = len(found), found[offset : offset + limit]
            hits = _hits(session, page, built, mask, follower.read)
        return SearchPage(total, tuple(hits), suggestion, but_one and total > 0, partial)

    def bring_up_to_date(self, audience: Audience, told: Callable[[int], None]) -> None:
        """Index everything before a search, however long it takes, unless another process writes.

        told: called now and then with the number of messages indexed so far.
        """
        follower, done = self.indexes.of(audience), 0
        count = FOLLOW_AT_ONCE
        with suppress(SearchIndexError):
            while count:
                with self.database.session() as session:
                    count = follower.follow(session, at_most=FOLLOW_AT_ONCE)
                    count += follower.renew(session, at_most=FOLLOW_AT_ONCE)
                done += count
                if count >= FOLLOW_AT_ONCE:
                    told(done)

    def _follow(self, session: Session, follower: IndexFollower, readers: Audience) -> bool:
        """Index what was stored since the last search, within bounds; whether some is left.

        The bounds keep a search from waiting for a big import.
        """
        if not follower.is_behind(session, readers):
            return False
        busy_until = self._busy_until.get(follower, 0.0)
        wait = 0.0 if time.monotonic() < busy_until else BUSY_WAIT_SECONDS
        state = follower.index.state
        first = state is None or not state.posting or frozenset(state.closed) != readers.closed
        at_most, seconds = (None, FIRST_SECONDS) if first else (FOLLOW_MESSAGES, FOLLOW_SECONDS)
        try:
            follower.follow(session, at_most=at_most, seconds=seconds, wait=wait)
        except IndexBusyError:
            self._busy_until[follower] = time.monotonic() + BUSY_PAUSE_SECONDS
        except SearchIndexError as error:
            if follower.index.state is None:
                raise
            log.warning("the search index cannot follow the store", reason=str(error))
        return follower.is_behind(session, readers)


def _find(
    index: SearchIndex, built: BuiltQuery, newest: bool, first: int, last: int
) -> tuple[int, list[Found]]:
    """How many messages match, and those from ``first`` up to ``last`` (exclusive)."""
    index.reload()
    with engine_faults("searching"):
        searcher = index.searcher()
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
    session: Session,
    page: Sequence[Found],
    built: BuiltQuery,
    mask: Callable[[str], str],
    read: Callable[[int], ParsedMessage],
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
            shown = _other_snippet(one.message, built, mask, read) or shown
        hits.append(Hit(one.message, one.score, shown))
    return hits


def _other_snippet(
    message: int,
    built: BuiltQuery,
    mask: Callable[[str], str],
    read: Callable[[int], ParsedMessage],
) -> str | None:
    """A snippet of the text that a message quotes; None when no searched word is in it."""
    try:
        shown, marked = snippet(other_text(read(message)), built.sought, mask)
    except (NotFoundError, ValueError):
        return None
    return shown if marked else None


def _searched_lists(
    session: Session, address: str | None, readers: Audience, index: SearchIndex
) -> set[int] | None:
    """Row ids of the lists that are searched; None for all whose messages the index holds.

    Raises ``NotFoundError`` for a list that is not there for these readers.
    """
    if address is not None:
        only = find_list(session, address)
        if only.id in readers.closed:
            raise NotFoundError(f"no list {address[:320]} in this archive")
        return {only.id}
    state = index.state
    if state is None or readers.closed <= frozenset(state.closed):
        return None
    # A list was closed while another process writes the index, which therefore still has it.
    return set(session.scalars(select(MailingList.id))) - readers.closed


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
