from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.database import Database
from archive.lists.names import ListNames, fits
from archive.lists.registry import add_list
from archive.mail.message import parse_message
from archive.settings import Settings
from archive.store.arrivals import Incoming, Kept
from archive.store.sorting import sort_mail
from archive.store.store import Store
from archive.tables import Aside, MailingList, Message, SetAsideMail, Status
from tests.archive.messages import mail

TALK = ListNames(("talk@lists.example.org",))
STAMP = "List-Id: <talk.lists.example.org>\nList-Post: <mailto:talk@lists.example.org>\n"


def sort(head: str, *, names: ListNames = TALK, sender: str | None = "x@example.org") -> str | None:
    raw = f"{head}\n\ntext\n".encode()
    aside = sort_mail(raw, parse_message(raw), sender, names)
    return aside.kind if aside else None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("From: Ayu <ayu@example.org>\nSubject: vpn", None),
        (STAMP + "From: Ayu <ayu@example.org>\nSubject: vpn", None),
        ("", None),
        ("From: talk-request@lists.example.org\nSubject: confirm 12ab", "administrivia"),
        ("From: sympa@lists.example.org\nSubject: hi", "administrivia"),
        ("From: x@example.net\nX-List-Administrivia: yes", "administrivia"),
        # Somebody whose own address looks like a robot's writes to the list.
        ("From: Siti <web-admin@kampus.example.com>\nSubject: vpn", None),
        (STAMP + "From: Siti <talk-owner@lists.example.org>\nSubject: aturan milis", None),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=x", "bounce"),
        (STAMP + "From: MAILER-DAEMON@example.com\nSubject: failure notice", "bounce"),
        ("From: x@example.com\nTo: a@example.org\nSubject: Undeliverable: vpn", "bounce"),
        ("From: a@example.com\nTo: talk@lists.example.org\nSubject: Undeliverable mail?", None),
        (STAMP + "Auto-Submitted: auto-replied\nSubject: cuti", "auto-reply"),
        ("Auto-Submitted: auto-replied (vacation)", "auto-reply"),
        ("From: a@example.com\nSubject: Cuti sampai Senin", "auto-reply"),
        (STAMP + "From: a@example.com\nSubject: Cuti bersama 2024", None),
        (STAMP + "From: noreply@example.com\nAuto-Submitted: auto-generated", None),
        (STAMP + "X-Spam-Flag: YES\nSubject: obat murah", "spam"),
        (STAMP + "X-Spam-Status: Yes, score=9.1\nSubject: obat murah", "spam"),
        (STAMP + "X-Spam-Flag: NO\nX-Spam-Status: No, score=1", None),
        (
            STAMP + "X-Spam-Flag: YES\nX-Spam-Checker-Version: SpamAssassin 3 on mx.example.net",
            None,
        ),
        (
            STAMP + "X-Spam-Flag: YES\nX-Spam-Checker-Version: SpamAssassin 3 on mx.example.org",
            None,
        ),
        (
            STAMP + "X-Spam-Flag: YES\nX-Spam-Checker-Version: SpamAssassin on lists.example.org",
            "spam",
        ),
        (STAMP + "Subject: [talk] ***SPAM*** obat murah", "spam"),
        (STAMP + "Subject: [talk] Re: ***SPAM*** kenapa?", None),
        (STAMP + "X-No-Archive: yes", "no-archive"),
        (STAMP + "Archive: no", "no-archive"),
        (STAMP + "X-No-Archive: no\nArchive: encrypted", None),
        (
            STAMP + "X-No-Archive: yes\nX-Loop: talk@lists.example.org\nX-Sequence: 4",
            None,
        ),
        ("List-Id: <other.example.com>\nFrom: a@example.com", "quarantine"),
        ("List-Id: Bincang <talk.example.org>\nFrom: a@example.com", None),
    ],
)
def test_what_is_a_post_and_what_is_not(head: str, expected: str | None) -> None:
    assert sort(head) == expected


@pytest.mark.parametrize(
    ("identifier", "address", "fitting"),
    [
        ("talk.lists.example.org", "talk@lists.example.org", True),
        ("talk@lists.example.org", "talk@lists.example.org", True),
        ("talk.lists.example.org", "talk@example.org", True),
        ("talk.example.org", "talk@lists.example.org", True),
        ("talk.org", "talk@example.org", False),
        ("talk.evil.example", "talk@lists.example.org", False),
        ("talks.lists.example.org", "talk@lists.example.org", False),
        ("talk.evilexample.org", "talk@example.org", False),
    ],
)
def test_a_list_id_fits_the_address_it_is_made_from(
    identifier: str, address: str, fitting: bool
) -> None:
    assert fits(identifier, address) is fitting


def test_a_list_id_once_known_or_declared_otherwise_is_the_only_one() -> None:
    declared = ListNames(
        ("talk@lists.example.org", "talk@old.example.net"), "talk.lists.example.org"
    )

    assert sort("List-Id: <talk.example.org>", names=declared) == "quarantine"
    assert sort("List-Id: <talk.old.example.net>", names=declared) is None
    assert sort("List-Id: <a.b>\nList-Id: <talk.lists.example.org>", names=declared) is None
    moved = ListNames(("talk@lists.example.org",), None, frozenset({"bincang.example.net"}))
    assert sort("List-Id: <bincang.example.net>", names=moved) is None


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


@pytest.fixture
def talk(store: Store) -> int:
    with store.database.transaction() as session:
        return add_list(session, "talk@lists.example.org").id


def arrive(store: Store, list_id: int, *raws: bytes, door: str = "smtp") -> list[Kept]:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return store.keep([Incoming(raw, list_id, door, now, "x@example.org") for raw in raws])


def test_what_is_set_aside_keeps_its_bytes_and_its_reason(store: Store, talk: int) -> None:
    notice = (
        b"From: talk-request@lists.example.org\r\nSubject: =?utf-8?q?Hal=C3=B3?=\r\n\r\nx\xff\r\n"
    )

    post, aside, again = arrive(store, talk, mail("1@example.org"), notice, notice)

    assert (post.set_aside, aside.message) == (None, None)
    assert aside.set_aside is not None
    assert again.set_aside == aside.set_aside
    assert store.raw_set_aside(aside.set_aside) == notice
    with store.database.session() as session:
        row = session.get_one(SetAsideMail, aside.set_aside)
        assert session.query(Message).count() == 1
    assert (row.kind, row.status, row.considered) == ("administrivia", Status.KEPT, None)
    assert (row.subject, row.door, row.envelope_sender) == ("Haló", "smtp", "x@example.org")
    assert "talk-request@lists.example.org" in row.sender
    assert "list manager" in row.reason


def test_an_import_sets_nothing_aside(store: Store, talk: int) -> None:
    (kept,) = arrive(store, talk, b"Auto-Submitted: auto-replied\n\nx", door="import")

    assert kept.message is not None


def test_a_post_that_was_imported_is_not_set_aside_when_it_comes_again(
    store: Store, talk: int
) -> None:
    raw = b"Auto-Submitted: auto-replied\n\nx"
    (imported,) = arrive(store, talk, raw, door="import")

    (again,) = arrive(store, talk, raw)

    assert (again.message, again.new_posting) == (imported.message, False)


def test_a_list_learns_the_list_id_of_its_first_post_and_quarantines_others(
    store: Store, talk: int
) -> None:
    foreign = mail("2@example.org").replace(b"talk.lists.example.org", b"talk.example.org")
    unfit = mail("3@example.org").replace(b"talk.lists.example.org", b"gosip.example.net")

    first, second, third = arrive(store, talk, mail("1@example.org"), foreign, unfit)

    assert first.message is not None
    assert second.set_aside is not None
    assert third.set_aside is not None
    with store.database.session() as session:
        assert session.get_one(MailingList, talk).identifier == "talk.lists.example.org"
        row = session.get_one(SetAsideMail, third.set_aside)
    assert (row.kind, row.status) == ("quarantine", Status.WAITING)
    assert row.reason == "its List-Id is gosip.example.net, the list's is talk.lists.example.org"


@pytest.mark.corpus
def test_real_notices_are_set_aside_and_real_posts_are_not(shared_data: Path) -> None:
    names = {
        "mailman3": ListNames(("discuss@lists.example.org",)),
        "mlmmj": ListNames(("talk@lists.example.org",)),
    }
    wrong: list[tuple[str, Aside | None]] = []
    for path in sorted((shared_data / "cases" / "captures").rglob("*.eml")):
        if "digest" in path.name:
            continue
        raw = path.read_bytes()
        found = sort_mail(raw, parse_message(raw), None, names[path.parent.name])
        if (found is None) != ("-post-" in path.name):
            wrong.append((path.name, found))
    assert wrong == []
