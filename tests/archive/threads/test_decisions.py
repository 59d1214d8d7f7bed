"""Threads in the store: they grow as the whole rule says, and moderators put them right."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.errors import ConflictError, NotFoundError
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import Message, Thread
from archive.threads import decisions
from tests.archive.messages import mail

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LINES = [
    "Router kantor cabang tidak mau naik sejak kemarin sore.",
    "Coba turunkan MTU di kedua sisi terowongan lebih dahulu.",
    "Setelah sertifikat diganti semuanya berjalan lagi seperti biasa.",
]

Forest = set[frozenset[tuple[str, str | None, str | None]]]


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


def keep(store: Store, *raws: bytes) -> None:
    with store.database.transaction() as session:
        list_id = add_list(session, "talk@lists.example.org").id
    store.keep([Incoming(raw, list_id, "import", NOW) for raw in raws])


def forest(store: Store) -> Forest:
    """Threads as sets of (Message-ID, parent's Message-ID, how it was found)."""
    with store.database.session() as session:
        rows = session.scalars(select(Message)).all()
        by_row = {row.id: row.message_id for row in rows}
        threads: dict[int | None, set[tuple[str, str | None, str | None]]] = {}
        for row in rows:
            parent = by_row[row.parent_id] if row.parent_id is not None else None
            threads.setdefault(row.thread_id, set()).add(
                (row.message_id, parent, row.parent_source)
            )
    return {frozenset(members) for members in threads.values()}


def summaries(store: Store) -> set[tuple[object, ...]]:
    with store.database.session() as session:
        return {
            (row.subject, row.first, row.last, row.messages, row.people)
            for row in session.scalars(select(Thread))
        }


def conversations(shuffler: random.Random) -> list[bytes]:
    """Posts with known, missing, late and looping parents, quotes, and subjects in common."""
    raws = []
    for number in range(16):
        named = shuffler.sample(range(20), shuffler.choice((0, 0, 1, 1, 2)))
        subject = shuffler.choice(("vpn", "Re: vpn", "Re: dns", f"hal {number}"))
        quoted = "".join(f"> {line}\n" for line in shuffler.sample(LINES, shuffler.choice((0, 1))))
        raws.append(
            mail(
                f"{number}@mail.example.org",
                author=f"Ayu Lestari <ayu{number % 3}@example.org>",
                subject=subject,
                day=shuffler.randint(0, 45) + number / 100,
                text=f"{quoted}\n{shuffler.choice(LINES)}",
                references=tuple(f"{one}@mail.example.org" for one in named if one != number),
            )
        )
    return raws


@pytest.mark.parametrize("seed", range(4))
def test_threads_that_grow_post_by_post_are_those_of_the_whole_rule(
    store: Store, seed: int
) -> None:
    shuffler = random.Random(seed)
    raws = conversations(shuffler)
    shuffler.shuffle(raws)
    for raw in raws:
        keep(store, raw)
        if shuffler.random() < 0.15:
            with store.database.transaction() as session:
                target, other = (
                    row.message_id
                    for row in shuffler.choices(session.scalars(select(Message)).all(), k=2)
                )
                try:
                    if shuffler.random() < 0.5:
                        decisions.split(session, target, author="ratna")
                    else:
                        decisions.attach(session, target, other, author="ratna")
                except ConflictError:
                    continue
    grown = forest(store), summaries(store)

    store.settle(full=True)

    assert grown == (forest(store), summaries(store))


def test_a_split_holds_through_later_answers_and_its_undo_leaves_no_trace(store: Store) -> None:
    first, question, answer = (
        mail("1@mail.example.org", text=LINES[0]),
        mail("2@mail.example.org", day=1, reply_to="1@mail.example.org", subject="Re: lain"),
        mail("3@mail.example.org", day=2, reply_to="2@mail.example.org", subject="Re: lain"),
    )
    keep(store, first, question)
    before = forest(store)
    with store.database.transaction() as session:
        decision = decisions.split(
            session, "<2@mail.example.org>", author="ratna", reason="baru"
        ).id
    keep(store, answer)
    store.settle(full=True)

    assert forest(store) == {
        frozenset({("1@mail.example.org", None, None)}),
        frozenset(
            {
                ("2@mail.example.org", None, None),
                ("3@mail.example.org", "2@mail.example.org", "in-reply-to"),
            }
        ),
    }
    with pytest.raises(ConflictError), store.database.transaction() as session:
        decisions.split(session, "2@mail.example.org", author="ratna")

    with store.database.transaction() as session:
        decisions.THREADS.undo(session, decision, author="ratna")

    (whole,) = forest(store)
    (part,) = before
    assert whole > part


def test_what_cannot_be_decided_is_refused(store: Store) -> None:
    keep(
        store,
        mail("1@mail.example.org"),
        mail("2@mail.example.org", day=1, reply_to="1@mail.example.org"),
    )
    before = forest(store)

    for child, parent, error in (
        ("1@mail.example.org", "2@mail.example.org", ConflictError),
        ("1@mail.example.org", "1@mail.example.org", ConflictError),
        ("1@mail.example.org", "none@mail.example.org", NotFoundError),
    ):
        with pytest.raises(error), store.database.transaction() as session:
            decisions.attach(session, child, parent, author="ratna")
    with pytest.raises(NotFoundError), store.database.transaction() as session:
        decisions.THREADS.undo(session, 1, author="ratna")

    assert forest(store) == before


def test_a_quote_repairs_a_broken_reference_and_says_so(store: Store) -> None:
    keep(
        store,
        mail("1@mail.example.org", text=LINES[0]),
        mail("2@mail.example.org", text=LINES[1], day=1, reply_to="1@mail.example.org"),
        mail(
            "3@mail.example.org",
            subject="Re: vpn putus",
            day=2,
            reply_to="rewritten@elsewhere.example.com",
            text=f"Budi menulis:\n> {LINES[0]}\n\nSudah saya coba.",
        ),
    )

    (thread,) = forest(store)
    assert ("3@mail.example.org", "1@mail.example.org", "quote") in thread
