"""Signatures without a separator are learnt from what people repeat, whatever order it came in."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.database import Database
from archive.lists.registry import add_list, find_list
from archive.mail.fingerprints import MARK_OCTETS
from archive.mail.message import READER_VERSION
from archive.search.audiences import AudienceIndexes
from archive.search.searcher import Searcher
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import Message, OwnText
from archive.upkeep.list_removal import remove_list
from archive.upkeep.repeated_signatures import RepeatedSignatures
from archive.upkeep.reread import Rereading
from tests.archive.messages import mail

TALK, BOARD, CREW = (f"{name}@lists.example.org" for name in ("talk", "board", "crew"))
OFFICE = "Ayu Lestari\nLaboratorium Peta, Universitas Contoh"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Opened = Callable[[], Store]


@pytest.fixture
def opened(
    settings: Settings, _migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    """Opens a fresh store with a public list and two private ones."""
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
        for address in (TALK, BOARD, CREW):
            add_list(session, address, private=address != TALK)
    return Store(database, settings)


def post(number: int, end: str = OFFICE, **headers: str) -> bytes:
    text = f"Jawaban {number}: pakai sf.\n\n{end}"
    return mail(f"{number}@example.org", text=text, day=number, **headers)  # type: ignore[arg-type]


def keep(store: Store, raws: Sequence[bytes], mailing_list: str = TALK) -> None:
    with store.database.session() as session:
        list_id = find_list(session, mailing_list).id
    for raw in raws:
        store.keep([Incoming(raw, list_id, "import", NOW)])


class Learning:
    """The learner of a store, with what it told."""

    def __init__(self, store: Store) -> None:
        self.forgotten: list[int] = []
        self.public: list[bool] = []
        self.signatures = RepeatedSignatures(store, forget=self._forget, finish=self._finish)

    def run(self) -> int:
        return self.signatures.run()

    def _forget(self, session: Session, messages: Sequence[int]) -> None:
        self.forgotten.extend(messages)

    def _finish(self, session: Session, is_public: bool) -> None:
        self.public.append(is_public)


def texts(store: Store) -> dict[str, str]:
    """Own texts by Message-ID, equal in the store and where a message is parsed for readers."""
    with store.database.session() as session:
        rows = session.execute(
            select(Message.id, Message.message_id, OwnText.text).join(
                OwnText, OwnText.message_id == Message.id
            )
        ).all()
    for message, _, text in rows:
        assert store.parsed(message).own_text == text
    return {identifier: text for _, identifier, text in rows}


def signed(store: Store) -> set[str]:
    """The numbers of the posts whose own text still has the office."""
    return {one.partition("@")[0] for one, text in texts(store).items() if "Universitas" in text}


def test_a_block_is_a_signature_from_the_third_post_on_and_in_the_earlier_ones(
    database: Database, settings: Settings
) -> None:
    store = with_lists(database, settings)
    learning = Learning(store)
    keep(store, [post(1), post(2), post(9, author="Budi <budi@example.org>")])
    assert learning.run() == 0
    assert signed(store) == {"1", "2", "9"}

    keep(store, [post(3)])
    assert learning.run() == 3
    assert signed(store) == {"9"}
    assert texts(store)["3@example.org"] == "Jawaban 3: pakai sf."
    assert len(learning.forgotten) == 3

    keep(store, [post(4)])
    assert learning.run() == 1
    assert signed(store) == {"9"}
    assert learning.run() == Learning(store).run() == 0


def test_signatures_below_a_separator_count_and_versions_of_one_message_id_count_once(
    opened: Opened,
) -> None:
    store = opened()
    copies = [post(1), post(1).replace(b"Jawaban 1:", b"Jawaban 1, lagi:")]
    keep(store, [*copies, post(2, f"-- \n{OFFICE}")])
    assert Learning(store).run() == 0
    keep(store, [post(3, f"-- \n{OFFICE}")])
    assert Learning(store).run() == 2
    assert signed(store) == set()


@pytest.mark.parametrize(
    "end",
    [
        "Thanks in advance",
        "Thanks in advance,\nAyu Lestari",
        "Any help would be appreciated.\n\nAyu",
        "Reviewed-by: Ayu Lestari <ayu@example.org>",
    ],
)
def test_what_is_merely_said_again_stays_own_text(opened: Opened, end: str) -> None:
    store = opened()
    keep(store, [post(number, end) for number in range(5)])
    before = texts(store)
    assert Learning(store).run() == 0
    assert texts(store) == before


def test_the_order_of_arrival_and_of_learning_does_not_matter(opened: Opened) -> None:
    longer = f"{OFFICE}\n\nKantor Pusat\nTelp: 021 555 1234"
    posts = [
        *(post(number) for number in range(4)),
        *(post(number, longer) for number in range(10, 14)),
        *(post(number, "Kantor Pusat\nTelp: 021 555 1234") for number in range(20, 22)),
        *(post(number, f"-- \n{OFFICE}") for number in range(30, 32)),
        *(post(number, "Ayu, Kampus Lain") for number in range(40, 42)),
    ]
    mixed = list(posts)
    random.Random(5).shuffle(mixed)
    results = []
    for order, step in ((posts, 40), (posts[::-1], 1), (mixed, 3), (mixed[::-1], 1)):
        store = opened()
        learning = Learning(store)
        for start in range(0, len(order), step):
            keep(store, order[start : start + step])
            learning.run()
        results.append(texts(store))
    assert results[1:] == results[:-1]
    assert results[0]["10@example.org"] == "Jawaban 10: pakai sf."
    assert results[0]["20@example.org"] == "Jawaban 20: pakai sf."
    assert "Kampus Lain" in results[0]["40@example.org"]


def test_what_private_lists_repeat_changes_no_public_post(opened: Opened) -> None:
    store = opened()
    learning = Learning(store)
    keep(store, [post(1), post(2)])
    keep(store, [post(11), post(12), post(13)], BOARD)
    keep(store, [post(21)], CREW)
    assert learning.run() == 4
    # Each private list adds its own posts to the public ones.
    assert signed(store) == {"1", "2"}
    assert learning.public == [False]

    keep(store, [post(3)])
    assert learning.run() == 3
    assert signed(store) == set()
    assert learning.public == [False, True]


def test_private_posts_alone_count_for_their_own_list_only(opened: Opened) -> None:
    store = opened()
    keep(store, [post(1), post(2)], BOARD)
    keep(store, [post(3), post(4)], CREW)
    assert Learning(store).run() == 0
    assert signed(store) == {"1", "2", "3", "4"}


def test_a_list_made_private_or_removed_takes_back_what_was_learnt_from_it(
    opened: Opened,
) -> None:
    store = opened()
    learning = Learning(store)
    with store.database.transaction() as session:
        find_list(session, BOARD).private = False
    keep(store, [post(1), post(2)])
    keep(store, [post(3)], BOARD)
    assert learning.run() == 3

    with store.database.transaction() as session:
        find_list(session, BOARD).private = True
    assert learning.run() == 2
    assert signed(store) == {"1", "2"}

    with store.database.transaction() as session:
        find_list(session, BOARD).private = False
    assert learning.run() == 2
    with store.database.transaction() as session:
        remove_list(session, find_list(session, BOARD))
    assert learning.run() == 2
    assert signed(store) == {"1", "2"}


def test_rereading_keeps_what_was_learnt_and_learns_what_an_older_reader_left(
    opened: Opened,
) -> None:
    store = opened()
    keep(store, [post(number) for number in range(3)])
    Learning(store).run()
    before = texts(store)
    with store.database.transaction() as session:
        # A later version compares with the reader's part of the column alone.
        old = Message.reader_version - 1
        session.execute(update(Message).values(reader_version=old))
        assert session.scalar(select(Message.id).where(Message.read_before(READER_VERSION)))

    def read_again() -> None:
        Rereading(store, forget=lambda *_: None, finish=lambda _: None).run()

    read_again()
    assert texts(store) == before
    assert Learning(store).run() == 0

    with store.database.transaction() as session:
        session.execute(update(Message).values(signature_mark=None, reader_version=1))
        session.execute(update(OwnText).values(text="lama"))
    assert Learning(store).run() == 0
    read_again()
    assert Learning(store).run() == 3
    assert texts(store) == before


def test_the_index_forgets_the_words_of_a_signature_and_another_run_finds_a_crash(
    opened: Opened, tmp_path: Path
) -> None:
    store = opened()
    indexes = AudienceIndexes(tmp_path / "index", store.parsed)
    keep(store, [post(number) for number in range(3)])
    follow(store, indexes)
    searcher = Searcher(indexes, store.database)
    assert len(searcher.search("laboratorium").hits) == 3

    Learning(store).run()
    # As if the process had ended here.
    later = Learning(store)
    assert later.run() == 0
    with store.database.session() as session:
        assert indexes.public.differences(session)
        indexes.public.look_at(session, sorted(later.signatures.changed))
    with store.database.session() as session:
        assert not indexes.public.differences(session)
    assert searcher.search("laboratorium").hits == ()
    assert len(searcher.search("jawaban").hits) == 3


def follow(store: Store, indexes: AudienceIndexes) -> None:
    with store.database.session() as session:
        indexes.public.follow(session)


def test_the_mark_that_people_are_compared_by_stays_eight_octets(opened: Opened) -> None:
    store = opened()
    keep(store, [post(number) for number in range(3)])
    keep(store, [post(7, f"-- \n{OFFICE}")])
    Learning(store).run()
    with store.database.session() as session:
        marks = {
            bytes(mark or b"")[:MARK_OCTETS]
            for mark in session.scalars(select(Message.signature_mark))
        }
    assert len(marks) == 1
