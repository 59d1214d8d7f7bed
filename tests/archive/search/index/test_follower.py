"""The index follows the store, whatever happened to either."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from archive.errors import NotFoundError, StoreUnavailableError
from archive.mail.message import ParsedMessage
from archive.search import follower as follower_module
from archive.store.store import Store
from archive.tables import Message, Posting, RawMessage
from tests.archive.search.index.followed import Archive, document, found, on_list


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
