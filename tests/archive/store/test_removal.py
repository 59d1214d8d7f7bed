from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

import reputation.tables as judged
from archive.database import Database
from archive.lists.registry import add_alias, add_list, find_list
from archive.search.audiences import AudienceIndexes
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import Address, MailingList, Message, Person, Posting, Removal, SetAsideMail
from archive.upkeep.list_removal import remove_list
from archive.upkeep.verify import verify
from tests.archive.messages import mail

NOW = datetime(2026, 11, 1, tzinfo=UTC)
BUDI = "Budi Santoso <budi@example.net>"


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


def arrive(store: Store, address: str, *raws: bytes) -> None:
    with store.database.session() as session:
        list_id = find_list(session, address).id
    store.keep([Incoming(raw, list_id, "import", NOW) for raw in raws])


def count(store: Store, model: type[object]) -> int:
    with store.database.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_removed_list_is_gone_with_its_mail_and_others_keep_theirs(store: Store) -> None:
    with store.database.transaction() as session:
        add_list(session, "talk@lists.example.org")
        gone = add_list(session, "help@lists.example.org")
        add_alias(session, gone, "help@old.example.org")
    root = mail("1@example.org")
    shared = mail("2@example.org", day=1, reply_to="1@example.org")
    arrive(store, "talk@lists.example.org", shared)
    arrive(
        store,
        "help@lists.example.org",
        root,
        shared,
        mail("3@example.net", author=BUDI, day=2, references=("1@example.org", "2@example.org")),
    )
    store.keep([Incoming(b"Auto-Submitted: auto-replied\n\nx", 2, "smtp", NOW)])
    arrive(store, "talk@lists.example.org", mail("4@example.org", subject="router", day=3))
    indexes = AudienceIndexes(store.settings.index_folder, store.parsed)
    with store.database.transaction() as session:
        indexes.public.follow(session)
        budi = session.scalars(select(Person.id).where(Person.name == "Budi Santoso")).one()
        session.add(judged.Evidence(message_id=3, person_id=budi, thanked=False))

    with store.database.transaction() as session:
        removed = remove_list(session, find_list(session, "help@old.example.org"))

    assert (removed.messages, removed.postings, removed.set_aside) == (2, 3, 1)
    with store.database.session() as session:
        assert session.scalars(select(MailingList.address)).all() == ["talk@lists.example.org"]
        left, _ = session.scalars(select(Message).order_by(Message.date)).all()
        assert (left.message_id, left.parent_id) == ("2@example.org", None)
        assert session.scalars(select(Address.key)).all() == ["ayu@example.org"]
        assert session.scalars(select(Person.name)).all() == ["Ayu Lestari"]
        indexes.public.follow(session)
        assert not indexes.public.is_behind(session)
    assert (count(store, Posting), count(store, SetAsideMail)) == (2, 0)
    assert count(store, judged.Evidence) == 0
    found = verify(store, indexes)
    assert (found.faults, found.messages, found.indexed) == ((), 2, 2)


def test_numbers_of_removed_messages_are_never_given_out_again(store: Store) -> None:
    with store.database.transaction() as session:
        add_list(session, "talk@lists.example.org")
    arrive(store, "talk@lists.example.org", mail("1@example.org"), mail("2@example.org"))
    with store.database.transaction() as session:
        remove_list(session, find_list(session, "talk@lists.example.org"))
        add_list(session, "talk@lists.example.org")

    arrive(store, "talk@lists.example.org", mail("3@example.org"))

    with store.database.session() as session:
        assert session.scalars(select(Message.id)).all() == [3]
        assert session.query(Removal).one().messages == 2
