"""A store whose messages go by short names, and the mail that most tests search."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.lists.audience import Audience, audience
from archive.lists.registry import add_list
from archive.search.audiences import AudienceIndexes
from archive.search.searcher import Searcher, SearchPage
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import MailingList, Message


def mail(
    name: str,
    subject: str,
    text: str,
    *,
    sender: str = "Ayu Lestari <ayu.lestari@example.org>",
    to: str = "talk@lists.example.org",
    date: str = "2024-06-15",
    reply_to: str = "",
    attachment: bool = False,
) -> bytes:
    day = datetime.fromisoformat(date).strftime("%d %b %Y %H:%M:%S +0000")
    head = [f"From: {sender}", f"To: {to}", f"Date: {day}", f"Subject: {subject}"]
    head.append(f"Message-ID: <{name}@example.org>")
    if reply_to:
        head.append(f"In-Reply-To: <{reply_to}@example.org>")
    head.append("MIME-Version: 1.0")
    if not attachment:
        head.append("Content-Type: text/plain; charset=utf-8")
        body = [text]
    else:
        head.append("Content-Type: multipart/mixed; boundary=xyz")
        body = ["--xyz", "Content-Type: text/plain; charset=utf-8", "", text, "--xyz"]
        body += [
            "Content-Type: application/pdf",
            'Content-Disposition: attachment; filename="a.pdf"',
        ]
        body += ["Content-Transfer-Encoding: base64", "", "JVBERi0=", "--xyz--"]
    return "\r\n".join([*head, "", *body, ""]).encode()


class Archive:
    """A store whose messages go by short names."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.store = Store(database, settings)
        self.indexes = AudienceIndexes(settings.index_folder, self.store.parsed)
        self.index = self.indexes.public.index
        self.lists: dict[str, int] = {}
        with database.transaction() as session:
            for name in ("talk", "dev", "secret"):
                self.lists[name] = add_list(session, f"{name}@lists.example.org").id
        self.topics: dict[str, set[int]] = {}
        self.searcher = Searcher(self.indexes, database, self.threads_of)

    def threads_of(self, _session: Session, _readers: Audience, slug: str) -> Collection[int]:
        return self.topics.get(slug, ())

    def readers(self, *opened: str) -> Audience:
        """The public, or those who may read the private lists ``opened`` as well."""
        with self.database.session() as session:
            return audience(session, [self.lists[one] for one in opened])

    def make_private(self, *lists: str, private: bool = True) -> None:
        with self.database.transaction() as session:
            for one in lists:
                session.get_one(MailingList, self.lists[one]).private = private

    def keep(self, raw: bytes, *lists: str) -> None:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        self.store.keep([Incoming(raw, self.lists[one], "smtp", now) for one in lists or ("talk",)])

    def page(self, query: str, **options: object) -> SearchPage:
        return self.searcher.search(query, **options)  # type: ignore[arg-type]

    def names(self, query: str, **options: object) -> list[str]:
        """Message names found, in order."""
        page = self.page(query, **options)
        rows = self.message_names()
        return [rows[hit.message] for hit in page.hits]

    def message_names(self) -> dict[int, str]:
        """The names of all messages, by row id."""
        with self.database.session() as session:
            listed = session.execute(select(Message.id, Message.message_id))
            return {row.id: row.message_id.partition("@")[0] for row in listed}

    def found(self, query: str, **options: object) -> set[str]:
        names = self.names(query, **options)
        assert len(names) == len(set(names))
        assert self.page(query, **options).total == len(names)
        return set(names)


def fill(local: Archive) -> None:
    budi = "Budi Santoso <budi@example.net>"
    local.keep(
        mail("ask", "Taproot soft fork", "When does the upgrade activate?", date="2024-01-10")
    )
    local.keep(
        mail(
            "answer",
            "Re: Taproot soft fork",
            "It locks in with ninety percent.\r\n\r\n> When does the upgrade activate?",
            sender=budi,
            date="2024-02-20",
            reply_to="ask",
        )
    )
    local.keep(
        mail("patch", "Wallet patch", "Attached: miner fees.", attachment=True, date="2024-03-30"),
        "dev",
    )
    local.keep(
        mail(
            "kafe",
            "Bertemu di Kafé",
            "Rapat mining pool hari Jumat.",
            sender=budi,
            to="dev@lists.example.org",
            date="2025-05-05",
        ),
        "talk",
        "dev",
    )
    local.keep(
        mail("private", "Rahasia", "The upgrade is secret.", date="2025-06-06"),
        "secret",
    )
