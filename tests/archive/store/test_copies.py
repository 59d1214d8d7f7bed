"""One post, several copies: every copy's bytes are kept, and the post counts once."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from archive import migration
from archive.database import Database
from archive.importing.export import export_mbox
from archive.lists.registry import add_list
from archive.mail.fingerprints import substance
from archive.mail.message import READER_VERSION, parse_message
from archive.search.audiences import AudienceIndexes
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import AddressName, MailingList, Message, MessageCopy, Posting, Thread
from archive.upkeep.copies import settle_copies
from archive.upkeep.list_removal import remove_list
from archive.upkeep.reread import Rereading
from archive.upkeep.verify import verify
from tests.archive.messages import mail

NOW = datetime(2026, 3, 1, tzinfo=UTC)
POST = mail("1@example.org", subject="pompa macet", text="Katup pompa macet sejak kemarin sore.")


def copy(tag: str) -> bytes:
    """The post as the list ``tag`` sent it to its members."""
    footer = (
        "_______________________________________________\n"
        f"{tag} mailing list\n{tag}@lists.example.org\n"
        f"https://lists.example.org/mailman/listinfo/{tag}\n"
    )
    raw = POST.replace(b"Subject: pompa", f"Subject: [{tag}] pompa".encode())
    return f"Received: from lists by {tag}.example.org\n".encode() + raw + footer.encode()


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


def new_list(store: Store, name: str, *, private: bool = False) -> int:
    with store.database.transaction() as session:
        return add_list(session, f"{name}@lists.example.org", private=private).id


def keep(store: Store, list_id: int, *raws: bytes, door: str = "import") -> list[int]:
    kept = store.keep([Incoming(raw, list_id, door, NOW) for raw in raws])
    return [one.message for one in kept if one.message is not None]


def counts(store: Store) -> tuple[int, int, int]:
    """Posts, further copies and postings."""
    with store.database.session() as session:
        return tuple(  # type: ignore[return-value]
            session.scalar(select(func.count()).select_from(model))
            for model in (Message, MessageCopy, Posting)
        )


def all_bytes(store: Store) -> set[bytes]:
    with store.database.session() as session:
        messages = session.scalars(select(Message.id)).all()
        copies = session.scalars(select(MessageCopy.id)).all()
    return {store.raw(one) for one in messages} | {store.raw_copy(one) for one in copies}


def test_copies_from_two_members_are_one_post_and_each_keeps_its_bytes(store: Store) -> None:
    talk = new_list(store, "talk")
    raws = [copy("talk"), b"Delivered-To: b@example.org\n" + copy("talk"), POST]

    assert len(set(keep(store, talk, *raws))) == 1
    assert counts(store) == (1, 2, 1)
    assert all_bytes(store) == set(raws)


def test_line_ends_and_transfer_encoding_make_no_other_post(store: Store) -> None:
    talk = new_list(store, "talk")
    encoded = POST.replace(
        b"\n\nKatup", b"\nContent-Transfer-Encoding: quoted-printable\n\n=4Batup"
    )

    assert len(set(keep(store, talk, POST, POST.replace(b"\n", b"\r\n"), encoded))) == 1


def test_a_copy_known_already_is_not_kept_again(store: Store) -> None:
    talk = new_list(store, "talk")
    keep(store, talk, POST, copy("talk"))
    before = counts(store)

    keep(store, talk, copy("talk"), POST)

    assert counts(store) == before


def test_one_post_through_two_lists_is_one_post_on_both(store: Store) -> None:
    talk, other = new_list(store, "talk"), new_list(store, "other")

    assert keep(store, talk, copy("talk")) == keep(store, other, copy("other"))
    assert counts(store) == (1, 1, 2)
    with store.database.session() as session:
        names = session.scalars(select(AddressName).order_by(AddressName.list_id)).all()
        assert [(one.list_id, one.uses) for one in names] == [(talk, 1), (other, 1)]


@pytest.mark.parametrize(
    "footer",
    [
        (
            "_______________________________________________\nTalk mailing list\n"
            "talk@lists.example.org\nhttps://lists.example.org/mailman/listinfo/talk\n"
        ),
        (
            "\n-- \nYou received this message because you are subscribed to the Google Groups "
            '"Talk" group.\nTo unsubscribe from this group and stop receiving emails from it, send '
            "an email to talk+unsubscribe@googlegroups.com.\n"
        ),
        (
            '--\nTo unsubscribe from this list: send the line "unsubscribe talk" in\nthe body of a '
            "message to majordomo@lists.example.org\n"
        ),
        (
            "-- \nTo UNSUBSCRIBE, email to talk-REQUEST@lists.example.org\n"
            'with a subject of "unsubscribe". Trouble? Contact listmaster@lists.example.org\n'
        ),
        (
            "########################################\n\nTo unsubscribe from the TALK "
            "list, click the following link:\nhttps://lists.example.org/cgi-bin/wa?SUBED1=TALK&A=1\n"
        ),
    ],
    ids=["Mailman", "Google Groups", "Majordomo", "SmartList", "LISTSERV"],
)
@pytest.mark.parametrize("signature", ["", "-- \nAyu Lestari, Bengkel\n"], ids=["bare", "signed"])
def test_what_list_managers_add_makes_no_other_substance(footer: str, signature: str) -> None:
    sent = POST + signature.encode()

    assert substance(parse_message(sent + footer.encode())) == substance(parse_message(sent))


@pytest.mark.parametrize(
    "changed",
    [
        POST.replace(b"kemarin", b"tadi"),
        POST.replace(b"ayu@", b"budi@"),
        POST.replace(b"2024 09:00", b"2024 09:01"),
        POST.replace(b"pompa macet\n", b"pompa rusak\n"),
        POST.replace(b"<1@", b"<2@"),
    ],
    ids=["text", "author", "date", "subject", "Message-ID"],
)
def test_another_substance_is_another_post(store: Store, changed: bytes) -> None:
    talk = new_list(store, "talk")
    assert changed != POST

    assert len(set(keep(store, talk, POST, changed))) == 2


def test_posts_without_message_id_are_one_if_all_else_is_equal(store: Store) -> None:
    talk = new_list(store, "talk")
    bare = POST.replace(b"Message-ID: <1@example.org>\n", b"")

    assert len(set(keep(store, talk, bare, b"Received: from x by y\n" + bare))) == 1


def test_a_copy_by_a_private_list_is_a_post_of_its_own_that_shows_nothing_openly(
    store: Store,
) -> None:
    for number, lists in enumerate(permutations(["talk", "board"])):
        for name in lists:
            list_id = new_list(store, f"{name}{number}", private=name == "board")
            keep(store, list_id, copy(f"{name}{number}"))

    with store.database.session() as session:
        rows = session.execute(
            select(MailingList.private, Message.subject)
            .join(Posting, Posting.list_id == MailingList.id)
            .join(Message, Message.id == Posting.message_id)
        ).all()
    assert len(rows) == 4
    assert all(("board" in subject) == private for private, subject in rows)


def test_a_list_that_becomes_private_takes_its_copy_out_of_sight(store: Store) -> None:
    talk, other = new_list(store, "talk"), new_list(store, "other")
    (message,) = keep(store, talk, copy("talk"))
    keep(store, other, copy("other"))
    with store.database.transaction() as session:
        session.get_one(MailingList, talk).private = True
        settle_copies(session, talk)

    assert store.raw(message) == copy("other")
    assert all_bytes(store) == {copy("talk"), copy("other")}
    with store.database.session() as session:
        assert session.scalars(select(Message.subject)).all() == ["[other] pompa macet"]
        assert session.scalars(select(Posting.list_id).order_by(Posting.id)).all() == [other, talk]


def test_a_list_that_becomes_public_shares_its_posts(store: Store) -> None:
    talk, board = new_list(store, "talk"), new_list(store, "board", private=True)
    keep(store, talk, copy("talk"))
    keep(store, board, copy("board"))
    assert counts(store) == (2, 0, 2)

    with store.database.transaction() as session:
        session.get_one(MailingList, board).private = False
        settle_copies(session, board)

    assert counts(store) == (1, 1, 2)
    with store.database.session() as session:
        assert session.scalar(select(Thread.messages)) == 1


def test_a_removed_list_leaves_the_copy_of_the_other(store: Store) -> None:
    talk, other = new_list(store, "talk"), new_list(store, "other")
    keep(store, talk, copy("talk"))
    keep(store, other, copy("other"))
    with store.database.transaction() as session:
        remove_list(session, session.get_one(MailingList, talk))

    assert counts(store) == (1, 0, 1)
    assert all_bytes(store) == {copy("other")}


def test_rereading_makes_one_post_of_copies_that_an_older_store_holds(store: Store) -> None:
    talk, other = new_list(store, "talk"), new_list(store, "other")
    answer = mail("2@example.org", subject="Re: pompa macet", day=1, reply_to="1@example.org")
    keep(store, talk, copy("talk"), answer)
    keep(store, other, copy("other"))
    migration.downgrade(store.database.engine, "0013")
    migration.upgrade(store.database.engine)
    assert counts(store) == (3, 0, 4)
    with store.database.transaction() as session:
        session.execute(update(Message).values(reader_version=READER_VERSION - 1))

    Rereading(store, forget=lambda *_: None, finish=lambda _: None).run()

    assert counts(store) == (2, 1, 3)
    assert all_bytes(store) == {copy("talk"), copy("other"), answer}
    with store.database.session() as session:
        assert session.scalars(select(Thread.messages)).all() == [2]
        parent = select(Message.parent_id).where(Message.message_id == "2@example.org")
        assert session.scalar(parent) is not None


def test_the_older_schema_keeps_every_copy_as_a_message(store: Store) -> None:
    talk = new_list(store, "talk")
    keep(store, talk, copy("talk"), POST)

    migration.downgrade(store.database.engine, "0013")

    with store.database.session() as session:
        rows = session.execute(text("SELECT digest FROM message")).all()
        held = session.execute(text("SELECT messages FROM thread")).all()
    assert len({bytes(digest) for (digest,) in rows}) == 2
    assert held == [(2,)]


def test_the_order_of_arrival_changes_no_count(database: Database, settings: Settings) -> None:
    store = Store(database, settings)
    talk, other = new_list(store, "talk"), new_list(store, "other")
    arrivals = [
        (talk, copy("talk")),
        (other, copy("other")),
        (talk, POST),
        (other, POST.replace(b"kemarin", b"tadi")),
    ]
    random.Random(3).shuffle(arrivals)

    for list_id, raw in arrivals:
        keep(store, list_id, raw)

    assert counts(store) == (2, 2, 3)


def test_an_export_holds_each_post_once_and_of_a_list_its_own_copy(
    store: Store, tmp_path: Path
) -> None:
    talk, other = new_list(store, "talk"), new_list(store, "other")
    keep(store, talk, copy("talk"), POST)
    keep(store, other, copy("other"))

    assert export_mbox(store, tmp_path / "all", None) == 1
    assert export_mbox(store, tmp_path / "other", other) == 1
    assert b"Subject: [other] pompa" in (tmp_path / "other").read_bytes()
    assert b"Subject: [talk] pompa" in (tmp_path / "all").read_bytes()


def test_verify_finds_damage_in_a_copy(store: Store, settings: Settings) -> None:
    talk = new_list(store, "talk")
    keep(store, talk, copy("talk"), POST)
    index = AudienceIndexes(settings.index_folder, store.parsed)
    assert len(verify(store, index).digests) == 2

    with store.database.transaction() as session:
        session.execute(update(MessageCopy).values(data=b"damaged"))

    assert "copy of a message" in verify(store, index).faults[0].where
