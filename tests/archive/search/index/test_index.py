"""The index alone: documents, commits, several writers."""

from __future__ import annotations

import lzma
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from archive.search.index import SearchIndex
from archive.search.state import IndexBusyError
from tests.archive.search.index.followed import Archive, document, found


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
        ("ayu.lestari@example.org", "example"),
        ("kata\x00kata2", "kata2"),
        ("before \ud800 after", "after"),
        ("中文", "文"),
        ("İSTANBUL", "istanbul"),
        ("i\u0307stanbul", "istanbul"),
        ("ＰＨＰ", "php"),
        ("ﬁle", "file"),
        ("ὁδός", "οδοσ"),
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


@pytest.mark.corpus
def test_messages_are_indexed_about_as_fast_as_their_words_can_be_counted(
    folder: Path, shared_data: Path
) -> None:
    """A ratio, so that a slow machine does not fail it; measured: 8 to 10.

    The text is a raw mailbox, every header of which holds addresses that are shortened first.
    """
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
    assert indexing < 20 * counting
