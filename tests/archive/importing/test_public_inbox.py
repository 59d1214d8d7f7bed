"""public-inbox: both formats read through git, removals honoured, hostile repositories harmless."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from archive.database import Database
from archive.importing.formats import git_objects
from archive.importing.formats.mbox import read_mbox
from archive.importing.formats.reader import SourceReader
from archive.importing.formats.source import FoundMessage, Refusal
from archive.importing.importer import Importer
from archive.search.audiences import AudienceIndexes
from archive.settings import Settings
from archive.store.store import Store
from archive.upkeep.verify import verify
from tests.archive.messages import mail
from tests.paths import SAMPLE_MBOX

LETTERS = [mail(f"{number}@example.org", day=number) for number in range(5)]
Step = tuple[str, bytes]
"""A commit: the path it writes, and the content."""


def repository(path: Path, commits: Iterable[Iterable[Step]], *, bare_tree: bool = True) -> Path:
    """A bare repository; with ``bare_tree`` each commit holds its own files alone."""
    subprocess.run(["git", "init", "-q", "--bare", path], check=True)
    stream = io.BytesIO()
    for number, steps in enumerate(commits):
        stream.write(b"commit refs/heads/master\n")
        stream.write(b"committer A <a@example.org> %d +0000\ndata 1\nx\n" % (10**9 + number))
        if bare_tree:
            stream.write(b"deleteall\n")
        for name, content in steps:
            if content:
                stream.write(f"M 100644 inline {name}\ndata {len(content)}\n".encode())
                stream.write(content + b"\n")
            else:
                stream.write(f"D {name}\n".encode())
    subprocess.run(
        ["git", "-C", path, "fast-import", "--quiet"], input=stream.getvalue(), check=True
    )
    subprocess.run(["git", "-C", path, "symbolic-ref", "HEAD", "refs/heads/master"], check=True)
    return path


def v1_path(raw: bytes) -> str:
    identifier = raw.partition(b"Message-ID: <")[2].partition(b">")[0]
    digest = hashlib.sha1(identifier).hexdigest()
    return f"{digest[:2]}/{digest[2:]}"


def raws(path: Path, form: str = "auto", limit: int = 1_000_000) -> list[bytes]:
    found = SourceReader(form, limit).read(path)
    return [one.raw for one in found if isinstance(one, FoundMessage)]


def reasons(path: Path) -> list[str]:
    found = SourceReader("auto", 1_000_000).read(path)
    return [one.reason for one in found if isinstance(one, Refusal)]


def test_an_epoch_gives_its_messages_oldest_first_without_those_taken_back(tmp_path: Path) -> None:
    first, second, third, *_ = LETTERS
    epoch = repository(
        tmp_path / "0.git",
        [
            [("m", first)],
            [("m", second)],
            [("d", first)],
            [("m", third)],
            [("d", third)],
            [("m", third)],
        ],
    )

    assert raws(epoch) == [second, third]


def test_a_later_epoch_takes_back_what_an_earlier_one_brought(tmp_path: Path) -> None:
    first, second, third, fourth, _ = LETTERS
    inbox = tmp_path / "talk"
    (inbox / "git").mkdir(parents=True)
    repository(inbox / "git" / "0.git", [[("m", first)], [("m", second)]])
    repository(inbox / "git" / "1.git", [[("d", second)], [("m", third)]])
    repository(inbox / "git" / "10.git", [[("m", fourth)]])
    repository(inbox / "all.git", [])

    assert raws(inbox) == [first, third, fourth]
    assert raws(inbox / "git") == [first, third, fourth]
    assert raws(inbox / "git" / "0.git") == [first, second]


def test_the_first_format_gives_what_its_last_tree_holds(tmp_path: Path) -> None:
    steps: list[list[Step]] = [[(v1_path(letter), letter)] for letter in LETTERS]
    archive = repository(
        tmp_path / "talk.git", [*steps, [(v1_path(LETTERS[1]), b"")]], bare_tree=False
    )
    subprocess.run(["git", "-C", archive, "pack-refs", "--all"], check=True)
    subprocess.run(["git", "-C", archive, "gc", "-q"], check=True)

    assert sorted(raws(archive)) == sorted(LETTERS[:1] + LETTERS[2:])


def test_an_inbox_imports_to_the_same_messages_as_its_mbox(
    sqlite_database: Database, settings: Settings, tmp_path: Path
) -> None:
    with SAMPLE_MBOX.open("rb") as stream:
        found = read_mbox(stream, "sample", 10_000_000)
        letters = [one.raw for one in found if isinstance(one, FoundMessage)]
    half = len(letters) // 2
    inbox = tmp_path / "mandiri"
    (inbox / "git").mkdir(parents=True)
    for number, part in enumerate((letters[:half], letters[half:])):
        repository(inbox / "git" / f"{number}.git", [[("m", letter)] for letter in part])

    first = Importer(sqlite_database, settings, "mandiri@milis.example", jobs=1).run([inbox])
    second = Importer(sqlite_database, settings, "mandiri@milis.example", jobs=1).run([SAMPLE_MBOX])

    assert (first.stored, first.refused) == (len(letters), 0)
    assert (second.stored, second.duplicates) == (0, len(letters))
    store = Store(sqlite_database, settings)
    assert not verify(store, AudienceIndexes(settings.index_folder, store.parsed)).faults


def test_other_repositories_and_damaged_ones_are_refused_by_name(tmp_path: Path) -> None:
    code = repository(tmp_path / "code.git", [[("src/main.c", b"int main;"), ("m", LETTERS[0])]])
    unborn = repository(tmp_path / "unborn.git", [])
    damaged = repository(tmp_path / "damaged.git", [[("m", LETTERS[0])], [("m", LETTERS[1])]])
    for loose in damaged.glob("objects/??/*"):
        loose.chmod(0o600)
        loose.write_bytes(loose.read_bytes()[:9])
    large = repository(tmp_path / "large.git", [[("m", LETTERS[0])], [("m", b"A: b\n" * 9_000)]])

    assert reasons(code) == ["a git repository that is no public-inbox"]
    assert reasons(unborn) == ["a git repository without commits"]
    (reason,) = reasons(damaged)
    assert reason.startswith("git cannot read it: ")
    assert raws(large, limit=4_000) == [LETTERS[0]]


def test_a_repository_cannot_make_git_run_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = repository(tmp_path / "0.git", [[("m", letter)] for letter in LETTERS])
    touched = tmp_path / "touched"
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {touched}\n")
    trap.chmod(0o755)
    with (hostile / "config").open("a") as config:
        config.write(
            f"[log]\n\tshowSignature = true\n[gpg]\n\tprogram = {trap}\n[core]\n\tpager = {trap}\n"
            f"\tfsmonitor = {trap}\n\tsshCommand = {trap}\n[diff]\n\texternal = {trap}\n"
            '[extensions]\n\tpartialClone = origin\n[protocol "ext"]\n\tallow = always\n'
            f'[remote "origin"]\n\turl = ext::{trap}\n\tpromisor = true\n'
        )
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction"):
        (hostile / "hooks" / hook).write_bytes(trap.read_bytes())
        (hostile / "hooks" / hook).chmod(0o755)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap))

    assert raws(hostile) == LETTERS
    assert not touched.exists()


def test_an_object_that_never_ends_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_objects, "SILENCE_SECONDS", 1)
    waiting = repository(tmp_path / "0.git", [[("m", LETTERS[0])]])
    for loose in waiting.glob("objects/??/*"):
        loose.unlink()
        os.mkfifo(loose)

    assert reasons(waiting) == ["git says nothing for 1 seconds"]
