"""Layers: what private mail may not change, whenever it comes."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.database import Database
from archive.lists.layers import FIRST_PRIVATE, layer_of_id
from archive.lists.registry import add_list, find_list
from archive.people import decisions
from archive.settings import Settings
from archive.store.layers import derive_layers, has_layers
from archive.store.store import Incoming, Store
from archive.tables import Address, MailingList, Message, Person, Posting, Thread
from archive.upkeep.list_removal import remove_list
from tests.archive.messages import BEGINNING

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TALK, DEV, BOARD, CREW = (f"{name}@lists.example.org" for name in ("talk", "dev", "board", "crew"))
OPEN = frozenset({TALK, DEV})
Posted = tuple[str, bytes]
"""A list, and a mail that comes to it."""


def post(
    number: int,
    author: str,
    *references: int,
    subject: str = "vpn",
    day: float = 0,
    zone: int = 0,
    text: str = "Mohon bantuan.",
) -> bytes:
    date = BEGINNING.astimezone(timezone(timedelta(hours=zone))) + timedelta(days=day)
    headers = [
        f"From: {author}",
        f"Subject: {subject}",
        f"Date: {format_datetime(date)}",
        f"Message-ID: <{number}@mail.example.org>",
        f"X-Mailer: {'mutt' if zone else 'Thunderbird'}",
    ]
    if references:
        headers.append("References: " + " ".join(f"<{one}@mail.example.org>" for one in references))
    return ("\n".join(headers) + f"\n\n{text}\n").encode()


Opened = Callable[[], Store]


@pytest.fixture
def opened(
    settings: Settings, _migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    """Opens a fresh store with two public lists and then two private ones."""
    folder, number, databases = tmp_path_factory.mktemp("stores"), count(), list[Database]()

    def fresh() -> Store:
        path = folder / f"{next(number)}.db"
        shutil.copy(_migrated_sqlite, path)
        databases.append(Database(f"sqlite:///{path}"))
        return with_lists(databases[-1], settings)

    yield fresh
    for database in databases:
        database.close()


def with_lists(database: Database, settings: Settings) -> Store:
    with database.transaction() as session:
        for address in (TALK, DEV, BOARD, CREW):
            add_list(session, address, private=address not in OPEN)
    return Store(database, settings)


def keep(store: Store, batches: Sequence[Sequence[Posted]], lists: frozenset[str]) -> None:
    """Store what of each batch came to ``lists``."""
    with store.database.session() as session:
        ids = {row.address: row.id for row in session.scalars(select(MailingList))}
    for batch in batches:
        coming = [Incoming(raw, ids[one], "import", NOW) for one, raw in batch if one in lists]
        if coming:
            store.keep(coming)


@dataclass(frozen=True)
class Seen:
    """What there is of a store in some layers."""

    messages: dict[bytes, tuple[int | None, bytes | None, str | None]]
    addresses: dict[str, tuple[int, int, str | None]]
    people: dict[int, tuple[str, bool, int | None]]
    threads: set[int]


def seen(store: Store, *lists: str) -> Seen:
    """The rows of the public layer and of those of private ``lists``."""
    with store.database.session() as session:
        return _seen(session, [find_list(session, one).id for one in lists])


def _seen(session: Session, private: Sequence[int]) -> Seen:
    layers = {0, *private}
    readable = set(
        session.scalars(
            select(Posting.message_id)
            .join(MailingList)
            .where(~MailingList.private | MailingList.id.in_(private))
        )
    )
    rows = {row.id: row for row in session.scalars(select(Message)) if row.id in readable}
    wrote = {row.address_id for row in rows.values()}
    addresses = [row for row in session.scalars(select(Address)) if row.id in wrote]
    return Seen(
        messages={
            row.digest: (
                row.thread_id,
                None if row.parent_id is None else rows[row.parent_id].digest,
                row.parent_source,
            )
            for row in rows.values()
        },
        addresses={
            row.key: (row.own_person_id, row.person_id, row.merge_reason) for row in addresses
        },
        people={
            row.id: (row.name, row.hidden, row.merged_into)
            for row in session.scalars(select(Person))
            if layer_of_id(row.id) in layers
        },
        threads={one for one in session.scalars(select(Thread.id)) if layer_of_id(one) in layers},
    )


AYU, BUDI = "Ayu Lestari <ayu@example.org>", "Budi Santosa <budi@example.org>"
NAMES = ["Ayu Lestari", "Lestari, Ayu", "Budi Santosa", "Budi", "Wei Wang", "B. Santosa"]
ADDRESSES = ["ayu", "ayu.lestari", "budi", "bsantosa", "weiwang", "weiwang1"]


@st.composite
def correspondence(draw: st.DrawFn) -> list[list[Posted]]:
    """Batches of mail to four lists, by people with names in common; some to several lists."""
    batches: list[list[Posted]] = []
    number = count(1)
    for _ in range(draw(st.integers(1, 6))):
        batch: list[Posted] = []
        for _ in range(draw(st.integers(1, 4))):
            mail = post(
                draw(st.sampled_from([next(number), 1, 2])),
                f"{draw(st.sampled_from(NAMES))} <{draw(st.sampled_from(ADDRESSES))}"
                f"@example.{draw(st.sampled_from(['org', 'net']))}>",
                *draw(st.lists(st.integers(1, 24), max_size=3)),
                subject=draw(st.sampled_from(["vpn", "Re: vpn", "gis"])),
                day=draw(st.integers(0, 40)),
                zone=draw(st.sampled_from([0, 7])),
                text=draw(
                    st.sampled_from(
                        [
                            "Sambungan ke kantor putus tiap sore.",
                            "> Sambungan ke kantor putus tiap sore.\nCoba lagi.",
                        ]
                    )
                ),
            )
            lists = draw(
                st.lists(
                    st.sampled_from([TALK, DEV, BOARD, CREW]), min_size=1, max_size=2, unique=True
                )
            )
            batch.extend((one, mail) for one in lists)
        batches.append(batch)
    return batches


@given(batches=correspondence())
@examples(max_examples=12, suppress_health_check=list(HealthCheck))
def test_private_mail_changes_no_row_of_the_layers_before_it(
    opened: Opened, batches: list[list[Posted]]
) -> None:
    public, board, all_lists = opened(), opened(), opened()

    keep(public, batches, OPEN)
    keep(board, batches, OPEN | {BOARD})
    keep(all_lists, batches, OPEN | {BOARD, CREW})

    assert seen(board) == seen(all_lists) == seen(public)
    assert seen(board, BOARD) == seen(all_lists, BOARD)
    everything = seen(all_lists, BOARD, CREW)
    with all_lists.database.transaction() as session:
        derive_layers(session)
        assert has_layers(session)
    assert seen(all_lists, BOARD, CREW) == everything


def person_of(store: Store, key: str) -> Person:
    with store.database.session() as session:
        return session.scalars(
            select(Person).join(Address, Address.person_id == Person.id).where(Address.key == key)
        ).one()


def together(store: Store, *keys: str) -> bool:
    return len({person_of(store, key).id for key in keys}) == 1


AYU_AT_WORK = "Ayu Lestari <ayu.lestari@example.com>"
AYU_PRIVATELY = "Ayu Lestari <lestari@example.net>"


def test_a_private_address_joins_a_public_person_and_changes_neither_name_nor_hiding(
    opened: Opened,
) -> None:
    store = opened()
    quiet = [[(TALK, post(1, AYU)), (BOARD, post(2, "Ayu K. Lestari <ayu@example.org>"))]]
    quiet += [[(BOARD, post(3 + more, AYU_PRIVATELY, day=more))] for more in range(3)]
    keep(store, [*quiet, [(BOARD, post(9, AYU))]], OPEN | {BOARD})

    assert together(store, "ayu@example.org", "lestari@example.net")
    found = person_of(store, "lestari@example.net")
    assert (found.id, found.name) == (1, "Ayu Lestari")
    with store.database.transaction() as session:
        own = session.scalars(
            select(Address.own_person_id).where(Address.key == "lestari@example.net")
        ).one()
        # A decision that named the private address alone.
        decisions.tell_apart(session, 1, own, author="ratna")
        decisions.hide(session, own, author="ratna")
    with store.database.transaction() as session:
        decisions.PEOPLE.undo(session, 1, author="ratna")

    assert together(store, "ayu@example.org", "lestari@example.net")
    assert not person_of(store, "ayu@example.org").hidden


def test_private_mail_joins_no_two_public_people_and_parts_none(opened: Opened) -> None:
    """Of one name on two public lists; or of one list, writing unlike on the private one."""
    apart, joined = opened(), opened()
    both = [(TALK, post(1, AYU)), (DEV, post(2, AYU_AT_WORK))]
    keep(apart, [both, [(BOARD, post(3, AYU)), (BOARD, post(4, AYU_AT_WORK))]], OPEN | {BOARD})
    keep(apart, [[(BOARD, post(5, AYU_PRIVATELY))]], OPEN | {BOARD})

    assert not together(apart, "ayu@example.org", "ayu.lestari@example.com")
    # Two people bear the name there, so it tells nothing of a third address either.
    assert person_of(apart, "lestari@example.net").id >= FIRST_PRIVATE

    keep(joined, [[(TALK, post(1, AYU)), (TALK, post(2, AYU_AT_WORK))]], OPEN)
    unlike = [(BOARD, post(3 + more, AYU, day=more, zone=-8)) for more in range(4)]
    unlike += [(BOARD, post(9 + more, AYU_AT_WORK, day=more, zone=7)) for more in range(4)]
    keep(joined, [unlike], OPEN | {BOARD})

    assert together(joined, "ayu@example.org", "ayu.lestari@example.com")


def test_a_private_layer_attaches_to_nobody_of_another_but_by_decision(opened: Opened) -> None:
    store = opened()
    keep(store, [[(BOARD, post(1, AYU)), (CREW, post(2, AYU))]], OPEN | {BOARD, CREW})
    keep(store, [[(CREW, post(3, AYU_AT_WORK))]], OPEN | {CREW})
    one, other = (
        person_of(store, key).id for key in ("ayu@example.org", "ayu.lestari@example.com")
    )

    assert layer_of_id(one) < layer_of_id(other)

    with store.database.transaction() as session:
        decisions.merge(session, one, other, author="ratna")
    assert together(store, "ayu@example.org", "ayu.lestari@example.com")


def test_a_private_message_hangs_under_one_public_thread_and_joins_no_two(opened: Opened) -> None:
    store = opened()
    public = [(TALK, post(1, AYU, subject="a")), (TALK, post(2, BUDI, subject="b", day=1))]
    bridge = post(3, BUDI, 1, 2, subject="c", day=2)
    # Public mail answers what only the private list has.
    later = [(TALK, post(4, AYU, 3, subject="d", day=3)), (TALK, post(5, AYU, 1, 3, 2, day=4))]
    keep(store, [public[:1], [(BOARD, bridge)], public[1:], later[:1]], OPEN | {BOARD})

    with store.database.session() as session:
        rows = {row.message_id[0]: row for row in session.scalars(select(Message))}
    assert rows["3"].parent_id is None or rows["3"].parent_id == rows["2"].id
    assert len({rows[one].thread_id for one in "124"}) == 3
    assert rows["4"].parent_id is None

    keep(store, [later[1:]], OPEN)
    alone = opened()
    keep(alone, [public[:1], public[1:], later[:1], later[1:]], OPEN)
    assert seen(store) == seen(alone)


def test_what_becomes_public_gets_the_next_public_id_and_its_former_one_leads_there(
    opened: Opened,
) -> None:
    store = opened()
    mail = post(1, AYU)
    keep(store, [[(CREW, mail)], [(TALK, post(2, BUDI, subject="b"))]], OPEN | {CREW})
    private = person_of(store, "ayu@example.org").id

    keep(store, [[(BOARD, mail)]], OPEN | {BOARD})
    board = person_of(store, "ayu@example.org").id
    keep(store, [[(TALK, mail)]], OPEN)

    assert FIRST_PRIVATE <= board < private
    assert person_of(store, "ayu@example.org").id == 2
    with store.database.session() as session:
        assert session.get_one(Person, board).merged_into == 2
        assert set(session.scalars(select(Thread.id))) == {1, 2}


@pytest.mark.parametrize("order", range(3))
def test_layers_do_not_depend_on_the_order_of_mail(opened: Opened, order: int) -> None:
    store, again = opened(), opened()
    mail = [
        (TALK, post(1, AYU)),
        (TALK, post(2, AYU_AT_WORK, 1, day=1)),
        (BOARD, post(3, AYU_PRIVATELY, 2, 7, day=2)),
        (BOARD, post(4, BUDI, 3, 1, day=3)),
        (CREW, post(5, BUDI, 3, 7, day=4)),
        (DEV, post(6, BUDI, 4, 7, day=5)),
        (BOARD, post(6, BUDI, 4, 7, day=5)),
    ]
    keep(store, [[one] for one in mail], OPEN | {BOARD, CREW})
    shuffled = [mail, mail[::-1], random.Random(7).sample(mail, len(mail))][order]
    keep(again, [[one] for one in shuffled], OPEN | {BOARD, CREW})

    assert _groups(store) == _groups(again)


def _groups(store: Store) -> tuple[set[frozenset[str]], set[frozenset[bytes]]]:
    people: dict[int, set[str]] = {}
    threads: dict[int | None, set[bytes]] = {}
    with store.database.session() as session:
        for row in session.scalars(select(Address)):
            people.setdefault(row.person_id, set()).add(row.key)
        for message in session.scalars(select(Message)):
            threads.setdefault(message.thread_id, set()).add(message.digest)
    return set(map(frozenset, people.values())), set(map(frozenset, threads.values()))


MIXED: list[list[Posted]] = [
    [(BOARD, post(1, BUDI, subject="a"))],
    [(TALK, post(2, AYU, 1, subject="b", day=1)), (BOARD, post(3, AYU_AT_WORK, 1, 2, day=2))],
    [(BOARD, post(4, AYU, 2, subject="d", day=3)), (TALK, post(5, "C <c@example.org>", 4, day=4))],
]


def test_making_a_list_private_or_removing_it_leaves_the_rows_of_a_store_without_it(
    opened: Opened,
) -> None:
    alone, hidden, removed = opened(), opened(), opened()
    keep(alone, MIXED, OPEN)
    for store in (hidden, removed):
        keep(store, MIXED, OPEN | {BOARD})
        with store.database.transaction() as session:
            find_list(session, BOARD).private = False
            session.flush()
            derive_layers(session)
        assert all(person.id < FIRST_PRIVATE for person in [person_of(store, "budi@example.org")])

    with hidden.database.transaction() as session:
        find_list(session, BOARD).private = True
        session.flush()
        derive_layers(session)
    with removed.database.transaction() as session:
        find_list(session, BOARD).private = True
        session.flush()
        derive_layers(session)
        remove_list(session, find_list(session, BOARD))

    assert seen(hidden) == seen(alone)
    assert {key: row[2] for key, row in seen(removed).addresses.items()} == {
        key: row[2] for key, row in seen(alone).addresses.items()
    }
    assert seen(removed).messages == seen(alone).messages
    with removed.database.session() as session:
        assert all(one < FIRST_PRIVATE for one in session.scalars(select(Address.person_id)))


def test_a_store_of_an_older_version_gets_its_layers_when_it_is_next_settled(
    opened: Opened,
) -> None:
    store = opened()
    keep(store, MIXED, OPEN | {BOARD})
    with store.database.transaction() as session:
        # As it was: all lists in one layer.
        session.execute(update(MailingList).values(private=False))
        derive_layers(session)
        session.execute(
            update(MailingList).where(MailingList.address == BOARD).values(private=True)
        )
        assert not has_layers(session)

    store.settle()

    with store.database.session() as session:
        assert has_layers(session)
    assert person_of(store, "budi@example.org").id >= FIRST_PRIVATE


def test_layers_are_the_same_on_postgresql(
    database: Database, settings: Settings, opened: Opened
) -> None:
    expected, store = opened(), with_lists(database, settings)
    for one in (expected, store):
        keep(one, MIXED, OPEN | {BOARD})

    assert seen(store, BOARD) == seen(expected, BOARD)
