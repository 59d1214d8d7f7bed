"""Addresses that several people share belong to nobody; each name on them is a person."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.errors import ConflictError
from archive.lists.registry import add_list
from archive.people import decisions
from archive.people.mailmap import read_mailmap
from archive.people.sharing import is_shared, named_key, shared_email
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import Address, AddressName, Message, Person, Thread
from tests.archive.messages import mail

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DESK = "meja@example.org"
NAMES = ("Karin Holm", "Luca Bindi", "Mateo Rossi", "Nadia Flint")


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


def keep(store: Store, *raws: bytes) -> None:
    with store.database.transaction() as session:
        list_id = add_list(session, "talk@lists.example.org").id
    for raw in raws:
        store.keep([Incoming(raw, list_id, "import", NOW)])


def posts(*authors: str) -> list[bytes]:
    return [mail(f"{day}@x.example.org", author=one, day=day) for day, one in enumerate(authors)]


def authors(store: Store) -> dict[str, tuple[str, int]]:
    """By the display name of each post: the key of its sender, and the person."""
    with store.database.session() as session:
        rows = session.execute(
            select(Message.author_name, Address.key, Address.person_id).join(Message.address)
        )
        return {name: (key, person) for name, key, person in rows}


def persons(store: Store) -> set[int]:
    return {person for _, person in authors(store).values()}


@pytest.mark.parametrize(
    ("email", "uses", "expected"),
    [
        (DESK, dict.fromkeys(NAMES, 1), True),
        (DESK, {"Karin Holm": 90, "Luca Bindi": 1, "Mateo Rossi": 1}, True),
        (DESK, {"Karin Holm": 3, "Luca Bindi": 3}, False),
        ("forum@example.org", {"Karin Holm": 3, "Luca Bindi": 1}, True),
        ("forum@example.org", {"kh77": 3, "luca_b": 1, "matt": 1}, True),
        ("no-reply@example.org", {"Karin Holm": 3, "Luca Bindi (Code Review)": 1}, True),
        (DESK, {"Karin Holm": 3, "Karin Berg": 1, "Holm, K.": 1, "karin": 1}, False),
        (DESK, {"Beatriz González": 2, "Bea GD": 2, "Gonzalez B": 1}, False),
        (DESK, {"Taro Yamada": 5, "山田 太郎さん": 5, "Таро Ямада": 5}, False),
        ("info@example.org", {"Karin Holm": 3}, False),
        ("karin@example.org", {"karin": 3, "Karin Holm": 1, "kh": 1}, False),
        (DESK, {"kh77": 1, "luca_b": 1, "matt": 1, "nad": 1, "zoe": 1}, True),
        (DESK, {}, False),
    ],
)
def test_an_address_is_shared_when_unrelated_names_use_it(
    email: str, uses: dict[str, int], expected: bool
) -> None:
    assert is_shared(email, uses) is expected


def test_the_key_of_a_name_on_an_address_holds_both() -> None:
    key = named_key(DESK, "Holm, Karin")

    assert key == named_key(DESK, "Karin Holm") == f"name:holm karin <{DESK}>"
    assert shared_email(key) == DESK
    assert shared_email(DESK) is None
    assert shared_email("name:karin holm") is None
    assert len(named_key(DESK, "x" * 1_000)) <= 400


@pytest.mark.parametrize("seed", range(3))
def test_each_name_on_a_shared_address_is_a_person_whatever_came_first(
    store: Store, seed: int
) -> None:
    raws = posts(*(f"{name} <{DESK}>" for name in (*NAMES, NAMES[0])))
    random.Random(seed).shuffle(raws)

    keep(store, *raws)

    assert authors(store).keys() == set(NAMES)
    assert len(persons(store)) == 4
    assert {key for key, _ in authors(store).values()} == {named_key(DESK, n) for n in NAMES}
    with store.database.session() as session:
        assert session.scalar(select(Address).where(Address.key == DESK)) is None
        uses = session.execute(select(AddressName.name, AddressName.uses))
        assert dict(uses.all())["Karin Holm"] == 2
        assert session.scalars(select(Person.name)).all().count("Karin Holm") == 1


def test_a_name_on_a_shared_address_is_the_list_member_of_that_name(store: Store) -> None:
    keep(store, *posts("Karin Holm <karin@example.net>", *(f"{one} <{DESK}>" for one in NAMES)))

    assert len(persons(store)) == 4


def test_a_thread_counts_the_people_behind_one_address(store: Store) -> None:
    keep(
        store,
        *(
            mail(f"{day}@x.example.org", author=f"{name} <{DESK}>", day=day, reply_to=reply)
            for day, (name, reply) in enumerate(
                zip(NAMES, (None, *["0@x.example.org"] * 3), strict=True)
            )
        ),
    )

    with store.database.session() as session:
        assert session.scalars(select(Thread.people)).all() == [4]


def test_a_hidden_address_stays_hidden_when_it_is_parted(store: Store) -> None:
    keep(store, *posts(f"Karin Holm <{DESK}>"))
    with store.database.transaction() as session:
        decisions.hide(session, decisions.find_people(session, DESK)[0], author="ratna")

    keep(store, *posts(*(f"{name} <{DESK}>" for name in NAMES)))

    with store.database.session() as session:
        hidden = session.scalars(select(Person.name).where(Person.hidden)).all()
    assert "Karin Holm" in hidden


def test_a_split_parts_one_name_from_an_address_and_undo_joins_it_again(store: Store) -> None:
    keep(store, *posts(f"Karin Holm <{DESK}>", f"Luca Bindi <{DESK}>", f"Karin Holm <{DESK}>"))
    (person,) = persons(store)
    with store.database.transaction() as session:
        decision = decisions.split(
            session, person, [f"Luca Bindi <{DESK}>"], author="ratna", reason="his own"
        ).id

    assert len(persons(store)) == 2
    assert authors(store)["Karin Holm"] == (DESK, person)
    keep(store, mail("9@x.example.org", author=f"Luca Bindi <{DESK}>", day=9))
    assert len(persons(store)) == 2

    with store.database.transaction() as session:
        decisions.PEOPLE.undo(session, decision, author="ratna")

    assert authors(store) == dict.fromkeys(NAMES[:2], (DESK, person))


def test_a_split_of_a_name_that_the_address_never_showed_is_refused(store: Store) -> None:
    keep(store, *posts(f"Karin Holm <{DESK}>"))
    (person,) = persons(store)
    with (
        store.database.transaction() as session,
        pytest.raises(ConflictError, match="is no address of person"),
    ):
        decisions.split(session, person, [f"Luca Bindi <{DESK}>"], author="ratna")


def test_a_mailmap_gives_each_name_on_a_shared_address_to_its_person(store: Store) -> None:
    with store.database.transaction() as session:
        entries = read_mailmap(
            f"Karin Holm <karin@example.net> Karin Holm <{DESK}>\n"
            f"Luca B. <luca@example.net> luca <{DESK}>\n"
        )
        decisions.apply_mailmap(session, entries, author="ratna")

    keep(
        store,
        *posts(
            "K. H. <karin@example.net>",
            "L. B. <luca@example.net>",
            f"luca <{DESK}>",
            *(f"{name} <{DESK}>" for name in NAMES),
        ),
    )

    found = authors(store)
    with store.database.session() as session:
        rows = session.execute(select(Address.key, Address.person_id))
        owners = dict(rows.all())
    assert found["Karin Holm"][1] == owners["karin@example.net"]
    assert found["luca"][1] == owners["luca@example.net"]
    assert len(persons(store)) == 5


def test_people_are_found_by_a_name_on_an_address_and_by_the_shared_address(store: Store) -> None:
    keep(store, *posts(*(f"{name} <{DESK}>" for name in NAMES)))

    with store.database.session() as session:
        assert len(decisions.find_people(session, f"Nadia Flint <{DESK.upper()}>")) == 1
        assert len(decisions.find_people(session, DESK)) == 4


def test_a_decision_on_the_only_name_of_an_address_holds_however_people_are_joined(
    store: Store,
) -> None:
    with store.database.transaction() as session:
        entries = read_mailmap(f"Luca B. <luca@example.net> luca <{DESK}>\n")
        decisions.apply_mailmap(session, entries, author="ratna")
    keep(store, *posts("L. B. <luca@example.net>", f"luca <{DESK}>"))
    before = authors(store)
    assert len(persons(store)) == 1

    store.settle(full=True)

    assert authors(store) == before
