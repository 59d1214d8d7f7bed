"""Write the index's documents: from what the store has to what the index lacks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import structlog
import tantivy
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError
from archive.lists.audience import Audience
from archive.mail.message import ParsedMessage
from archive.search.fields import IndexDocument, index_document
from archive.search.index import SearchIndex
from archive.search.state import engine_faults
from archive.search.stored import StoredMessage, document_of_rows, stored_messages
from archive.tables import Posting

log = structlog.get_logger()


def refresh(
    index: SearchIndex,
    session: Session,
    messages: Sequence[int],
    readers: Audience,
    read: Callable[[int], ParsedMessage],
) -> list[int]:
    """Index those of ``messages`` that are missing or out of date in the committed index.

    Deletes those that its readers may not read. read: parses a stored message again.
    Returns the row ids of the messages indexed.
    """
    if not messages:
        return []
    indexed = stamps(index, messages)
    stored = stored_messages(session, messages, readers)
    kept = {message for message in stored if indexed.get(message) == stored[message].stamp}
    due = [message for message in stored if message not in kept]
    old = [message for message in indexed if message not in kept]
    if old:
        index.delete(old)
    if due:
        index.add(_document(session, message, stored[message], read) for message in due)
    return due


def stamps(index: SearchIndex, messages: Sequence[int] | None) -> dict[int, int]:
    """Map message ids to stamps in the committed index; None means all messages."""
    with engine_faults("reading"):
        searcher = index.searcher()
        if searcher.num_docs == 0 or (messages is not None and not messages):
            return {}
        if messages is None:
            query, limit = tantivy.Query.all_query(), searcher.num_docs
        else:
            query = tantivy.Query.term_set_query(index.schema, "message", messages)
            limit = len(messages)
        return _stamps(searcher, query, limit)


def messages_on(index: SearchIndex, lists: Collection[int]) -> list[int]:
    """Ids of the messages that the committed index holds as posts to one of ``lists``."""
    with engine_faults("reading"):
        searcher = index.searcher()
        if searcher.num_docs == 0 or not lists:
            return []
        query = tantivy.Query.term_set_query(index.schema, "lists", list(lists))
        return sorted(_stamps(searcher, query, searcher.num_docs))


def surplus(index: SearchIndex, session: Session, readers: Audience) -> set[int]:
    """Ids of the messages in the committed index that its readers cannot read in the store."""
    readable = select(Posting.message_id).where(readers.posting()).distinct()
    return stamps(index, None).keys() - set(session.scalars(readable))


def _stamps(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> dict[int, int]:
    hits = searcher.search(query, limit=limit, count=False).hits
    addresses = [address for _, address in hits]
    numbers = searcher.fast_field_values("message", addresses)
    found = searcher.fast_field_values("stamp", addresses)
    pairs = zip(numbers, found, strict=True)
    return {int(number or 0): int(stamp or 0) for number, stamp in pairs}


def _document(
    session: Session,
    message: int,
    stored: StoredMessage,
    read: Callable[[int], ParsedMessage],
) -> IndexDocument:
    try:
        return index_document(
            message,
            stored.digest,
            stored.lists,
            stored.date,
            read(message),
            reader_version=stored.reader_version,
        )
    except (NotFoundError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        # The bytes are damaged: index the fields that an earlier reading stored as rows.
        log.warning("message indexed without its body", message=message, reason=repr(error))
        return document_of_rows(session, message, stored)
