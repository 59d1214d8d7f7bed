"""A search agrees with the store, whoever writes meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.errors import StoreUnavailableError
from archive.search import searcher as search_module
from archive.search.audiences import AudienceIndexes
from archive.search.index import SearchIndex
from archive.search.searcher import Searcher
from archive.settings import Settings
from archive.tables import MailingList
from tests.archive.search.searcher.library import Archive, mail


def test_a_message_stored_a_moment_ago_is_found(archive: Archive) -> None:
    for number in range(5):
        archive.keep(mail(f"m{number}", "subject", f"kata{number}"))
        assert archive.found(f"kata{number}") == {f"m{number}"}


def test_a_crosspost_is_found_on_its_new_list_at_once(archive: Archive) -> None:
    raw = mail("m", "subject", "kunci")
    archive.keep(raw, "talk")
    assert archive.found("list:dev") == set()
    archive.keep(raw, "dev")
    assert archive.found("list:dev") == {"m"}


def test_while_another_writes_a_search_answers_with_what_is_committed(
    library: Archive, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "BUSY_WAIT_SECONDS", 0.1)
    assert library.found("wallet") == {"patch"}
    with SearchIndex(settings.index_folder) as busy:
        busy.delete([])
        library.keep(mail("late", "wallet", "late"))
        assert library.found("wallet") == {"patch"}
    monkeypatch.setattr(search_module, "BUSY_PAUSE_SECONDS", 0)
    assert library.found("wallet") == {"patch", "late"}


def test_a_damaged_index_is_built_again_and_the_search_answered(library: Archive) -> None:
    assert library.found("wallet") == {"patch"}
    state = library.index.state
    assert state is not None
    for path in (library.index.folder / state.generation).iterdir():
        path.write_bytes(b"")
    fresh = AudienceIndexes(library.index.folder, library.store.parsed)
    library.searcher = Searcher(fresh, library.database)
    assert library.found("wallet") == {"patch"}


def test_an_index_that_cannot_be_written_at_all_is_an_error(local: Archive, tmp_path: Path) -> None:
    local.keep(mail("m", "subject", "kunci"))
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    searcher = Searcher(AudienceIndexes(blocked, local.store.parsed), local.database)
    with pytest.raises(StoreUnavailableError):
        searcher.search("kunci")


def test_threads_search_while_messages_arrive(local: Archive) -> None:
    local.keep(mail("first", "subject", "kunci"))
    errors: list[BaseException] = []

    def look() -> None:
        try:
            for _ in range(15):
                assert local.page("kunci").total >= 1
        except BaseException as error:  # noqa: BLE001 -- shown below
            errors.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        local.keep(mail(f"m{number}", "subject", "kunci"))
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert local.page("kunci").total == 11


def test_messages_of_a_removed_list_are_not_found_under_another(local: Archive) -> None:
    local.keep(mail("m", "subject", "kunci"), "dev")
    assert local.found("list:dev") == {"m"}
    with local.database.transaction() as session:
        session.execute(
            update(MailingList)
            .where(MailingList.id == local.lists["dev"])
            .values(address="renamed@lists.example.org", slug="renamed")
        )
    assert local.found("list:dev") == set()
    assert local.found("list:renamed") == {"m"}
