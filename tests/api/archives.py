"""A small archive with a story, kept by the real store, for tests of the API."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from api.context import Context
from api.service.composition import open_context
from api.service.current_view import CurrentView
from archive.lists.registry import add_list, find_list
from archive.settings import Settings
from archive.store.store import Incoming
from archive.tables import Address, MailingList, Person
from archive.tokens import Scope, create_token
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer
from reputation.epochs.view import load_view
from reputation.tables import Topic, TopicTerm

COINS = "coins@lists.example.org"
KITCHEN = "kitchen@lists.example.org"
BOARD = "board@lists.example.org"
AYU = "Ayu Lestari <ayu.lestari@example.com>"
BUDI = "Budi Santoso <budi.santoso@example.net>"
CITRA = "Citra Dewi <citra.dewi@example.com>"
DIAN = "Dian Permata <dian.permata@example.org>"
EKA = "Eka Saputra <eka.saputra@example.net>"
FITRI = "Fitri Handayani <fitri@example.org>"
RINI = "Rini Rahasia <rini@example.com>"
DISHES = (
    "rendang gudeg rawon pecel sate bakso gado nasi lontong opor semur tempe tahu sambal "
    "ketoprak karedok asinan pempek batagor siomay martabak kerak lumpia klepon cendol "
    "dawet rujak serabi onde wajik"
).split()
"""Subjects enough that the words of coins are not common on the lists."""
START = datetime(2024, 1, 1, 8, tzinfo=UTC)


def post(
    message_id: str,
    author: str,
    subject: str,
    body: str,
    *,
    day: float = 0,
    answers: Iterable[str] = (),
    headers: str = "",
) -> bytes:
    """One mail as a list manager would hand it out."""
    named = [f"<{one}>" for one in answers]
    threading = ""
    if named:
        threading = f"In-Reply-To: {named[-1]}\r\nReferences: {' '.join(named)}\r\n"
    date = (START + timedelta(days=day)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"From: {author}\r\nSubject: {subject}\r\nDate: {date}\r\n"
        f"Message-ID: <{message_id}>\r\n{threading}{headers}"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + body.replace("\n", "\r\n")
    ).encode()


class Archive:
    """A store with its context; ``rank`` computes and publishes an epoch."""

    def __init__(self, settings: Settings) -> None:
        opened = open_context(settings)
        self.reader = CorpusReader(opened.database, settings.terms_folder)
        self.view = CurrentView(functools.partial(load_view, opened.database, self.reader))
        self.context: Context = replace(opened, current_view=self.view)
        self.database = opened.database

    def close(self) -> None:
        """Release the store."""
        self.database.close()

    def add_list(self, address: str, **fields: Any) -> None:
        """Add a list."""
        with self.database.transaction() as session:
            add_list(session, address, **fields)

    def keep(self, address: str, *raws: bytes) -> list[int]:
        """Store messages as posts of a list; their rows."""
        with self.database.session() as session:
            list_id = session.scalars(
                select(MailingList.id).where(MailingList.address == address)
            ).one()
        kept = self.context.store.keep(
            [Incoming(raw, list_id, "import", datetime.now(UTC)) for raw in raws]
        )
        return [one.message for one in kept if one.message is not None]

    def add_topic(self, slug: str, label: str, terms: dict[str, float], **fields: Any) -> int:
        """Add a pinned topic; its id."""
        with self.database.transaction() as session:
            topic = Topic(
                slug=slug,
                label=label,
                state=fields.pop("state", "pinned"),
                curated=True,
                created=START,
                **fields,
            )
            session.add(topic)
            session.flush()
            session.add_all(
                TopicTerm(topic_id=topic.id, term=term, weight=weight)
                for term, weight in terms.items()
            )
            return topic.id

    def rank(self) -> None:
        """Compute the next epoch and make it the current one."""
        self.view.publish(Scorer(self.database, self.reader).run())

    def rank_if_stale(self) -> None:
        """What the worker does after mail has come."""
        scorer = Scorer(self.database, self.reader)
        with self.database.session() as session:
            stale = scorer.is_stale(session)
        if stale:
            self.view.publish(scorer.run())

    def edit_list(self, address: str, **fields: Any) -> None:
        """Change what is set of a list."""
        with self.database.transaction() as session:
            row = session.scalars(select(MailingList).where(MailingList.address == address)).one()
            for name, value in fields.items():
                setattr(row, name, value)

    def token(self, name: str, scope: Scope, *lists: str) -> dict[str, str]:
        """The headers of a new token's bearer, to whom it opens private lists."""
        with self.database.transaction() as session:
            opened = [find_list(session, address).id for address in lists]
            text, _ = create_token(session, name, scope, lists=opened)
        return {"Authorization": f"Bearer {text}"}

    def person(self, email: str) -> int:
        """The id of the person with this address."""
        with self.database.session() as session:
            return session.scalars(select(Address.person_id).where(Address.email == email)).one()

    def change_person(self, person: int, **values: Any) -> None:
        """Change fields of a person's row, as curation does."""
        with self.database.transaction() as session:
            row = session.get_one(Person, person)
            for name, value in values.items():
                setattr(row, name, value)


def limited(archive: Archive, rate_limits: str) -> Context:
    """The archive's context with other rate limits, as ``PAKAR_RATE_LIMITS`` states them."""
    settings = archive.context.settings.model_copy(update={"rate_limits": rate_limits})
    return replace(archive.context, settings=settings)


def fill(archive: Archive) -> None:
    """The story: Ayu answers on coins, Budi and Dian ask, Citra cooks, Rini is private."""
    archive.add_list(COINS, name="Coins", description="Wallets and coins", language="en")
    archive.add_list(KITCHEN, name="Dapur", language="id", obfuscate=False)
    archive.add_list(BOARD, name="Board", private=True)
    archive.add_topic(
        "coin-selection",
        "coin selection",
        {"coin": 1.0, "selection": 1.0, "wallet": 0.5},
        label_id="pemilihan koin",
        label_en="coin selection",
    )
    archive.keep(COINS, *_questions())
    archive.keep(
        KITCHEN,
        post(
            "soto@example.com", CITRA, "Resep soto", "Kuah soto perlu serai. citra.dewi@example.com"
        ),
        post(
            "re-soto@example.org",
            DIAN,
            "Re: Resep soto",
            "Terima kasih, sotonya berhasil.",
            day=1,
            answers=["soto@example.com"],
        ),
    )
    archive.keep(KITCHEN, *_dishes())
    archive.keep(
        BOARD,
        post(
            "secret@example.com", RINI, "Salary of the treasurer", "The salaries are confidential."
        ),
        post(
            "secret-2@example.com",
            AYU,
            "Re: Salary of the treasurer",
            "Coin selection, no?",
            day=1,
            answers=["secret@example.com"],
        ),
    )
    archive.rank()


def _questions() -> list[bytes]:
    """Eight threads: a question on coins, Ayu's answer, thanks; Citra answers two."""
    posts = []
    for number in range(8):
        asker = BUDI if number % 2 else DIAN
        root, answer = f"q{number}@example.net", f"a{number}@example.com"
        subject = f"Coin selection in wallet {number}"
        day = number * 20.0
        posts.append(
            post(
                root,
                asker,
                subject,
                f"How does coin selection choose in wallet {number}?\n",
                day=day,
            )
        )
        author = CITRA if number in (2, 5) else AYU
        posts.append(
            post(
                answer,
                author,
                f"Re: {subject}",
                "Budi <budi.santoso@example.net> wrote:\n> How does it choose?\n\n"
                "Coin selection takes the branch and bound search first, then knapsack.\n"
                f"It depends on the fee rate {number}.\n",
                day=day + 1,
                answers=[root],
            )
        )
        posts.append(
            post(
                f"t{number}@example.net",
                asker,
                f"Re: {subject}",
                "Thank you, that solved it for me!\n",
                day=day + 2,
                answers=[root, answer],
            )
        )
    return posts


def _dishes() -> list[bytes]:
    """A question and an answer on every dish: what else lists talk about."""
    posts = []
    for day, dish in enumerate(DISHES):
        root, answer = f"{dish}@example.net", f"re-{dish}@example.org"
        subject = f"Resep {dish}"
        posts += [
            post(root, EKA, subject, f"Bagaimana memasak {dish}?\n", day=day),
            post(
                answer,
                FITRI,
                f"Re: {subject}",
                f"Masak {dish} dengan api kecil sampai bumbunya meresap.\n",
                day=day + 0.5,
                answers=[root],
            ),
        ]
    return posts
