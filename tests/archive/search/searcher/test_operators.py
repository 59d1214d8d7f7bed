"""Operators of a query, and who may see what they find."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.errors import NotFoundError, UsageError
from archive.search.searcher import Searcher
from archive.tables import Message
from tests.archive.search.searcher.library import Archive


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("taproot", {"ask", "answer"}),
        ("TAPROOT Fork", {"ask", "answer"}),
        ("upgrade", {"ask", "answer", "private"}),
        ("taproot ninety", {"answer"}),
        ("taproot -ninety nothing", {"ask"}),
        ("budi", {"answer", "kafe"}),
        ('"soft fork"', {"ask", "answer"}),
        ('"fork soft"', set()),
        ('"mining pool"', {"kafe"}),
        ("kafe", {"kafe"}),
        ("KAFÉ", {"kafe"}),
        ("min*", {"patch", "kafe"}),
        ("mine*", {"patch"}),
        ("-taproot", {"patch", "kafe", "private"}),
        ("upgrade -taproot", {"private"}),
        ('upgrade -"soft fork"', {"private"}),
        ("miner OR pool", {"patch", "kafe"}),
        ("upgrade OR wallet -budi", {"ask", "private", "patch"}),
        ("wallet OR -upgrade", {"patch", "kafe"}),
        ("from:budi", {"answer", "kafe"}),
        ("from:budi@example.net", {"answer", "kafe"}),
        ("from:ayu.lestari@example.org taproot", {"ask"}),
        ('from:"Ayu Lestari"', {"ask", "patch", "private"}),
        ('from:"Lestari Ayu"', set()),
        ("from:les*", {"ask", "patch", "private"}),
        ("-from:budi upgrade", {"ask", "private"}),
        ("to:dev@lists.example.org", {"kafe"}),
        ("to:talk", {"ask", "answer", "patch", "private"}),
        ("list:dev", {"patch", "kafe"}),
        ("list:dev@lists.example.org", {"patch", "kafe"}),
        ("list:DEV wallet", {"patch"}),
        ("list:nowhere", set()),
        ("-list:talk", {"patch", "private"}),
        ("list:talk list:dev", {"kafe"}),
        ("subject:wallet", {"patch"}),
        ("subject:upgrade", set()),
        ("body:taproot", set()),
        ("body:upgrade", {"ask", "answer", "private"}),
        ("has:attachment", {"patch"}),
        ("-has:attachment list:dev", {"kafe"}),
        ("is:answer", {"answer"}),
        ("taproot -is:answer", {"ask"}),
        ("before:2024-02-20", {"ask"}),
        ("before:2024-02-21", {"ask", "answer"}),
        ("after:2024-02-20 before:2025", {"answer", "patch"}),
        ("after:2025-06-06T00:00:01", set()),
        ("after:2025-06-06T07:00:00+07:00", {"private"}),
        ("-after:2024-02-20", {"ask"}),
        ("ninety-percent", {"answer"}),
        ("percent-ninety", set()),
        ("soft-fork", {"ask", "answer"}),
        ("soft & fork !!", {"ask", "answer"}),
    ],
)
def test_a_query_finds(shelf: Archive, query: str, names: set[str]) -> None:
    assert shelf.found(query) == names


def test_topic_filters_by_the_threads_of_the_topic(library: Archive) -> None:
    with library.database.session() as session:
        threads = set(
            session.scalars(select(Message.thread_id).where(Message.subject.contains("Taproot")))
        )
    library.topics["soft-forks"] = {thread for thread in threads if thread is not None}
    assert library.found("topic:soft-forks") == {"ask", "answer"}
    assert library.found("topic:Soft-Forks ninety") == {"answer"}
    assert library.found("-topic:soft-forks") == {"patch", "kafe", "private"}
    assert library.found("topic:unknown") == set()
    without = Searcher(library.indexes, library.database)
    with pytest.raises(UsageError, match="topic:"):
        without.search("topic:soft-forks")


@pytest.mark.parametrize("query", ["!!", "- + *", '"..."', "-!!", "from:!!"])
def test_a_query_without_a_word_is_a_usage_error(shelf: Archive, query: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        shelf.page(query)


@pytest.mark.parametrize(
    "options",
    [{"limit": 0}, {"limit": 201}, {"offset": -1}, {"offset": 1_000_000}],
)
def test_bounds_that_make_no_sense_are_usage_errors(
    shelf: Archive, options: dict[str, int]
) -> None:
    with pytest.raises(UsageError):
        shelf.page("taproot", **options)


def test_a_search_can_be_kept_to_one_list(shelf: Archive) -> None:
    assert shelf.found("upgrade", list_address="talk@lists.example.org") == {"ask", "answer"}
    assert shelf.found("upgrade", list_address="Secret@lists.example.org") == {"private"}
    with pytest.raises(NotFoundError):
        shelf.page("upgrade", list_address="nobody@lists.example.org")


def test_what_is_only_on_private_lists_is_never_found_nor_counted(library: Archive) -> None:
    library.make_private("secret", "dev")
    assert library.found("upgrade") == {"ask", "answer"}
    assert library.found("-taproot") == {"kafe"}
    for query in ("secret", "list:secret", "list:dev", "upgrade OR list:secret list:secret"):
        assert library.found(query) == set(), query
    with pytest.raises(NotFoundError):
        library.page("upgrade", list_address="secret@lists.example.org")
    assert library.found("upgrade", audience=library.readers("secret")) == {
        "ask",
        "answer",
        "private",
    }
    library.make_private("talk")
    assert library.found("-nothing") == set()
