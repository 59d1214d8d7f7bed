"""A post that came by a public and by a private list counts once for whoever reads both."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from archive.database import Database
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.store.store import Incoming, Store
from reputation.corpus.reader import CorpusReader
from tests.archive.messages import mail

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_post_by_a_public_and_a_private_list_counts_once_and_keeps_its_answers(
    sqlite_database: Database, settings: Settings, tmp_path: Path
) -> None:
    store = Store(sqlite_database, settings)
    with sqlite_database.transaction() as session:
        talk = add_list(session, "talk@lists.example.org").id
        board = add_list(session, "board@lists.example.org", private=True).id
    post = mail("1@example.org")
    tagged = post.replace(b"Subject: ", b"Subject: [board] ")
    answer = mail(
        "2@example.org", author="Budi <budi@example.org>", day=1, reply_to="1@example.org"
    )
    for list_id, raw in ((talk, post), (board, tagged), (board, answer)):
        store.keep([Incoming(raw, list_id, "import", NOW)])

    everything = CorpusReader(sqlite_database, tmp_path / "a", frozenset({board})).read().posts
    openly = CorpusReader(sqlite_database, tmp_path / "b").read().posts

    assert len(everything) == 2
    assert everything.parent.tolist() == [-1, 0]
    assert everything.lists.toarray().tolist() == [[True, True], [False, True]]
    assert len(openly) == 1
