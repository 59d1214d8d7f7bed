"""Importing: counts that add up, idempotence, refusals, and the way out and in again."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlalchemy import func, select

from archive.database import Database
from archive.importing.export import export_mbox
from archive.importing.importer import Importer, ImportReport
from archive.search.audiences import AudienceIndexes
from archive.settings import Settings
from archive.store.store import Store
from archive.tables import CompressionDictionary, MailingList, Message, Posting
from archive.upkeep.verify import verify
from tests.archive.messages import mail
from tests.archive.messages import mbox as as_mbox
from tests.paths import SAMPLE_MBOX

ADDRESS = "talk@lists.example.org"

Run = Callable[..., ImportReport]


@pytest.fixture
def run(database: Database, settings: Settings) -> Run:
    """Import paths into the test's store."""

    def run_import(
        *paths: Path, address: str | None = ADDRESS, jobs: int = 1, **options: Any
    ) -> ImportReport:
        return Importer(database, settings, address, jobs=jobs, **options).run(paths)

    return run_import


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.read, report.stored, report.duplicates, report.refused


def stored(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def digests_and_threads(
    database: Database, settings: Settings
) -> tuple[tuple[str, ...], set[frozenset[str]]]:
    store = Store(database, settings)
    checked = verify(store, AudienceIndexes(settings.index_folder, store.parsed))
    assert checked.faults == ()
    threads: dict[int | None, set[str]] = {}
    with database.session() as session:
        for message_id, thread in session.execute(select(Message.message_id, Message.thread_id)):
            threads.setdefault(thread, set()).add(message_id)
    return checked.digests, {frozenset(members) for members in threads.values()}


def test_the_sample_is_stored_whole_and_a_second_run_stores_nothing(
    run: Run, database: Database, settings: Settings
) -> None:
    first = run(SAMPLE_MBOX)
    second = run(SAMPLE_MBOX)

    assert first.refusals == []
    assert first.read == first.stored > 400
    assert counts(second) == (first.read, 0, first.read, 0)
    assert stored(database) == first.stored
    digests_and_threads(database, settings)


def test_parallel_import_gives_what_one_process_gives(
    run: Run, database: Database, settings: Settings, tmp_path: Path
) -> None:
    report = run(SAMPLE_MBOX, jobs=2)
    expected = digests_and_threads(database, settings)
    alone = Settings(data_dir=tmp_path / "alone")
    other = Database(alone.database_url)
    from archive import migration

    migration.upgrade(other.engine)
    serial = Importer(other, alone, ADDRESS, jobs=1).run([SAMPLE_MBOX])

    assert counts(report) == counts(serial)
    assert digests_and_threads(other, alone) == expected
    other.close()


def test_a_big_import_trains_a_dictionary_and_its_bytes_come_back(
    run: Run, database: Database, settings: Settings
) -> None:
    run(SAMPLE_MBOX)

    with database.session() as session:
        trained = session.scalar(select(func.count()).select_from(CompressionDictionary))
        message = session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert message is not None
        number, size = message.id, message.size
    assert trained == 1
    assert len(Store(database, settings).raw(number)) == size


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [
        (".gz", gzip.compress),
        (".bz2", bz2.compress),
        (".xz", lzma.compress),
        (".zst", zstandard.ZstdCompressor().compress),
    ],
)
def test_compressed_files_are_read_whatever_they_are_called(
    run: Run, tmp_path: Path, suffix: str, compress: Callable[[bytes], bytes]
) -> None:
    data = compress(as_mbox(mail("1@example.org"), mail("2@example.org")))
    named, unnamed = tmp_path / f"talk.mbox{suffix}", tmp_path / "talk"
    named.write_bytes(data)
    unnamed.write_bytes(data)

    assert counts(run(named)) == (2, 2, 0, 0)
    assert counts(run(unnamed)) == (2, 0, 2, 0)


def test_a_truncated_archive_keeps_what_could_be_read_and_names_the_rest(
    run: Run, tmp_path: Path
) -> None:
    letters = [
        mail(f"{n}@example.org", text=random.Random(n).randbytes(900).hex()) for n in range(40)
    ]
    whole = gzip.compress(as_mbox(*letters))
    cut = tmp_path / "talk.mbox.gz"
    cut.write_bytes(whole[: len(whole) // 2])

    report = run(cut)

    assert report.stored > 5
    assert report.read == report.stored + report.duplicates + report.refused
    (refusal,) = report.refusals
    assert "cannot read on" in refusal.reason
    assert str(cut) in refusal.where


def test_bad_sources_are_refused_by_name_and_leave_the_store_as_it_was(
    run: Run, database: Database, tmp_path: Path
) -> None:
    noise = tmp_path / "noise.mbox"
    noise.write_bytes(random.Random(7).randbytes(50_000))
    empty = tmp_path / "empty.mbox"
    empty.touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    missing = tmp_path / "missing.mbox"

    report = run(noise, empty, folder, missing)

    assert counts(report) == (4, 0, 0, 4)
    assert [refusal.where for refusal in report.refusals] == [
        str(path) for path in (noise, empty, folder, missing)
    ]
    assert [refusal.reason for refusal in report.refusals] == [
        "not mail in any form that is known",
        "the file is empty",
        "a folder without mail",
        "no such file",
    ]
    with database.session() as session:
        lists = session.scalars(select(MailingList)).all()
    assert (stored(database), lists) == (0, [])


def test_a_dry_run_counts_and_stores_nothing(run: Run, database: Database) -> None:
    report = run(SAMPLE_MBOX, dry_run=True)

    assert report.read == report.stored > 400
    assert stored(database) == 0


def test_messages_go_into_the_lists_they_name(run: Run, database: Database, tmp_path: Path) -> None:
    letters = [
        mail("1@example.org"),
        mail("2@example.org").replace(
            b"List-Id: Talk <talk.lists.example.org>",
            b"List-Id: <milis.jual.beli.example.net>\n"
            b"List-Post: <mailto:milis.jual@beli.example.net>",
        ),
        mail("3@example.org").replace(
            b"List-Id: Talk <talk.lists.example.org>",
            b"Mailing-List: list mandiri@yahoogroups.com; contact mandiri-owner@yahoogroups.com",
        ),
        mail("4@example.org").replace(b"List-Id: Talk <talk.lists.example.org>\n", b""),
    ]
    (tmp_path / "all.mbox").write_bytes(as_mbox(*letters))

    alone = run(tmp_path / "all.mbox", address=None, split=True)
    with_rest = run(tmp_path / "all.mbox", address="sisa@example.org", split=True)

    assert counts(alone) == (4, 3, 0, 1)
    assert [one.reason for one in alone.refusals] == ["names no list; --list takes such messages"]
    assert counts(with_rest) == (4, 1, 3, 0)
    with database.session() as session:
        posted = session.execute(
            select(MailingList.address, Message.message_id)
            .join(Posting, Posting.list_id == MailingList.id)
            .join(Message, Message.id == Posting.message_id)
            .order_by(Message.message_id)
        )
        assert [tuple(row) for row in posted] == [
            (ADDRESS, "1@example.org"),
            ("milis.jual@beli.example.net", "2@example.org"),
            ("mandiri@yahoogroups.com", "3@example.org"),
            ("sisa@example.org", "4@example.org"),
        ]


def test_what_may_have_been_split_wrongly_is_counted_and_named(
    run: Run, database: Database, tmp_path: Path
) -> None:
    patch = (
        b"From " + b"ab12" * 10 + b" Mon Sep 17 00:00:00 2001\nFrom: c@example.net\nTo: d\n\nx\n"
    )
    box = tmp_path / "talk.mbox"
    box.write_bytes(as_mbox(mail("1@example.org")) + patch)

    report = run(box)

    assert counts(report) == (1, 1, 0, 0)
    assert report.doubtful == 1
    assert "patch" in report.doubts[0].reason
    assert stored(database) == 1


def test_older_messages_than_asked_for_are_passed_over(
    run: Run, database: Database, tmp_path: Path
) -> None:
    box = tmp_path / "talk.mbox"
    box.write_bytes(as_mbox(*(mail(f"{day}@example.org", day=day) for day in range(10))))

    report = run(box, since=datetime(2024, 1, 8, tzinfo=UTC))

    assert counts(report) == (3, 3, 0, 0)
    assert report.passed_over == 7
    assert stored(database) == 3


def test_a_dry_run_tells_what_an_import_would_do(
    run: Run, database: Database, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.mbox", tmp_path / "2.mbox"
    first.write_bytes(as_mbox(mail("1@example.org")))
    second.write_bytes(as_mbox(*(mail(f"{n}@example.org") for n in (1, 2, 2, 3))))
    run(first)

    for address in (ADDRESS, "other@lists.example.org"):
        expected = run(second, address=address, dry_run=True)
        assert counts(run(second, address=address)) == counts(expected)


def test_a_second_list_gets_postings_of_the_messages_it_shares(
    run: Run, database: Database, settings: Settings
) -> None:
    first = run(SAMPLE_MBOX)
    second = run(SAMPLE_MBOX, address="copy@lists.example.org")

    assert counts(second) == (first.read, first.read, 0, 0)
    assert stored(database) == first.stored
    digests_and_threads(database, settings)


def test_an_export_imports_to_the_same_messages_and_threads(
    run: Run, database: Database, settings: Settings, tmp_path: Path
) -> None:
    odd = [
        b"Subject: no line end\n\nat all",
        b"Subject: crlf\r\n\r\nFrom here\r\n>From there\r\n",
        b"no header at all\n\n\n",
    ]
    for number, raw in enumerate(odd):
        path = tmp_path / f"{number}.mbox"
        end = b"\n" if raw.endswith(b"\n") else b""
        path.write_bytes(b"From a Mon Jan  1 09:00:00 2024\n" + raw + end)
    run(SAMPLE_MBOX)
    run(*(tmp_path / f"{number}.mbox" for number in range(len(odd) - 1)))
    expected = digests_and_threads(database, settings)
    out = tmp_path / "out.mbox"
    export_mbox(Store(database, settings), out, None)

    again = Settings(data_dir=tmp_path / "again")
    other = Database(again.database_url)
    from archive import migration

    migration.upgrade(other.engine)
    Importer(other, again, ADDRESS, jobs=1).run([out])

    assert digests_and_threads(other, again) == expected
    other.close()


@pytest.mark.corpus
def test_a_real_archive_is_imported_with_every_count_accounted_for(
    run: Run, database: Database, settings: Settings, shared_data: Path
) -> None:
    archive = shared_data / "corpora" / "usrp-users-raw-mime.mbox.xz"

    report = run(archive)

    assert report.read == 399
    assert report.read == report.stored + report.duplicates + report.refused
    assert report.refused == 0
    digests_and_threads(database, settings)
