from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.database import Database
from archive.errors import NotFoundError, UsageError
from archive.lists.registry import add_alias, add_list, find_list, remove_alias
from archive.settings import Settings
from archive.store import quarantine
from archive.store.arrivals import Incoming, Kept
from archive.store.store import Store
from archive.tables import MailingList, Posting, SetAsideMail, Status
from tests.archive.messages import mail

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FOREIGN = b"bincang.milis.example"


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


@pytest.fixture
def talk(store: Store) -> int:
    with store.database.transaction() as session:
        return add_list(session, "talk@lists.example.org").id


def arrive(store: Store, list_id: int, *raws: bytes) -> list[Kept]:
    return store.keep([Incoming(raw, list_id, "smtp", NOW, "x@example.org") for raw in raws])


def foreign(identifier: str) -> bytes:
    return mail(identifier).replace(b"talk.lists.example.org", FOREIGN)


def statuses(store: Store) -> list[str]:
    with store.database.session() as session:
        return [row.status for row in session.query(SetAsideMail).order_by(SetAsideMail.id)]


def test_an_accepted_mail_is_a_post_that_came_when_it_came(store: Store, talk: int) -> None:
    raw = foreign("1@example.org")
    (kept,) = arrive(store, talk, raw)
    assert kept.set_aside is not None

    assert quarantine.accept(store, kept.set_aside) == [kept.set_aside]

    with store.database.session() as session:
        posting = session.query(Posting).one()
        assert (posting.received, posting.door) == (NOW, "smtp")
        assert posting.envelope_sender == "x@example.org"
        assert store.raw(posting.message_id) == raw
    assert statuses(store) == [Status.ACCEPTED]
    assert quarantine.accept(store, kept.set_aside) == []
    arrive(store, talk, raw)
    with store.database.session() as session:
        assert session.query(Posting).count() == 1


def test_learning_a_list_id_lets_in_what_waited_for_it_and_what_follows(
    store: Store, talk: int
) -> None:
    arrive(store, talk, mail("0@example.org"))
    waiting = arrive(store, talk, foreign("1@example.org"), foreign("2@example.org"))
    other = foreign("3@example.org").replace(FOREIGN, b"gosip.milis.example")
    arrive(store, talk, other)
    first = waiting[0].set_aside
    assert first is not None

    accepted = quarantine.accept(store, first, learn=True)

    assert accepted == [one.set_aside for one in waiting]
    assert statuses(store) == [Status.ACCEPTED, Status.ACCEPTED, Status.WAITING]
    (later,) = arrive(store, talk, foreign("4@example.org"))
    assert later.message is not None


def test_what_was_dropped_stays_dropped_and_keeps_its_bytes(store: Store, talk: int) -> None:
    raw = foreign("1@example.org")
    (kept,) = arrive(store, talk, raw)
    assert kept.set_aside is not None

    quarantine.drop(store, kept.set_aside)
    (again,) = arrive(store, talk, raw)

    assert again.set_aside == kept.set_aside
    assert statuses(store) == [Status.DROPPED]
    assert store.raw_set_aside(kept.set_aside) == raw
    with store.database.session() as session:
        assert quarantine.waiting(session, list_id=talk, everything=False, limit=9) == ([], 0)
        assert quarantine.waiting(session, list_id=None, everything=True, limit=9)[1] == 1


def test_what_cannot_be_decided_is_one_clear_error(store: Store, talk: int) -> None:
    (kept,) = arrive(store, talk, b"Auto-Submitted: auto-replied\n\nx")
    assert kept.set_aside is not None

    with pytest.raises(NotFoundError, match="no mail number 99"):
        quarantine.accept(store, 99)
    with pytest.raises(UsageError, match="no List-Id to learn"):
        quarantine.accept(store, kept.set_aside, learn=True)
    quarantine.accept(store, kept.set_aside)
    with pytest.raises(UsageError, match="is a post by now"):
        quarantine.drop(store, kept.set_aside)


def test_a_list_is_found_by_its_earlier_address_and_takes_its_list_id(
    store: Store, talk: int
) -> None:
    with store.database.transaction() as session:
        found = session.get_one(MailingList, talk)
        add_alias(session, found, "Bincang@Milis.Example")
        add_alias(session, found, "bincang@milis.example")
        assert find_list(session, "bincang@milis.example").id == talk
        assert add_list(session, "bincang@milis.example").id == talk
        other = add_list(session, "gosip@milis.example")
        with pytest.raises(UsageError, match="another list"):
            add_alias(session, other, "bincang@milis.example")
        with pytest.raises(UsageError, match="another list"):
            add_alias(session, found, "gosip@milis.example")
        with pytest.raises(UsageError, match="not a List-Id"):
            add_alias(session, found, "no identifier")

    arrive(store, talk, mail("0@example.org"))
    (moved,) = arrive(store, talk, foreign("1@example.org"))
    assert moved.message is not None

    with store.database.transaction() as session:
        remove_alias(session, session.get_one(MailingList, talk), "bincang@milis.example")
    (strange,) = arrive(store, talk, foreign("2@example.org"))
    assert strange.set_aside is not None


def test_a_wish_not_to_be_archived_is_honoured_unless_the_manager_stamps_all_mail(
    store: Store, talk: int
) -> None:
    wish = mail("1@example.org").replace(b"\nTo:", b"\nX-No-Archive: Yes\nTo:")
    stamped = mail("2@example.org").replace(
        b"\nTo:",
        b"\nX-No-Archive: yes\nMailing-List: contact talk-help@example.org; run by ezmlm\nTo:",
    )

    honoured, ignored = arrive(store, talk, wish, stamped)

    assert honoured.set_aside is not None
    assert ignored.message is not None
    with store.database.session() as session:
        found = session.get_one(MailingList, talk)
        assert (found.no_archive, found.no_archive_by) == ("ignore", "ezmlm")
        row = session.get_one(SetAsideMail, honoured.set_aside)
        assert (row.kind, row.status) == ("no-archive", Status.KEPT)

    with store.database.transaction() as session:
        found = session.get_one(MailingList, talk)
        found.no_archive, found.no_archive_by = "honour", "operator"
    (decided,) = arrive(store, talk, stamped.replace(b"2@", b"3@"))
    assert decided.set_aside is not None
