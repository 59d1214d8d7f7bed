"""Imports of hostile and damaged mail: bounded, refused by name, nothing stored by halves."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.tables import Message
from tests.archive.messages import mail
from tests.archive.messages import mbox as as_mbox
from tests.end_to_end.service import COMMAND, environment, pakar
from tests.paths import SAMPLE_MBOX

LIST = "talk@lists.example.org"
FEW_MEGABYTES = 600
WEIGHED = """
import pathlib, resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
pathlib.Path(sys.argv[1]).write_text(f"{used.ru_maxrss} {used.ru_utime + used.ru_stime}")
sys.exit(status)
"""
"""Runs a command and writes down its peak memory in kB and its CPU seconds. From a small process
of its own: a command begins with the peak of whoever started it, and a test process is large."""


def box(path: Path, identifier: str, fields: bytes = b"", text: bytes = b"isi\n") -> None:
    """A message with odd fields or text, and an ordinary one after it."""
    odd = mail(f"{identifier}").partition(b"\n\n")[0] + b"\n" + fields + b"\n" + text
    path.write_bytes(as_mbox(odd, mail(f"after-{identifier}")))


def sparse(path: Path, size: int, begins: bytes, ends: bytes) -> None:
    """A file whose middle was never written: large, and made at once."""
    with path.open("wb") as out:
        out.write(begins)
        out.seek(size)
        out.write(ends)


def nested(kind: bytes, depth: int) -> bytes:
    opened = b"".join(
        b'Content-Type: multipart/%s; boundary="b%d"\n\n--b%d\n' % (kind, level, level)
        for level in range(depth)
    )
    closed = b"".join(b"\n--b%d--\n" % level for level in reversed(range(depth)))
    return opened + b"\nisi\n" + closed


@pytest.fixture
def odd_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "odd"
    folder.mkdir()
    deep = nested(b"mixed", 5_000)
    (folder / "nested.mbox").write_bytes(
        as_mbox(mail("nested").partition(b"\n\n")[0] + b"\n" + deep, mail("after-nested"))
    )
    box(folder / "headers.mbox", "headers", b"".join(b"X-%d: v\n" % n for n in range(100_000)))
    box(folder / "long.mbox", "long", b"X-Long: " + b"y" * (10 << 20) + b"\n")
    box(folder / "references.mbox", "references", b"References: " + b"<a@b> " * 500_000 + b"\n")
    box(folder / "nul.mbox", "nul", b"X-Nul: a\0b\nSubject: \0s\n", b"is\0i\0\n")
    box(folder / "quotes.mbox", "quotes", text=b">" * (5 << 20) + b"\n")
    box(folder / "wrote.mbox", "wrote", text=b"On a " * (1 << 20) + b"wrote:\n")
    box(
        folder / "parts.mbox",
        "parts",
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"--b\n" * (1 << 20),
    )
    letter = as_mbox(mail("line"))
    sparse(folder / "line.mbox", 200 << 20, letter[:-1], b"\n\n" + as_mbox(mail("after-line")))
    sparse(folder / "zeros", 8 << 30, b"", b"\0")
    whole = gzip.compress(
        as_mbox(*(mail(f"cut-{n}", text=os.urandom(200).hex()) for n in range(20)))
    )
    (folder / "cut.mbox.gz").write_bytes(whole[:-400])
    (folder / "circle").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    (folder / "code.git" / "objects").mkdir(parents=True)
    (folder / "code.git" / "refs").mkdir()
    (folder / "code.git" / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


def test_hostile_mail_costs_bounded_time_and_memory_and_is_refused_by_name(
    tmp_path: Path, odd_folder: Path
) -> None:
    started = time.monotonic()
    command = [*COMMAND, "import", str(odd_folder), "--list", LIST, "--jobs", "1", "--json"]
    ended = subprocess.run(
        [sys.executable, "-c", WEIGHED, str(tmp_path / "weight"), *command],
        env=environment(tmp_path / "data"),
        capture_output=True,
        check=False,
    )
    report = json.loads(ended.stdout)
    kilobytes, seconds = map(float, (tmp_path / "weight").read_text().split())

    assert ended.returncode == 1
    assert kilobytes < FEW_MEGABYTES * 1024
    assert seconds < 60
    assert time.monotonic() - started < 170
    refused = {
        one["where"].removeprefix(f"{odd_folder}/").partition(":")[0]: one["reason"]
        for one in report["refusals"]
    }
    assert refused.pop("cut.mbox.gz").startswith("cannot read on: Compressed file ended")
    assert refused == {
        "circle": "a symbolic link; name what it leads to",
        "code.git": "a git repository without commits",
        "line.mbox": "larger than 26214400 bytes",
        "pipe": "not a regular file",
        "zeros": "not mail in any form that is known",
    }
    assert report["read"] == report["stored"] + report["refused"]
    database = Database(f"sqlite:///{tmp_path / 'data' / 'pakar.db'}")
    with database.session() as session:
        stored = set(session.scalars(select(Message.message_id)))
    database.close()
    odd = {"nested", "headers", "long", "references", "nul", "quotes", "wrote", "parts"}
    assert odd | {f"after-{name}" for name in (*odd, "line")} <= stored
    assert "line" not in stored
    assert pakar(tmp_path / "data", "verify").returncode == 0


def test_interrupted_imports_store_nothing_and_the_next_one_all(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    content = SAMPLE_MBOX.read_bytes()
    said = {}
    for how in (signal.SIGKILL, signal.SIGINT):
        process = subprocess.Popen(
            [*COMMAND, "import", "-", "--list", LIST, "--jobs", "1"],
            env=environment(data_dir),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(content[: len(content) // 2])
        process.stdin.flush()
        # The store is made first, then the half is read, and the rest waited for.
        deadline = time.monotonic() + 60
        while not (data_dir / "pakar.db").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)
        process.send_signal(how)
        assert process.wait(30) != 0
        said[how] = process.stderr.read().decode()
        process.stdin.close()
        process.stderr.close()

    again = json.loads(pakar(data_dir, "import", SAMPLE_MBOX, "--list", LIST, "--json").stdout)

    assert said[signal.SIGINT] == "interrupted; run it again, and what is missing is imported\n"
    assert again["stored"] == again["read"] > 400
    assert pakar(data_dir, "verify").returncode == 0
