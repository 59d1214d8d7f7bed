"""The store: each message once, exact bytes, every list it came to, people and threads."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from archive.database import Database
from archive.errors import NotFoundError, StoreUnavailableError
from archive.lists.registry import add_list
from archive.search.audiences import AudienceIndexes
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import Address, Message, Person, Posting, RawMessage, Thread
from archive.threads.tree import tree
from archive.upkeep.verify import verify
from tests.archive.messages import mail

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


@pytest.fixture
def list_id(store: Store) -> int:
    with store.database.transaction() as session:
        return add_list(session, "talk@lists.example.org").id


def incoming(list_id: int, raws: Sequence[bytes]) -> list[Incoming]:
    return [Incoming(raw, list_id, "smtp", NOW) for raw in raws]


def count(store: Store, model: type[object]) -> int:
    with store.database.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def forest(store: Store) -> set[frozenset[tuple[str, str | None]]]:
    """Threads as sets of (Message-ID, parent's Message-ID)."""
    with store.database.session() as session:
        rows = session.scalars(select(Message)).all()
        by_row = {row.id: row.message_id for row in rows}
        threads: dict[int | None, set[tuple[str, str | None]]] = {}
        for row in rows:
            parent = by_row[row.parent_id] if row.parent_id is not None else None
            threads.setdefault(row.thread_id, set()).add((row.message_id, parent))
    return {frozenset(members) for members in threads.values()}


@pytest.mark.parametrize(
    "raw",
    [
        mail("1@example.org"),
        b"",
        b"\x00\xff not a message at all",
        mail("2@example.org").replace(b"\n", b"\r\n"),
        b"Subject: x\n\n" + bytes(range(256)) * 40,
    ],
)
def test_bytes_come_back_exactly(store: Store, list_id: int, raw: bytes) -> None:
    (kept,) = store.keep(incoming(list_id, [raw]))

    assert kept.message is not None
    assert raw == store.raw(kept.message)


def test_a_message_stored_twice_is_one_message_and_one_posting(store: Store, list_id: int) -> None:
    raw = mail("1@example.org")
    (first,) = store.keep(incoming(list_id, [raw]))
    (second,) = store.keep(incoming(list_id, [raw]))

    assert (first.message, True, True) == (first.message, first.new_message, first.new_posting)
    assert (first.message, False, False) == (
        second.message,
        second.new_message,
        second.new_posting,
    )
    assert (count(store, Message), count(store, Posting)) == (1, 1)


def test_repeats_within_one_batch_are_stored_once(store: Store, list_id: int) -> None:
    kept = store.keep(incoming(list_id, [mail("1@example.org")] * 3))

    assert [one.new_posting for one in kept] == [True, False, False]
    assert count(store, Message) == 1


def test_a_cross_post_is_one_message_with_a_posting_for_each_list(
    store: Store, list_id: int
) -> None:
    with store.database.transaction() as session:
        other = add_list(session, "help@lists.example.org").id
    raw = mail("1@example.org").replace(b"\nSubject", b"\nCc: help@lists.example.org\nSubject", 1)

    kept = store.keep(incoming(list_id, [raw]) + incoming(other, [raw]))

    assert [(one.new_message, one.new_posting) for one in kept] == [(True, True), (False, True)]
    assert (count(store, Message), count(store, Posting)) == (1, 2)


def test_one_message_id_with_two_contents_keeps_both(store: Store, list_id: int) -> None:
    store.keep(incoming(list_id, [mail("1@example.org"), mail("1@example.org", text="lain")]))

    with store.database.session() as session:
        (top,) = tree(session, session.scalars(select(Thread.id)).one())
    assert len(top.versions) == 2


def test_a_message_without_an_id_gets_one_from_its_digest(store: Store, list_id: int) -> None:
    raw = b"From: Ayu Lestari <ayu@example.org>\nSubject: tanpa id\n\nisi\n"
    store.keep(incoming(list_id, [raw]))

    with store.database.session() as session:
        row = session.scalars(select(Message)).one()
    assert row.message_id_derived
    assert f"{row.digest.hex()}@derived.pakar.invalid" == row.message_id


def test_a_reply_that_comes_before_its_parent_ends_in_its_thread(
    store: Store, list_id: int
) -> None:
    reply = mail("2@example.org", subject="Re: vpn putus", day=1, reply_to="1@example.org")
    store.keep(incoming(list_id, [reply]))
    with store.database.session() as session:
        (ghost,) = tree(session, session.scalars(select(Thread.id)).one())
    assert (ghost.message_id, ghost.versions) == ("1@example.org", [])

    store.keep(incoming(list_id, [mail("1@example.org")]))

    assert {frozenset({("1@example.org", None), ("2@example.org", "1@example.org")})} == forest(
        store
    )


def test_two_threads_become_one_when_the_link_between_them_arrives(
    store: Store, list_id: int
) -> None:
    first = mail("1@example.org")
    third = mail("3@example.org", subject="Re: vpn putus", day=2, reply_to="2@example.org")
    store.keep(incoming(list_id, [first]))
    store.keep(incoming(list_id, [third]))
    assert count(store, Thread) == 2

    link = mail("2@example.org", subject="Re: vpn putus", day=1, reply_to="1@example.org")
    store.keep(incoming(list_id, [link]))

    assert count(store, Thread) == 1
    assert len(forest(store)) == 1


def conversation() -> list[bytes]:
    """Threads with ghosts, late parents, loops, orphans joined by subject, a new address."""
    people = ["Ayu Lestari <ayu@example.org>", "Budi Santoso <budi@example.net>"]
    made = []
    for number in range(24):
        moved = "Ayu Lestari <ayu.lestari@example.com>" if number > 16 else people[0]
        author = moved if number % 2 == 0 else people[1]
        references = (f"{number // 3}@example.org",) if number % 3 else ()
        orphan = number in {7, 13}
        made.append(
            mail(
                f"{number}@example.org",
                author=author,
                subject=f"{'Re: ' if number % 3 or orphan else ''}soal {number % 4}",
                day=number * 1.5,
                references=() if orphan else references,
                text=f"Isi pesan ke-{number}",
            )
        )
    made.append(mail("ring-a@example.org", day=40, references=("ring-b@example.org",)))
    made.append(mail("ring-b@example.org", day=41, references=("ring-a@example.org",)))
    return made


@pytest.mark.parametrize("seed", range(4))
def test_threads_and_people_do_not_depend_on_order_or_batches(
    store: Store, list_id: int, seed: int
) -> None:
    messages = conversation()
    store.keep(incoming(list_id, messages))
    expected = forest(store)
    with store.database.transaction() as session:
        other_list = add_list(session, "other@lists.example.org").id
    shuffler = random.Random(seed)  # a fixed seed: a failure repeats
    again = [
        raw.replace(b"example.org>", b"x.example.org>").replace(b"<talk.lists.x.", b"<other.lists.")
        for raw in messages
    ]
    shuffler.shuffle(again)
    while again:
        size = shuffler.randint(1, 5)
        store.keep(incoming(other_list, again[:size]))
        again = again[size:]

    renamed = {
        frozenset(
            (one.replace("@x.", "@"), above.replace("@x.", "@") if above else None)
            for one, above in members
        )
        for members in forest(store)
        if any("@x." in one for one, _ in members)
    }
    assert expected == renamed


def test_how_many_are_looked_at_for_a_quote_does_not_depend_on_the_order(
    store: Store, list_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("guesses", "affected"):
        monkeypatch.setattr(f"archive.threads.{module}.MAX_CANDIDATES", 2)
    quoted = "The tunnel falls silent after an hour."
    messages = [
        mail("a@example.org", text=quoted),
        mail("b@example.org", day=10, text="Other words, of another problem."),
        mail("c@example.org", day=20, text="Words of a third problem, with no answer."),
        mail("o@example.org", day=25, references=("lost@example.org",), text=f"> {quoted}\n\nYes"),
        # Joins the threads of two messages, and has neither of those between beside it.
        mail("n@example.org", day=60, references=("a@example.org", "o@example.org")),
    ]

    for raw in messages:
        store.keep(incoming(list_id, [raw]))

    links = {one: parent for members in forest(store) for one, parent in members}
    # Two later messages of the subject stand between the quote and what it quotes.
    assert links["o@example.org"] is None
    assert links["n@example.org"] == "o@example.org"


def test_one_person_with_two_addresses_is_one_person(store: Store, list_id: int) -> None:
    store.keep(
        incoming(
            list_id,
            [
                mail("1@example.org"),
                mail("2@example.org", author="Ayu Lestari <ayu@new.example.com>", day=9),
                mail("3@example.org", author="Budi Santoso <budi@example.net>"),
            ],
        )
    )

    with store.database.session() as session:
        owners = dict(session.execute(select(Address.email, Address.person_id)).all())
        merged = session.scalars(select(Person).where(Person.merged_into.is_not(None))).all()
    assert owners["ayu@example.org"] == owners["ayu@new.example.com"]
    assert owners["budi@example.net"] != owners["ayu@example.org"]
    assert [owners["ayu@example.org"]] == [person.merged_into for person in merged]


def test_a_locked_store_says_so_and_stores_nothing(settings: Settings) -> None:
    database = Database(settings.database_url, busy_timeout_ms=50)
    store = Store(database, settings)
    with database.transaction() as session:
        list_id = add_list(session, "talk@lists.example.org").id
    holder = sqlite3.connect(settings.data_dir / "pakar.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailableError, match="locked"):
        store.keep(incoming(list_id, [mail("1@example.org")]))

    holder.execute("ROLLBACK")
    holder.close()
    assert count(store, Message) == 0
    database.close()


def test_a_full_disk_is_an_error_and_stores_nothing(settings: Settings) -> None:
    database = Database(settings.database_url)
    store = Store(database, settings)
    with database.transaction() as session:
        list_id = add_list(session, "talk@lists.example.org").id
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    with database.engine.connect() as connection:
        # What SQLite answers when the disk is full, without filling a disk.
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    large = mail("1@example.org", text="".join(random.Random(1).choices("abcdefgh", k=400_000)))
    with pytest.raises(StoreUnavailableError, match="full"):
        store.keep(incoming(list_id, [large]))

    assert count(store, Message) == 0
    database.close()


def test_an_unknown_message_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.raw(4711)


def test_verify_finds_no_fault_in_a_sound_store_and_names_damage(
    store: Store, list_id: int
) -> None:
    store.keep(incoming(list_id, conversation()))
    indexes = AudienceIndexes(store.settings.index_folder, store.parsed)
    with store.database.session() as session:
        indexes.public.follow(session)
    assert verify(store, indexes).faults == ()

    with store.database.transaction() as session:
        damaged = session.get_one(RawMessage, 1)
        damaged.data = damaged.data[:-9] + b"xxxxxxxxx"
        session.get_one(Message, 2).parent_id = session.scalars(
            select(Message.id).where(Message.thread_id != session.get_one(Message, 2).thread_id)
        ).first()

    faults = {fault.where for fault in verify(store, indexes).faults}
    assert {"message 1", "message 2"} == faults


def test_an_id_too_long_for_any_index_is_stored_under_a_derived_one(
    store: Store, list_id: int
) -> None:
    long_id = "\N{SMILING FACE WITH SUNGLASSES}" * 990 + "@example.org"
    raw = mail(long_id, references=(long_id.replace("example", "other"),))

    (kept,) = store.keep(incoming(list_id, [raw]))

    with store.database.session() as session:
        row = session.get_one(Message, kept.message)
    assert row.message_id_derived
    assert row.parent_reference is None
    assert store.raw(row.id) == raw
