"""What readers find, count and are suggested comes from the lists that they may read."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.database import Database
from archive.lists.registry import find_list
from archive.search import follower as follower_module
from archive.search import searcher as search_module
from archive.search.audiences import (
    READERS_FILE,
    UNUSED_SECONDS,
    AudienceIndexes,
)
from archive.search.index import SearchIndex
from archive.search.searcher import Searcher, SearchPage
from archive.search.state import load_state
from archive.settings import Settings
from archive.upkeep.list_removal import remove_list
from archive.upkeep.verify import verify
from tests.archive.search.searcher.library import Archive, mail

WORDS = "jaringan router kabel peta tanah data modem antena sinyal gudang".split()
QUERIES = (
    "router",
    "jaringan kabel",
    "data OR sinyal",
    '"router kabel"',
    "jar*",
    "kenari",
    "kenary router",
    "ruter",
    "gudanq",
    "router kenari",
    "from:ayu peta",
    "list:secret",
    "-list:secret modem",
    "to:secret",
    "subject:antena before:2025",
)
ORDERS: tuple[dict[str, object], ...] = ({}, {"sort": "date"}, {"by_thread": True}, {"offset": 3})

Place = Callable[[str], Archive]


@pytest.fixture
def place(tmp_path: Path, _migrated_sqlite: Path) -> Iterator[Place]:
    """Empty stores, each in a folder of its own."""
    opened: list[Archive] = []

    def open_one(name: str) -> Archive:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "pakar.db").write_bytes(_migrated_sqlite.read_bytes())
        settings = Settings(data_dir=folder)
        opened.append(Archive(Database(settings.database_url), settings))
        return opened[-1]

    yield open_one
    for one in opened:
        one.database.close()


def public_mail(archive: Archive, part: int) -> None:
    """Twenty messages on two lists, one of them on both."""
    drawn = random.Random(part)
    for number in range(20):
        text = " ".join(drawn.choices(WORDS, k=12))
        subject = " ".join(drawn.choices(WORDS, k=2))
        name = f"p{part}-{number}"
        raw = mail(name, subject, text, date=f"2024-{1 + part:02}-{1 + number:02}")
        archive.keep(raw, *(("talk", "dev") if number == 7 else ("talk",)))


def private_mail(archive: Archive, part: int, canary: str = "kenari", to: str = "secret") -> None:
    """Ten messages with words of the public's mail and one that only these have."""
    drawn = random.Random(-part)
    for number in range(10):
        text = f"{canary} ruter gudanq {' '.join(drawn.choices(WORDS, k=5))}"
        name = f"{to}{part}-{number}"
        archive.keep(mail(name, f"router {canary}", text, date="2024-05-05"), to)


def answers(archive: Archive, *opened: str) -> list[tuple[SearchPage, list[str]]]:
    """What these readers get, with names of messages in place of row ids."""
    readers = archive.readers(*opened)
    names = archive.message_names()
    found = []
    for query in QUERIES:
        for options in ORDERS:
            page = archive.page(query, audience=readers, **options)
            hits = tuple(replace(hit, message=0) for hit in page.hits)
            found.append((replace(page, hits=hits), [names[hit.message] for hit in page.hits]))
    return found


def test_the_public_gets_the_same_with_and_without_a_private_list(place: Place) -> None:
    without, beside = place("without"), place("beside")
    for one in (without, beside):
        one.make_private("secret")
    private_mail(beside, 1)
    for part in range(3):
        for one in (without, beside):
            public_mail(one, part)
        private_mail(beside, part + 2)
        # A message of the public that came to the private list as well, first or later.
        crossposted = mail(f"both{part}", "router sinyal", "kabel router putus", date="2024-05-05")
        beside.keep(crossposted, *(("secret", "talk") if part else ("talk", "secret")))
        without.keep(crossposted, "talk")
        assert answers(beside) == answers(without)
    assert any("kenari" in hit.snippet for hit in beside.page("kenari").hits) is False
    assert beside.page("kenari", audience=beside.readers("secret")).total == 40


def test_a_reader_of_one_private_list_gets_the_same_with_and_without_another(
    place: Place,
) -> None:
    without, beside = place("without"), place("beside")
    for one in (without, beside):
        one.make_private("secret", "dev")
        public_mail(one, 1)
        private_mail(one, 1)
    private_mail(beside, 2, "merpati", "dev")
    assert answers(beside, "secret") != answers(beside)
    assert answers(beside, "secret") == answers(without, "secret")
    assert beside.page("merpati", audience=beside.readers("secret")).total == 0
    assert beside.page("merpati", audience=beside.readers("secret", "dev")).total == 10


def test_a_list_made_private_is_gone_at_once_and_comes_back(place: Place) -> None:
    without, beside = place("without"), place("beside")
    for one in (without, beside):
        public_mail(one, 1)
    private_mail(beside, 1)
    beside.keep(mail("both", "router", "kabel", date="2024-07-07"), "talk", "secret")
    without.keep(mail("both", "router", "kabel", date="2024-07-07"), "talk")
    before = answers(beside)
    assert beside.page("kenari").total == 10

    beside.make_private("secret")
    assert answers(beside) == answers(without)
    beside.make_private("secret", private=False)
    assert beside.found("list:secret router", limit=200) >= {"both", "secret1-0"}
    assert [page.total for page, _ in answers(beside)] == [page.total for page, _ in before]


def test_a_long_list_made_private_is_gone_at_once_and_its_words_count_no_more_once_renewed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "BEGIN_ANEW", 0)
    monkeypatch.setattr(follower_module, "STEP", 4)
    without, beside = place("without"), place("beside")
    for one in (without, beside):
        public_mail(one, 1)
    private_mail(beside, 1)
    beside.keep(mail("both", "router", "kabel", date="2024-07-07"), "talk", "secret")
    without.keep(mail("both", "router", "kabel", date="2024-07-07"), "talk")
    assert beside.page("kenari").total == 10

    beside.make_private("secret")
    assert beside.page("kenari").total == 0
    assert beside.found("list:secret") == set()
    gone = [(page.total, page.partial) for page, _ in answers(beside)]
    assert gone == [(page.total, page.partial) for page, _ in answers(without)]
    assert answers(beside) != answers(without)
    follower = beside.indexes.public
    while not follower.index.state or follower.index.state.leftovers:
        with beside.database.session() as session:
            assert follower.renew(session, at_most=4) < 8
    assert answers(beside) == answers(without)
    assert not (follower.index.folder / "successor").exists()

    beside.make_private("secret", private=False)
    assert beside.page("kenari").total == 10
    with beside.database.session() as session:
        assert not follower.differences(session)


def test_a_list_of_many_messages_made_public_is_followed_in_parts(
    library: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "SHORT_STEP", 3)
    monkeypatch.setattr(search_module, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(search_module, "FOLLOW_SECONDS", 0.0)
    private_mail(library, 1)
    library.make_private("secret")
    while library.page("upgrade").partial:
        pass
    assert library.found("kenari") == set()

    library.make_private("secret", private=False)
    pages = [library.page("kenari") for _ in range(6)]
    assert [page.total for page in pages][:3] == [2, 5, 8]
    assert [page.partial for page in pages] == [True, True, True, True, False, False]
    assert pages[-1].total == 10


def test_while_another_writes_a_list_made_private_is_not_found(
    library: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "BUSY_WAIT_SECONDS", 0.0)
    assert library.found("upgrade secret") == {"private"}
    with SearchIndex(library.index.folder) as busy:
        busy.delete([])
        library.make_private("secret")
        for query in ("secret", "list:secret", "subject:rahasia", "secrat"):
            page = library.page(query)
            assert (page.total, page.suggestion, page.partial) == (0, None, True), query
    assert library.found("upgrade") == {"ask", "answer"}


def test_a_message_that_reaches_a_readable_list_later_is_found_then(archive: Archive) -> None:
    archive.make_private("secret")
    raw = mail("m", "subjek", "kunci")
    archive.keep(raw, "secret")
    assert archive.found("kunci") == set()
    archive.keep(raw, "talk")
    assert archive.found("kunci") == {"m"}
    assert archive.found("list:secret") == set()


def test_a_list_that_is_removed_leaves_the_indexes_of_all_who_read_it(library: Archive) -> None:
    library.make_private("secret", "dev")
    for readers in (library.readers("secret"), library.readers("secret", "dev")):
        assert library.found("secret", audience=readers) == {"private"}
    with library.database.transaction() as session:
        remove_list(session, find_list(session, "secret@lists.example.org"))
    with library.database.session() as session:
        for _, follower in library.indexes.kept():
            follower.follow(session)
            assert not follower.differences(session)
    # The id of the removed list may be that of the next one, which these readers may not read.
    with library.database.session() as session:
        assert library.indexes.public.readers(session).closed == {library.lists["dev"]}


def test_only_audiences_that_search_have_an_index(library: Archive) -> None:
    folder = library.index.folder
    library.page("upgrade")
    assert not (folder / "audiences").exists()
    library.make_private("secret", "dev")
    library.page("upgrade")
    assert not (folder / "audiences").exists()
    library.page("upgrade", audience=library.readers("secret"))
    library.page("upgrade", audience=library.readers("secret", "dev"))
    names = {path.name for path in (folder / "audiences").iterdir()}
    assert names == {str(library.lists["secret"]), "all"}
    # Nothing that the public's index goes through takes theirs away.
    library.index.clear()
    assert [name for name, _ in library.indexes.kept()] == ["", *sorted(names)]


def test_whoever_reads_every_list_keeps_the_index_when_one_is_added(library: Archive) -> None:
    library.make_private("secret")
    library.page("upgrade", audience=library.readers("secret"))
    library.make_private("dev")
    assert library.found("miner", audience=library.readers("secret", "dev")) == {"patch"}
    assert [name for name, _ in library.indexes.kept()] == ["", "all"]


def test_an_index_that_nobody_searched_for_long_is_deleted(library: Archive) -> None:
    library.make_private("secret")
    readers = library.readers("secret")
    library.page("upgrade", audience=readers)
    note = library.index.folder / "audiences" / "all" / READERS_FILE
    library.indexes.forget_unused()
    assert library.page("secret", audience=readers).total == 1
    long_ago = time.time() - UNUSED_SECONDS - 60
    os.utime(note, (long_ago, long_ago))

    library.indexes.forget_unused()
    assert [name for name, _ in library.indexes.kept()] == [""]
    assert load_state(note.parent) is None
    assert not [path for path in note.parent.iterdir() if path.is_dir()]
    assert library.found("secret", audience=readers) == {"private"}


def test_an_index_of_whom_nobody_knows_the_readers_is_not_followed_and_is_deleted(
    library: Archive,
) -> None:
    library.make_private("secret")
    library.page("upgrade", audience=library.readers("secret"))
    note = library.index.folder / "audiences" / "all" / READERS_FILE
    note.write_text("{")
    fresh = AudienceIndexes(library.index.folder, library.store.parsed)
    assert [name for name, _ in fresh.kept()] == [""]
    note.unlink()
    fresh.forget_unused()
    assert load_state(note.parent) is None


def test_a_reader_of_very_many_private_lists_can_search(library: Archive) -> None:
    library.make_private("secret")
    readers = replace(library.readers("secret"), closed=frozenset({10**6}))
    many = replace(readers, opened=readers.opened | frozenset(range(1_000, 1_100)))
    assert library.found("secret", audience=many) == {"private"}


def test_an_answer_from_an_index_that_is_not_whole_says_so(
    library: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "SHORT_STEP", 2)
    monkeypatch.setattr(search_module, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(search_module, "FOLLOW_SECONDS", 0.0)
    library.make_private("secret")
    readers = library.readers("secret")
    pages = [library.page("upgrade", audience=readers) for _ in range(5)]
    assert [page.partial for page in pages] == [True, True, True, False, False]
    assert (pages[0].total, pages[-1].total) == (2, 3)


def test_verify_compares_every_index_with_what_its_readers_may_read(library: Archive) -> None:
    library.make_private("secret")
    library.page("upgrade", audience=library.readers("secret"))
    library.page("upgrade")
    found = verify(library.store, library.indexes)
    assert (found.faults, found.indexed, found.messages) == ((), 4, 5)
    # What following would mend is no fault.
    library.make_private("dev")
    assert verify(library.store, library.indexes).faults == ()
    library.make_private("dev", private=False)
    for _, follower in library.indexes.kept():
        with follower.index as index:
            index.delete([1])
            index.commit(0)
    faults = {(one.where, one.what) for one in verify(library.store, library.indexes).faults}
    assert faults == {
        ("search index", "holds 3 messages instead of 4"),
        ("search index all", "holds 4 messages instead of 5"),
    }


def test_topics_are_those_of_the_readers(library: Archive) -> None:
    library.make_private("secret")
    asked = []

    def threads_of(_session: object, readers: object, _slug: str) -> tuple[int, ...]:
        asked.append(readers)
        return ()

    searcher = Searcher(library.indexes, library.database, threads_of)
    readers = library.readers("secret")
    searcher.search("topic:any")
    searcher.search("topic:any", audience=readers)
    assert asked == [library.readers(), readers]


def test_a_private_list_that_gets_mail_leaves_no_trace_in_the_public_index(
    library: Archive,
) -> None:
    library.make_private("secret")
    library.page("upgrade")
    state = library.index.state
    assert state is not None
    files = {path.name for path in (library.index.folder / state.generation).iterdir()}
    private_mail(library, 1)
    assert not library.page("upgrade").partial
    after = library.index.state
    assert after is not None
    assert after.posting > state.posting
    assert after.generation == state.generation
    assert {path.name for path in (library.index.folder / state.generation).iterdir()} == files
