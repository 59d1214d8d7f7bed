"""The search index: following the store through cross-posts, crashes, loss and damage."""

from __future__ import annotations

import json
import lzma
import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import tantivy
from sqlalchemy import delete, select

from archive.database import Database
from archive.errors import NotFoundError, StoreUnavailableError
from archive.lists.registry import add_list
from archive.mail.message import ParsedMessage
from archive.search import follower as follower_module
from archive.search import state as state_module
from archive.search.fields import IndexDocument
from archive.search.follower import Differences, IndexFollower
from archive.search.index import SearchIndex
from archive.search.state import IndexBusyError, SearchIndexError, TornIndexError
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import Message, OwnText, Posting, RawMessage, Reference

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def document(message: int, own: str = "kata", lists: tuple[int, ...] = (1,)) -> IndexDocument:
    return IndexDocument(
        message=message,
        digest=message.to_bytes(32, "big"),
        lists=lists,
        subject="subjek",
        own=own,
        body="",
        author="Ayu",
        address="ayu@example.org",
        recipients="",
        attachments="",
        date=1_700_000_000 + message,
        has_attachment=False,
        is_answer=False,
    )


def found(index: SearchIndex, word: str, field: str = "own") -> set[int]:
    """Messages with a word, as a reader sees them now."""
    index.reload()
    return matching(index, tantivy.Query.term_query(index.schema, field, word))


def on_list(index: SearchIndex, list_id: int) -> set[int]:
    index.reload()
    return matching(index, tantivy.Query.term_query(index.schema, "lists", list_id))


def matching(index: SearchIndex, query: tantivy.Query) -> set[int]:
    searcher = index.searcher()
    hits = searcher.search(query, limit=10_000).hits
    numbers = searcher.fast_field_values("message", [address for _, address in hits])
    assert len(set(numbers)) == len(numbers), "a message is in the index twice"
    return {int(number or 0) for number in numbers}


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.index_folder


class Archive:
    """A store with two lists, and posts put into it."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.store = Store(database, settings)
        self.folder = settings.index_folder
        with database.transaction() as session:
            self.talk = add_list(session, "talk@lists.example.org").id
            self.dev = add_list(session, "dev@lists.example.org").id

    def post(self, word: str, list_id: int | None = None, quoted: str = "") -> int:
        """Store one message; its row."""
        lines = [
            "From: Ayu Lestari <ayu@example.org>",
            "To: talk@lists.example.org",
            f"Message-ID: <{word}@example.org>",
            f"Subject: perihal {word}",
            "",
            word,
            *([f"> {quoted}"] if quoted else []),
        ]
        raw = "\r\n".join(lines).encode() + b"\r\n"
        incoming = Incoming(raw, self.talk if list_id is None else list_id, "smtp", NOW)
        message = self.store.keep([incoming])[0].message
        assert message is not None
        return message

    def remove(self, message: int) -> None:
        with self.database.transaction() as session:
            for table in (Posting, OwnText, RawMessage, Reference):
                session.execute(delete(table).where(table.message_id == message))
            session.execute(delete(Message).where(Message.id == message))

    def index(self, **options: float) -> SearchIndex:
        return SearchIndex(self.folder, **options)

    def follow(
        self,
        index: SearchIndex,
        read: Callable[[int], ParsedMessage] | None = None,
        **bounds: float,
    ) -> int:
        follower = IndexFollower(index, read or self.store.parsed)
        with self.database.session() as session:
            return follower.follow(session, **bounds)  # type: ignore[arg-type]

    def is_exact(self, index: SearchIndex) -> bool:
        return not self.differences(index)

    def differences(self, index: SearchIndex) -> Differences:
        with self.database.session() as session:
            return IndexFollower(index, self.store.parsed).differences(session)


@pytest.fixture
def archive(database: Database, settings: Settings) -> Archive:
    """In both dialects."""
    return Archive(database, settings)


@pytest.fixture
def local(sqlite_database: Database, settings: Settings) -> Archive:
    """In SQLite, where the dialect makes no difference."""
    return Archive(sqlite_database, settings)


# Documents


def test_what_is_added_shows_after_the_commit_to_every_reader(folder: Path) -> None:
    reader = SearchIndex(folder)
    assert found(reader, "kata") == set()
    with SearchIndex(folder) as writer:
        writer.add([document(1), document(2, "lain")])
        assert found(reader, "kata") == set()
        writer.commit(2)
        assert found(reader, "kata") == {1}
        assert (writer.high_water, reader.high_water) == (2, 2)
        writer.delete([1])
        writer.add([document(1, "baru")])
        writer.commit(1)
    assert found(reader, "kata") == set()
    assert found(reader, "baru") == {1}
    assert reader.high_water == 2


def test_what_was_not_committed_is_forgotten(folder: Path) -> None:
    with SearchIndex(folder) as writer:
        writer.add([document(1)])
        writer.commit(1)
        writer.add([document(2)])
    with SearchIndex(folder) as writer:
        writer.add([document(3)])
        writer.commit(3)
    assert found(SearchIndex(folder), "kata") == {1, 3}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Kafé", "kafe"),
        ("Kafe\u0301", "kafe"),
        ("CAFÉ", "cafe"),
        ("Straße", "strasse"),
        ("foo_bar", "bar"),
        ("e-mail", "mail"),
        ("ayu.lestari@example.org", "lestari"),
        ("kata\x00kata2", "kata2"),
        ("before \ud800 after", "after"),
        ("中文", "中文"),
        ("x" * 2_000_000 + " tail", ""),
    ],
)
def test_any_text_can_be_indexed_and_words_are_folded(folder: Path, text: str, word: str) -> None:
    with SearchIndex(folder) as index:
        index.add([document(1, text), document(2, "lain")])
        index.commit(2)
        assert found(index, "lain") == {2}
        if word:
            assert found(index, word) == {1}


def test_a_query_is_cut_into_words_as_documents_are(folder: Path) -> None:
    index = SearchIndex(folder)
    assert index.words("Kafe\u0301 foo_BAR \ud800 e-mail") == ["kafe", "foo", "bar", "e", "mail"]


# Following


def test_following_indexes_text_quotes_people_and_flags(archive: Archive) -> None:
    message = archive.post("halo", quoted="pertanyaan")
    index = archive.index()
    assert archive.follow(index) == 1
    for field, word in {
        "own": "halo",
        "subject": "perihal",
        "body": "pertanyaan",
        "author": "lestari",
        "address": "ayu",
        "recipients": "talk",
    }.items():
        assert found(index, word, field) == {message}, field
    assert on_list(index, archive.talk) == {message}
    assert archive.is_exact(index)


def test_following_goes_on_from_where_it_was(archive: Archive) -> None:
    index = archive.index()
    for number in range(5):
        message = archive.post(f"kata{number}")
        assert archive.follow(index) == 1
        assert found(index, f"kata{number}") == {message}
        assert index.high_water == message
    assert archive.follow(index) == 0


def test_a_message_that_reaches_a_second_list_later_is_found_there_too(archive: Archive) -> None:
    message = archive.post("halo", archive.talk)
    index = archive.index()
    archive.follow(index)
    assert on_list(index, archive.dev) == set()
    archive.post("lain", archive.talk)
    assert archive.post("halo", archive.dev) == message
    assert archive.follow(index) == 2
    assert on_list(index, archive.dev) == {message}
    assert message in on_list(index, archive.talk)
    assert archive.is_exact(index)


def test_a_follow_can_be_bounded_and_gone_on_with(
    local: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "STEP", 4)
    monkeypatch.setattr(follower_module, "SHORT_STEP", 2)
    for number in range(10):
        local.post(f"kata{number}")
    index = local.index()
    assert local.follow(index, at_most=1) == 4
    # However slow the machine is, every call gets on.
    assert local.follow(index, seconds=0.0) == 2
    assert local.follow(index, at_most=4) == 4
    assert local.is_exact(index)
    assert local.follow(index) == 0


def test_commits_between_steps_lose_and_repeat_nothing(
    local: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "STEP", 2)
    monkeypatch.setattr(follower_module, "COMMIT_EVERY", 3)
    for number in range(9):
        local.post(f"kata{number}")
        local.post(f"kata{number}", local.dev)
    index = local.index()
    assert local.follow(index) == 9
    assert local.is_exact(index)


def test_documents_added_by_an_import_are_not_read_again(local: Archive) -> None:
    index = local.index()
    local.follow(index)
    rows = [local.post(f"kata{number}") for number in range(3)]
    with local.database.session() as session:
        digests = {row: session.get_one(Message, row).digest for row in rows}
    with index:
        for row in rows:
            index.add([replace(document(row, lists=(local.talk,)), digest=digests[row])])
        index.commit(rows[-1])
        assert local.follow(index) == 0
    assert found(index, "kata") == set(rows)


def test_a_lower_posting_that_is_committed_late_is_not_missed(local: Archive) -> None:
    """Several processes writing to PostgreSQL commit their ids in any order."""
    late, early = local.post("lambat"), local.post("cepat")
    with local.database.transaction() as session:
        posting = session.scalars(select(Posting).where(Posting.message_id == late)).one()
        number, received = posting.id, posting.received
        session.delete(posting)
    index = local.index()
    assert local.follow(index) == 1
    with local.database.transaction() as session:
        session.add(
            Posting(id=number, list_id=local.talk, message_id=late, received=received, door="smtp")
        )
    assert local.follow(index) == 1
    assert on_list(index, local.talk) == {late, early}


def test_a_store_that_was_rolled_back_and_gave_its_ids_out_again_is_followed(
    local: Archive,
) -> None:
    kept, gone = local.post("tetap"), local.post("hilang")
    index = local.index()
    local.follow(index)
    local.remove(gone)
    again = local.post("pengganti")
    assert again == gone
    local.follow(index)
    assert found(index, "hilang") == set()
    assert found(index, "pengganti") == {again}
    assert found(index, "tetap") == {kept}
    assert local.is_exact(index)


def test_an_index_newer_than_its_store_loses_the_surplus(local: Archive) -> None:
    rows = [local.post(f"kata{number}") for number in range(6)]
    index = local.index()
    local.follow(index)
    for row in rows[2:]:
        local.remove(row)
    local.follow(index)
    assert on_list(index, local.talk) == set(rows[:2])
    assert local.is_exact(index)
    for row in rows[:2]:
        local.remove(row)
    local.follow(index)
    assert on_list(index, local.talk) == set()


def test_a_message_whose_bytes_are_damaged_is_indexed_by_what_was_read_before(
    local: Archive,
) -> None:
    message = local.post("halo", quoted="pertanyaan")
    local.post("lain")
    with local.database.transaction() as session:
        session.get_one(RawMessage, message).data = b"damaged"
    # As after a restart: what this process has just read, it need not read again.
    local.store = Store(local.database, local.store.settings)
    index = local.index()
    assert local.follow(index) == 2
    assert found(index, "halo") == {message}
    assert found(index, "lestari", "author") >= {message}
    assert found(index, "pertanyaan", "body") == set()


def test_a_message_that_vanishes_while_it_is_read_does_not_stop_the_follow(
    local: Archive,
) -> None:
    message = local.post("halo")

    def read(number: int) -> ParsedMessage:
        raise NotFoundError(f"no message number {number}")

    index = local.index()
    assert local.follow(index, read) == 1
    assert found(index, "halo") == {message}


def test_a_store_that_fails_during_the_follow_is_reported_and_tried_again(
    local: Archive,
) -> None:
    message = local.post("halo")

    def read(number: int) -> ParsedMessage:
        raise StoreUnavailableError("the store is away")

    with pytest.raises(StoreUnavailableError, match="the store is away"):
        local.follow(local.index(), read)
    index = local.index()
    local.follow(index)
    assert found(index, "halo") == {message}


def test_differences_name_what_is_missing_surplus_and_changed(local: Archive) -> None:
    rows = [local.post(f"kata{number}") for number in range(4)]
    index = local.index()
    local.follow(index)
    with index:
        index.delete([rows[0], rows[1]])
        index.add([document(rows[1]), document(999)])
        index.commit(999)
    found_out = local.differences(index)
    assert found_out.missing == {rows[0]}
    assert found_out.stale == {rows[1]}
    assert found_out.surplus == {999}


# Loss and damage


def lose(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_state(folder: Path) -> None:
    (folder / state_module.STATE_FILE).unlink()


def garble_state(folder: Path) -> None:
    (folder / state_module.STATE_FILE).write_bytes(b"[" * 100_000)


def point_outside(folder: Path) -> None:
    change_state(folder, generation="../elsewhere")


def other_schema(folder: Path) -> None:
    change_state(folder, schema=-1)


def change_state(folder: Path, **fields: object) -> None:
    path = folder / state_module.STATE_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def generation(folder: Path) -> Path:
    [path] = [entry for entry in folder.iterdir() if entry.is_dir()]
    return path


def lose_generation(folder: Path) -> None:
    shutil.rmtree(generation(folder))


def garble_meta(folder: Path) -> None:
    (generation(folder) / "meta.json").write_bytes(b'{"segments": [')


def cut_segments(folder: Path) -> None:
    for path in generation(folder).glob("*.term"):
        path.write_bytes(path.read_bytes()[:10])


def lose_segments(folder: Path) -> None:
    for path in generation(folder).glob("*.idx"):
        path.unlink()


@pytest.mark.parametrize(
    "damage",
    [
        lose,
        lose_state,
        garble_state,
        point_outside,
        other_schema,
        lose_generation,
        garble_meta,
        cut_segments,
        lose_segments,
    ],
)
def test_a_lost_torn_or_outdated_index_is_built_again(
    local: Archive, damage: Callable[[Path], None]
) -> None:
    rows = [local.post(f"kata{number}") for number in range(3)]
    local.follow(local.index())
    damage(local.folder)
    index = local.index()
    assert local.follow(index) == 3
    assert on_list(index, local.talk) == set(rows)
    assert local.is_exact(index)
    assert len([entry for entry in local.folder.iterdir() if entry.is_dir()]) == 1


def test_a_reader_of_a_torn_index_is_told_so(local: Archive) -> None:
    local.post("halo")
    local.follow(local.index())
    garble_meta(local.folder)
    with pytest.raises(TornIndexError):
        local.index().reload()


def test_clearing_begins_an_empty_index_and_readers_go_over_to_it(local: Archive) -> None:
    message = local.post("halo")
    index, reader = local.index(), local.index()
    local.follow(index)
    assert found(reader, "halo") == {message}
    index.clear()
    assert found(reader, "halo") == set()
    local.follow(index)
    assert found(reader, "halo") == {message}


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(SearchIndexError, match="cannot write the search index"):
        SearchIndex(blocked / "index").add([document(1)])


# Several writers


def test_a_second_writer_waits_and_then_gives_up(folder: Path) -> None:
    with SearchIndex(folder) as first:
        first.add([document(1)])
        started = time.monotonic()
        with pytest.raises(IndexBusyError):
            SearchIndex(folder, lock_wait=0.2).add([document(2)])
        assert 0.2 <= time.monotonic() - started < 5
        assert found(SearchIndex(folder), "kata") == set()
        first.commit(1)
    with SearchIndex(folder, lock_wait=0.2) as second:
        second.add([document(2)])
        second.commit(2)
    assert found(SearchIndex(folder), "kata") == {1, 2}


def test_threads_that_share_an_index_take_turns(local: Archive) -> None:
    index = local.index()
    for number in range(8):
        local.post(f"kata{number}")
    errors: list[BaseException] = []

    def work() -> None:
        try:
            local.follow(index)
        except BaseException as error:  # noqa: BLE001 -- shown below
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert local.is_exact(index)


def _hold_writer(folder: Path, ready: Connection) -> None:
    index = SearchIndex(folder)
    index.add([document(1)])
    index.commit(1)
    index.add([document(2)])
    ready.send("writing")
    time.sleep(60)


@pytest.fixture
def writing_process(folder: Path) -> Iterator[int]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_hold_writer, args=(folder, there))
    process.start()
    assert here.poll(60)
    assert here.recv() == "writing"
    assert process.pid is not None
    yield process.pid
    process.kill()
    process.join()


def test_another_process_is_kept_out_until_the_writer_dies_and_loses_only_its_last(
    folder: Path, writing_process: int
) -> None:
    index = SearchIndex(folder, lock_wait=0.1)
    assert found(index, "kata") == {1}
    with pytest.raises(IndexBusyError):
        index.add([document(3)])
    os.kill(writing_process, signal.SIGKILL)
    with SearchIndex(folder, lock_wait=20) as heir:
        heir.add([document(3)])
        heir.commit(3)
    assert found(index, "kata") == {1, 3}


# Real mail


@pytest.mark.corpus
def test_messages_are_indexed_about_as_fast_as_their_words_can_be_counted(
    folder: Path, shared_data: Path
) -> None:
    """A ratio, so that a slow machine does not fail it; measured: 3.3 to 4.3."""
    with lzma.open(shared_data / "corpora" / "r-sig-geo.mbox.xz") as file:
        text = file.read(12_000_000).decode("latin1")
    parts = [text[start : start + 2_000] for start in range(0, len(text), 2_000)]
    started = time.process_time()
    for part in parts:
        counts: dict[str, int] = {}
        for word in part.lower().split():
            counts[word] = counts.get(word, 0) + 1
    counting = time.process_time() - started
    started = time.process_time()
    with SearchIndex(folder) as index:
        index.add(document(number, part) for number, part in enumerate(parts, 1))
        index.commit(len(parts))
        indexing = time.process_time() - started
        assert index.searcher().num_docs == len(parts)
    assert indexing < 8 * counting
