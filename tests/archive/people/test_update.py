"""People in the store: what mail and what moderators say, in whatever order it comes."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from archive.database import Database
from archive.errors import ConflictError, NotFoundError, UsageError
from archive.lists.registry import add_list
from archive.people import decisions
from archive.people.mailmap import MailmapEntry, read_mailmap
from archive.people.suggestions import (
    INITIALS,
    LOCAL_PART,
    OTHER_LIST,
    refresh_suggestions,
    take_suggestion,
)
from archive.people.update import join_people
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import Address, IdentityClaim, MergeSuggestion, Person
from tests.archive.messages import mail

NOW = datetime(2026, 3, 1, tzinfo=UTC)
AYU, AYU_AT_WORK, AYU_LATER = "ayu@example.org", "ayu.l@example.com", "ayu.lestari@example.net"
BUDI = "budi@example.org"


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


def keep(store: Store, *raws: bytes, address: str = "talk@lists.example.org") -> None:
    with store.database.transaction() as session:
        list_id = add_list(session, address).id
    store.keep([Incoming(raw, list_id, "import", NOW) for raw in raws])


def posts(*authors: str) -> list[bytes]:
    """One post by each author, a day apart."""
    return [
        mail(f"{day}@mail.example.org", author=author, subject=f"hal {day}", day=day)
        for day, author in enumerate(authors)
    ]


def people(store: Store) -> set[frozenset[str]]:
    """The addresses of each person."""
    groups: dict[int, set[str]] = {}
    with store.database.session() as session:
        for key, person in session.execute(select(Address.key, Address.person_id)):
            groups.setdefault(person, set()).add(key)
    return {frozenset(group) for group in groups.values()}


def person_of(store: Store, key: str) -> Person:
    with store.database.session() as session:
        return session.scalars(
            select(Person).join(Address, Address.person_id == Person.id).where(Address.key == key)
        ).one()


def merge(store: Store, one: str, other: str) -> int:
    with store.database.transaction() as session:
        ids = person_of(store, one).id, person_of(store, other).id
        return decisions.merge(session, *ids, author="ratna", reason="told by mail").id


def split(store: Store, who: str, *leaving: str) -> int:
    with store.database.transaction() as session:
        return decisions.split(session, person_of(store, who).id, leaving, author="ratna").id


def undo(store: Store, decision: int) -> None:
    with store.database.transaction() as session:
        decisions.PEOPLE.undo(session, decision, author="ratna")


def test_a_merge_holds_through_later_mail_and_its_undo_gives_everybody_their_id_back(
    store: Store,
) -> None:
    keep(store, *posts(f"Ayu Lestari <{AYU}>", f"Budi Santosa <{BUDI}>"))
    before = {key: person_of(store, key).id for key in (AYU, BUDI)}

    decision = merge(store, AYU, BUDI)
    keep(store, *posts(f"Budi Santosa <{BUDI}>", f"Ayu Lestari <{AYU_LATER}>")[1:])
    with store.database.transaction() as session:
        join_people(session)

    assert people(store) == {frozenset({AYU, BUDI, AYU_LATER})}
    with store.database.session() as session:
        leads = session.get_one(Person, max(before.values())).merged_into
    assert leads == min(before.values())

    undo(store, decision)

    assert people(store) == {frozenset({AYU, AYU_LATER}), frozenset({BUDI})}
    assert {key: person_of(store, key).id for key in (AYU, BUDI)} == before
    assert person_of(store, BUDI).merged_into is None


def test_a_split_holds_against_the_rule_that_joined(store: Store) -> None:
    keep(store, *posts(f"Ayu Lestari <{AYU}>", f"Ayu Lestari <{AYU_AT_WORK}>"))
    assert people(store) == {frozenset({AYU, AYU_AT_WORK})}

    decision = split(store, AYU, AYU_AT_WORK)
    keep(store, *posts("", "", f"Ayu Lestari <{AYU_LATER}>")[2:])

    # Two people bear the name now, so the third address is for a moderator to judge.
    assert people(store) == {frozenset({one}) for one in (AYU, AYU_AT_WORK, AYU_LATER)}

    undo(store, decision)

    assert people(store) == {frozenset({AYU, AYU_AT_WORK, AYU_LATER})}


def test_what_a_split_leaves_stays_together(store: Store) -> None:
    addresses = (AYU, AYU_AT_WORK, AYU_LATER)
    keep(store, *posts(*(f"Ayu Lestari <{one}>" for one in addresses)))

    split(store, AYU, AYU_LATER)

    assert people(store) == {frozenset({AYU, AYU_AT_WORK}), frozenset({AYU_LATER})}


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_mail_gives_the_same_people_with_the_same_decisions(
    store: Store, seed: int
) -> None:
    raws = posts(
        f"Ayu Lestari <{AYU}>",
        f"Lestari, Ayu <{AYU_AT_WORK}>",
        f"Budi Santosa <{BUDI}>",
        "Ayu Lestari <talk@lists.example.org>",
        "B. Santosa <b.santosa@example.com>",
        "Budi Santosa <b.santosa@example.com>",
        f"Ayu <{AYU}>",
        "Wang Wei <wang.wei@example.org>",
        "Wei Wang <ww@example.com>",
    )
    with store.database.transaction() as session:
        entries = [MailmapEntry("Citra Dewi", BUDI, None, "wang.wei@example.org")]
        decisions.apply_mailmap(session, entries, author="ratna")
    random.Random(seed).shuffle(raws)

    for raw in raws:
        keep(store, raw)

    expected = {
        frozenset({AYU, AYU_AT_WORK, "name:ayu lestari"}),
        frozenset({BUDI, "b.santosa@example.com", "wang.wei@example.org"}),
        frozenset({"ww@example.com"}),
    }
    assert people(store) == expected
    assert person_of(store, BUDI).name == "Citra Dewi"
    assert person_of(store, AYU).name == "Ayu Lestari"


def test_a_hidden_person_stays_hidden_with_every_address_that_joins(store: Store) -> None:
    keep(store, *posts(f"Ayu Lestari <{AYU}>", f"Budi Santosa <{BUDI}>"))
    with store.database.transaction() as session:
        hiding = decisions.hide(session, person_of(store, AYU).id, author="ratna").id

    keep(store, *posts("", "", f"Ayu Lestari <{AYU_LATER}>")[2:])

    assert person_of(store, AYU_LATER).hidden
    assert not person_of(store, BUDI).hidden

    undo(store, hiding)

    assert not person_of(store, AYU_LATER).hidden


def test_a_mailmap_is_taken_over_once_also_for_one_name_on_an_address(store: Store) -> None:
    keep(
        store,
        *posts(
            f"Ayu Lestari <{AYU}>",
            f"Budi Santosa <{BUDI}>",
            "Citra <meja@example.org>",
            "Dian <meja@example.org>",
        ),
    )
    entries = read_mailmap(
        "# who is who\n"
        f"Ayu L. <{AYU}> <{BUDI}>  # one and the same\n"
        f"Citra Dewi <citra@example.org> Citra <meja@example.org>\n"
    )

    with store.database.transaction() as session:
        decision = decisions.apply_mailmap(session, entries, author="ratna")
        again = decisions.apply_mailmap(session, entries, author="ratna")

    assert decision is not None
    assert again is None
    assert person_of(store, "name:citra <meja@example.org>").name == "Citra"
    assert person_of(store, "meja@example.org").name == "Dian"
    assert person_of(store, BUDI).name == "Ayu L."
    assert frozenset({AYU, BUDI}) in people(store)


@pytest.mark.parametrize("line", ["Ayu Lestari", "<ayu@example.org>", "Ayu <a b>", "Ayu <x> <"])
def test_a_line_that_is_no_mailmap_is_named(line: str) -> None:
    with pytest.raises(UsageError, match="line 2"):
        read_mailmap(f"\n{line}\n")


def test_suggestions_have_reasons_and_a_refused_one_never_returns(store: Store) -> None:
    keep(
        store,
        *posts(
            f"Ayu Lestari <{AYU}>",
            "Ayu Kartika Lestari <akl@example.com>",
            "Gunawan <gunawan.s@example.org>",
            "Gunawan <gunawan.s@example.com>",
        ),
    )
    keep(store, mail("9@mail.example.org", author="Ayu Lestari <al@example.net>"), address="x@y.id")

    assert suggested(store) == {
        ("akl@example.com", AYU, INITIALS),
        ("gunawan.s@example.com", "gunawan.s@example.org", LOCAL_PART),
        ("al@example.net", AYU, OTHER_LIST),
    }
    with store.database.transaction() as session:
        of_initials = select(MergeSuggestion.id).where(MergeSuggestion.reason == INITIALS)
        number = session.scalars(of_initials).one()
        one, other, _ = take_suggestion(session, number)
        decisions.tell_apart(session, one, other, author="ratna")

    assert INITIALS not in {reason for *_, reason in suggested(store)}


def suggested(store: Store) -> set[tuple[str, str, str]]:
    with store.database.transaction() as session:
        refresh_suggestions(session)
        keys = dict(session.execute(select(Address.id, Address.key)).all())
        return {
            (min(pair), max(pair), one.reason)
            for one in session.scalars(select(MergeSuggestion))
            for pair in [(keys[one.one], keys[one.other])]
        }


def test_what_cannot_be_decided_is_refused_and_changes_nothing(store: Store) -> None:
    keep(store, *posts(f"Ayu Lestari <{AYU}>"))
    person = person_of(store, AYU).id

    with pytest.raises(ConflictError), store.database.transaction() as session:
        decisions.merge(session, person, person, author="ratna")
    with pytest.raises(ConflictError), store.database.transaction() as session:
        decisions.split(session, person, [AYU], author="ratna")
    with pytest.raises(NotFoundError), store.database.transaction() as session:
        decisions.PEOPLE.undo(session, 1, author="ratna")

    with store.database.session() as session:
        assert decisions.PEOPLE.decisions(session) == []


def test_a_decision_on_a_name_holds_for_the_hidden_addresses_behind_it(store: Store) -> None:
    hidden = "@yu @end|ng |rom ex@mp|e@org (Ayu Lestari)"
    with store.database.transaction() as session:
        entries = [MailmapEntry("Ayu Lestari", BUDI, None, "x@example.org")]
        decisions.apply_mailmap(session, entries, author="ratna")
        session.execute(
            update(IdentityClaim)
            .where(IdentityClaim.other == "x@example.org")
            .values(other="name:ayu lestari")
        )
    keep(store, *posts(f"Budi Santosa <{BUDI}>", hidden))

    assert people(store) == {frozenset({BUDI, "name:ayu lestari (?yu@ex?mp?e?org)"})}
