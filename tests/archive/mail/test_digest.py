from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from archive.database import Database
from archive.importing.importer import Importer
from archive.lists.registry import add_list
from archive.mail.digest import split_digest
from archive.mail.message import parse_message
from archive.search.audiences import AudienceIndexes
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import AddressName, Message, Posting, SetAsideMail
from archive.upkeep.verify import verify
from tests.archive.messages import mail, mbox

NOW = datetime(2026, 11, 1, tzinfo=UTC)
RULE = "-" * 30

PLAIN = f"""\
From: talk-request@lists.example.org
To: talk@lists.example.org
Subject: Talk Digest, Vol 3, Issue 7
Date: Tue, 02 Jan 2024 12:00:00 +0700
Message-ID: <mailman.7@lists.example.org>
List-Id: <talk.lists.example.org>
Content-Type: text/plain; charset=utf-8

Today's Topics:

   1. vpn putus (Ayu Lestari)
   2. Re: vpn putus (Budi Santoso)

{"-" * 70}

Message: 1
Date: Mon, 01 Jan 2024 09:00:00 +0000
From: Ayu Lestari <ayu@example.org>
Subject: [talk] vpn putus
Message-ID: <1@example.org>

Mohon bantuan.
{RULE}
Bukan pesan baru.

{RULE}

Message: 2
Date: Mon, 01 Jan 2024 10:00:00 +0000
From: Budi Santoso <budi@example.net>
Subject: Re: [talk] vpn putus
In-Reply-To: <1@example.org>

Coba ganti MTU.

{RULE}

_______________________________________________
talk mailing list
talk@lists.example.org

End of Talk Digest, Vol 3, Issue 7
**********************************
"""


def multipart(*posts: bytes, sender: str = "talk+help@lists.example.org") -> bytes:
    parts = b"".join(b"--x\nContent-Type: message/rfc822\n\n" + one + b"\n" for one in posts)
    head = f"From: {sender}\nSubject: Digest of talk@lists.example.org issue 1 (1-2)\n"
    kind = "List-Id: <talk.lists.example.org>\nContent-Type: multipart/digest; boundary=x\n\n"
    return (head + kind).encode() + parts + b"--x--\n"


def test_a_plain_digest_is_cut_between_its_posts_only() -> None:
    first, second = split_digest(PLAIN.encode())

    assert parse_message(first).message_id == "1@example.org"
    assert parse_message(first).text.rstrip().endswith(f"{RULE}\nBukan pesan baru.")
    assert parse_message(second).author.email == "budi@example.net"
    assert parse_message(second).text.strip() == "Coba ganti MTU."


def test_a_multipart_digest_gives_its_messages_byte_for_byte() -> None:
    posts = [mail("1@example.org"), mail("2@example.org", text="dua\n\n-- \nAyu")]

    assert split_digest(multipart(*posts)) == posts
    assert split_digest(mail("1@example.org")) == []


@given(
    st.lists(
        st.sampled_from(
            [
                b"-" * 70,
                b"-" * 30,
                b"From: a@b",
                b"Subject: x",
                b"",
                b"--x",
                b"Content-Type: message/rfc822",
                b"Content-Type: multipart/digest; boundary=x",
                b"End of x\n*****",
                b"\xff\x00",
            ]
        )
    ).map(b"\n".join)
)
def test_no_bytes_make_splitting_fail(raw: bytes) -> None:
    for post in split_digest(raw):
        assert post


def test_a_hostile_digest_is_split_in_bounded_time() -> None:
    opening = PLAIN.partition("Message: 1")[0].encode()
    raw = opening + (RULE.encode() + b"\nFrom: a@example.org\nSubject: x\n\n") * 50_000

    started = time.perf_counter()
    posts = split_digest(raw)

    assert len(posts) == 500
    assert time.perf_counter() - started < 20


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


@pytest.fixture
def talk(store: Store) -> int:
    with store.database.transaction() as session:
        return add_list(session, "talk@lists.example.org").id


def arrive(store: Store, list_id: int, *raws: bytes, door: str = "smtp") -> None:
    store.keep([Incoming(raw, list_id, door, NOW, "x@example.org") for raw in raws])


def doors(store: Store) -> dict[str, str]:
    with store.database.session() as session:
        rows = session.execute(select(Message.message_id, Posting.door).join(Posting))
        return {
            "derived" if identifier.endswith(".invalid") else identifier: door
            for identifier, door in rows
        }


def sound(store: Store) -> bool:
    indexes = AudienceIndexes(store.settings.index_folder, store.parsed)
    with store.database.session() as session:
        indexes.public.follow(session)
    found = verify(store, indexes)
    return not found.faults and found.indexed == found.messages


def test_a_digest_at_the_door_is_kept_whole_and_gives_its_posts(store: Store, talk: int) -> None:
    arrive(store, talk, PLAIN.encode(), PLAIN.encode())

    assert doors(store) == {"1@example.org": "digest", "derived": "digest"}
    with store.database.session() as session:
        kept = session.query(SetAsideMail).one()
        answer = session.scalars(select(Message).where(Message.message_id_derived)).one()
        assert (kept.kind, answer.parent_source) == ("digest", "in-reply-to")
        assert answer.defects is not None
        assert "cut-from-digest" in answer.defects
    assert store.raw_set_aside(kept.id) == PLAIN.encode()
    assert sound(store)


@pytest.mark.parametrize("digest_first", [True, False])
def test_posts_of_a_digest_yield_to_the_posts_themselves(
    store: Store, talk: int, digest_first: bool
) -> None:
    whole = [
        mail("1@example.org", subject="[talk] vpn putus"),
        mail(
            "2@example.net",
            author="Budi Santoso <budi@example.net>",
            subject="Re: [talk] vpn putus",
            day=1 / 24,
            reply_to="1@example.org",
        ),
    ]
    steps = [[PLAIN.encode()], whole]
    for step in steps if digest_first else reversed(steps):
        arrive(store, talk, *step)

    assert doors(store) == {"1@example.org": "smtp", "2@example.net": "smtp"}
    with store.database.session() as session:
        uses = {row.name: row.uses for row in session.query(AddressName)}
        threads = set(session.scalars(select(Message.thread_id)))
    assert uses == {"Ayu Lestari": 1, "Budi Santoso": 1}
    assert len(threads) == 1
    assert sound(store)


def test_an_imported_digest_is_split_alike_and_once(
    store: Store, talk: int, tmp_path: Path
) -> None:
    source = tmp_path / "talk.mbox"
    source.write_bytes(mbox(PLAIN.encode(), mail("3@example.org", subject="router")))

    reports = [
        Importer(store.database, store.settings, "talk@lists.example.org", jobs=1).run([source])
        for _ in range(2)
    ]

    assert [(one.read, one.stored, one.duplicates) for one in reports] == [(2, 2, 0), (2, 0, 2)]
    assert doors(store) == {
        "1@example.org": "digest",
        "derived": "digest",
        "3@example.org": "import",
    }
    assert sound(store)


def test_people_who_forward_a_digest_or_answer_one_are_not_split(store: Store, talk: int) -> None:
    forwarded = multipart(mail("1@example.org"), sender="Ayu <ayu@example.org>")

    arrive(store, talk, forwarded)

    assert list(doors(store).values()) == ["smtp"]


@pytest.mark.corpus
def test_digests_of_real_managers_give_their_posts(shared_data: Path) -> None:
    captures = shared_data / "cases" / "captures"
    for path in captures.rglob("*digest*.eml"):
        folder = path.parent
        full = {parse_message(one.read_bytes()).message_id for one in folder.glob("*-post-*.eml")}
        cut = [parse_message(one) for one in split_digest(path.read_bytes())]
        assert len(cut) >= 3
        assert {one.message_id for one in cut} <= full


YAHOO = """There are 2 messages in this issue.

Topics in this digest:

1. Harga kopi
    From: Sri Wulan

Messages
________________________________________________________________________

1a. Harga kopi
    Posted by: "Sri Wulan" sri@kopi.example sri
    Date: Mon Jan 5, 2009 3:11 am ((PST))

Pagi semua.

Messages in this topic (1)
________________________________________________________________________
2. Re: Harga kopi
    Posted by: "Budi" budi@tani.example budi
    Date: Mon Jan 5, 2009 3:12 am ((PST))

98 ribu.

1. bukan kepala surat

Messages in this topic (2)
"""
OLD_YAHOO = """There are 2 messages in this issue.

________________________________________________________________________

Message: 1
   Date: Mon, 05 Jan 2009 11:11:00 -0000
   From: "Sri Wulan" <sri@kopi.example>
Subject: Harga kopi

Pagi semua.

________________________________________________________________________
________________________________________________________________________

Message: 2
   Date: Mon, 05 Jan 2009 18:12:00 +0700
   From: "Budi" <budi@tani.example>
Subject: Re: Harga kopi

98 ribu.

1. bukan kepala surat

________________________________________________________________________

Your use of Yahoo! Groups is subject to its terms.
"""
GOOGLE = """=============================================================================
Today's topic summary
=============================================================================

Group: kopi@googlegroups.com

=============================================================================
Topic: Harga kopi
Url: http://groups.google.com/group/kopi/t/1
=============================================================================

---------- 1 of 2 ----------
From: Sri Wulan <sri@kopi.example>
Date: Jan 05 06:11PM
Url: http://groups.google.com/group/kopi/msg/1

Pagi semua.

---------- 2 of 2 ----------
From: Budi <budi@tani.example>
Date: Jan 05 06:12PM +0700

98 ribu.

1. bukan kepala surat

You received this message because you are subscribed to the Google Groups "kopi" group.
"""
LISTSERV = """There are 2 messages totalling 20 lines in this issue.

Topics of the day:

  1. Harga kopi

----------------------------------------------------------------------

Date:    Mon, 5 Jan 2009 18:11:00 +0700
From:    Sri Wulan <sri@kopi.example>
Subject: Harga kopi

Pagi semua.

----------------------------------------------------------------------

Date:    Mon, 5 Jan 2009 18:12:00 +0700
From:    Budi <budi@tani.example>
Subject: Re: Harga kopi

98 ribu.

1. bukan kepala surat

------------------------------

End of KOPI Digest - 4 Jan 2009 to 5 Jan 2009 (#2009-5)
*******************************************************
"""


@pytest.mark.parametrize("text", [YAHOO, OLD_YAHOO, GOOGLE, LISTSERV])
def test_digests_of_other_services_give_their_posts(text: str) -> None:
    head = "From: kopi@lists.example\nDate: Mon, 5 Jan 2009 20:00:00 +0700\n\n"
    posts = [parse_message(post) for post in split_digest((head + text).encode())]

    assert [(post.author.email, post.subject) for post in posts] == [
        ("sri@kopi.example", "Harga kopi"),
        ("budi@tani.example", "Re: Harga kopi"),
    ]
    assert [post.date for post in posts] == [
        datetime(2009, 1, 5, 11, 11, tzinfo=UTC),
        datetime(2009, 1, 5, 11, 12, tzinfo=UTC),
    ]
    assert [post.text for post in posts] == ["Pagi semua.", "98 ribu.\n\n1. bukan kepala surat"]


def test_googles_digest_of_january_tells_the_year_of_a_post_of_december() -> None:
    head = "From: kopi@lists.example\nDate: Thu, 1 Jan 2009 20:00:00 +0700\n\n"
    text = GOOGLE.replace("Jan 05", "Dec 31")
    (first, _) = [parse_message(post) for post in split_digest((head + text).encode())]

    assert first.date == datetime(2008, 12, 31, 11, 11, tzinfo=UTC)
