"""The order of hits, and their pages."""

from __future__ import annotations

import pytest

from archive.search import order
from tests.archive.search.searcher.library import Archive, mail


def test_own_words_and_subjects_weigh_more_than_quotes(local: Archive) -> None:
    filler = "lorem ipsum dolor sit amet consectetur"
    local.keep(mail("quote", "a", f"{filler}\r\n\r\n> kunci {filler}"))
    local.keep(mail("own", "b", f"{filler} kunci\r\n\r\n> {filler}"))
    local.keep(mail("subject", "kunci", f"{filler}\r\n\r\n> {filler}"))
    assert local.names("kunci") == ["subject", "own", "quote"]


def test_ties_go_to_the_newest_whatever_order_they_came_in(local: Archive) -> None:
    for month in (3, 1, 4, 2, 5):
        local.keep(mail(f"m{month}", "same", "kunci", date=f"2024-0{month}-01"))
    newest_first = ["m5", "m4", "m3", "m2", "m1"]
    assert local.names("kunci") == newest_first
    assert local.names("is:answer OR list:talk") == newest_first
    assert local.names("kunci", sort="date") == newest_first


def test_sorting_by_date_ignores_how_well_a_message_answers(shelf: Archive) -> None:
    assert shelf.names("upgrade", sort="date") == ["private", "answer", "ask"]
    assert [hit.score for hit in shelf.page("upgrade", sort="date").hits] == [0, 0, 0]
    scores = [hit.score for hit in shelf.page("upgrade").hits]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_pages_neither_overlap_nor_leave_out(
    local: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(23):
        local.keep(mail(f"m{number}", "same", "kunci " * (1 + number % 3)))
    monkeypatch.setattr(order, "WINDOW", 10)
    for sort in ("relevance", "date"):
        whole = local.names("kunci", sort=sort, limit=200)
        assert len(whole) == 23
        paged = [
            name
            for offset in range(0, 30, 5)
            for name in local.names("kunci", sort=sort, limit=5, offset=offset)
        ]
        assert sorted(paged) == sorted(whole)
    page = local.page("kunci", limit=5, offset=20)
    assert (page.total, len(page.hits)) == (23, 3)
    assert local.page("kunci", offset=50).hits == ()
