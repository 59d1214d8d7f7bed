"""A store that an index follows, and looks into the index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import tantivy
from sqlalchemy import delete

from archive.database import Database
from archive.lists.registry import add_list
from archive.mail.message import ParsedMessage
from archive.search.fields import IndexDocument
from archive.search.follower import Differences, IndexFollower
from archive.search.index import SearchIndex
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import Message, OwnText, Posting, RawMessage, Reference

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def document(message: int, own: str = "kata", lists: tuple[int, ...] = (1,)) -> IndexDocument:
    return IndexDocument(
        message=message,
        digest=message.to_bytes(32, "big"),
        lists=lists,
        subject="subjek",
        own=own,
        body="",
        author="Ayu",
        address="ayu@example.org",
        recipients="",
        attachments="",
        date=1_700_000_000 + message,
        has_attachment=False,
        is_answer=False,
    )


def found(index: SearchIndex, word: str, field: str = "own") -> set[int]:
    """Messages with a word, as a reader sees them now."""
    index.reload()
    return matching(index, tantivy.Query.term_query(index.schema, field, word))


def on_list(index: SearchIndex, list_id: int) -> set[int]:
    index.reload()
    return matching(index, tantivy.Query.term_query(index.schema, "lists", list_id))


def matching(index: SearchIndex, query: tantivy.Query) -> set[int]:
    searcher = index.searcher()
    hits = searcher.search(query, limit=10_000).hits
    numbers = searcher.fast_field_values("message", [address for _, address in hits])
    assert len(set(numbers)) == len(numbers), "a message is in the index twice"
    return {int(number or 0) for number in numbers}


class Archive:
    """A store with two lists, and posts put into it."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.store = Store(database, settings)
        self.folder = settings.index_folder
        with database.transaction() as session:
            self.talk = add_list(session, "talk@lists.example.org").id
            self.dev = add_list(session, "dev@lists.example.org").id

    def post(self, word: str, list_id: int | None = None, quoted: str = "") -> int:
        """Store one message; its row."""
        lines = [
            "From: Ayu Lestari <ayu@example.org>",
            "To: talk@lists.example.org",
            f"Message-ID: <{word}@example.org>",
            f"Subject: perihal {word}",
            "",
            word,
            *([f"> {quoted}"] if quoted else []),
        ]
        raw = "\r\n".join(lines).encode() + b"\r\n"
        incoming = Incoming(raw, self.talk if list_id is None else list_id, "smtp", NOW)
        message = self.store.keep([incoming])[0].message
        assert message is not None
        return message

    def remove(self, message: int) -> None:
        with self.database.transaction() as session:
            for table in (Posting, OwnText, RawMessage, Reference):
                session.execute(delete(table).where(table.message_id == message))
            session.execute(delete(Message).where(Message.id == message))

    def index(self, **options: float) -> SearchIndex:
        return SearchIndex(self.folder, **options)

    def follow(
        self,
        index: SearchIndex,
        read: Callable[[int], ParsedMessage] | None = None,
        **bounds: float,
    ) -> int:
        follower = IndexFollower(index, read or self.store.parsed)
        with self.database.session() as session:
            return follower.follow(session, **bounds)  # type: ignore[arg-type]

    def is_exact(self, index: SearchIndex) -> bool:
        return not self.differences(index)

    def differences(self, index: SearchIndex) -> Differences:
        with self.database.session() as session:
            return IndexFollower(index, self.store.parsed).differences(session)
