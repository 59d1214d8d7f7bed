"""Zip and tar files, and the folders of list managers that come in them."""

from __future__ import annotations

import gzip
import io
import mailbox
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.importing.formats.reader import SourceReader
from archive.importing.formats.source import FoundMessage, PassedOver, Refusal
from tests.archive.messages import mail
from tests.archive.messages import mbox as as_mbox

LETTERS = [mail(f"{number}@example.org", day=number) for number in range(4)]


def read(path: Path) -> tuple[list[bytes], dict[str, str]]:
    """Raw messages, and refusals by what they name below ``path``; nothing is left unpacked."""
    scratch = path.parent / "scratch"
    found = list(SourceReader("auto", 1_000_000, scratch).read(path))
    assert not scratch.exists() or list(scratch.iterdir()) == []
    return (
        [one.raw for one in found if isinstance(one, FoundMessage)],
        {
            one.where.removeprefix(str(path)).lstrip("/"): one.reason
            for one in found
            if isinstance(one, Refusal)
        },
    )


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return path


def test_a_takeout_of_groups_is_read_out_of_its_zip(tmp_path: Path) -> None:
    nested = zipped(tmp_path / "inner.zip", {"grup/talk.mbox": as_mbox(*LETTERS[2:])})
    takeout = zipped(
        tmp_path / "takeout.zip",
        {
            "Takeout/Groups/talk@googlegroups.com/topics.mbox": as_mbox(*LETTERS[:2]),
            "Takeout/Groups/talk@googlegroups.com/members.csv": b"Email,Role\n",
            "Takeout/Groups/lama.zip": nested.read_bytes(),
            "__MACOSX/._topics.mbox": b"\0\5\x16\7",
        },
    )

    messages, refused = read(takeout)

    assert sorted(messages) == sorted(LETTERS)
    assert refused == {}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_a_maildir_is_read_out_of_a_tar(tmp_path: Path, mode: str) -> None:
    box = mailbox.Maildir(tmp_path / "mail")
    for letter in LETTERS:
        box.add(letter)
    with tarfile.open(tmp_path / "mail.tar", mode) as out:  # type: ignore[call-overload]
        out.add(tmp_path / "mail", "mail")

    messages, refused = read(tmp_path / "mail.tar")

    assert sorted(messages) == sorted(LETTERS)
    assert refused == {}


def test_members_that_lead_astray_are_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "odd.tar"
    with tarfile.open(path, "w") as out:

        def put(name: str, content: bytes = b"", **fields: object) -> None:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            for field, value in fields.items():
                setattr(member, field, value)
            out.addfile(member, io.BytesIO(content))

        put("../outside.eml", LETTERS[0])
        put("/etc/absolute.eml", LETTERS[0])
        put("link.eml", type=tarfile.SYMTYPE, linkname="/etc/passwd")
        put("pipe", type=tarfile.FIFOTYPE)
        put("inside.eml", LETTERS[1])
        put("inside.eml/below.eml", LETTERS[2])

    messages, refused = read(path)

    assert messages == [LETTERS[1]]
    assert refused == {
        "../outside.eml": "its name leads out of the folder",
        "etc/absolute.eml": "its name leads out of the folder",
        "link.eml": "not a regular file, or encrypted",
        "pipe": "not a regular file, or encrypted",
        "inside.eml/below.eml": "cannot be unpacked: File exists",
    }
    assert not (tmp_path / "outside.eml").exists()


def endless_zip(path: Path) -> None:
    zipped(path, {"talk.mbox": as_mbox(LETTERS[0]) + b"\0" * (30 << 20)})


def endless_tar(path: Path) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as out:
        member = tarfile.TarInfo("talk.mbox")
        member.size = 30 << 20
        out.addfile(member, io.BytesIO(b"\0" * (30 << 20)))
    path.write_bytes(gzip.compress(content.getvalue()))


def nested_zips(path: Path) -> None:
    content = zipped(path, {"1.eml": LETTERS[0]}).read_bytes()
    for _ in range(4):
        content = zipped(path, {"inner.zip": content}).read_bytes()


def crowded_zip(path: Path) -> None:
    zipped(path, {f"{number}.eml": LETTERS[0] for number in range(1_001)})


def vast_zip(path: Path) -> None:
    """A directory of 200 MB, most of which is a hole in the file."""
    end = bytearray(zipped(path, {}).read_bytes())
    end[12:16] = (200 << 20).to_bytes(4, "little")
    with path.open("wb") as out:
        out.write(b"PK\3\4")
        out.seek(200 << 20)
        out.write(end)


def absurd_tar(path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 8 << 30
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT) + b"\0" * 10_000)


def cut_zip(path: Path) -> None:
    path.write_bytes(zipped(path, {"1.eml": LETTERS[0]}).read_bytes()[:-30])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (endless_zip, "it swells to more than 250 times its size"),
        (endless_tar, "it swells to more than 250 times its size"),
        (nested_zips, "containers lie more than 3 deep in each other"),
        (crowded_zip, "more than 1000 files; unpack it and name the folder"),
        (vast_zip, "more than 1000 files; unpack it and name the folder"),
        (absurd_tar, "an extended header of absurd size"),
        (cut_zip, "a zip that is cut short"),
    ],
)
def test_containers_that_would_never_end_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], reason: str
) -> None:
    monkeypatch.setattr("archive.importing.formats.stream.FREE_BYTES", 1 << 20)
    monkeypatch.setattr("archive.importing.formats.containers.MAX_FILES", 1_000)
    make(tmp_path / "bomb")
    started = time.monotonic()

    messages, refused = read(tmp_path / "bomb")

    assert messages == []
    assert any(one.endswith(reason) for one in refused.values()), refused
    assert time.monotonic() - started < 20


def test_what_a_killed_import_left_unpacked_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "scratch" / "unpacked-999999999-abc"
    left.mkdir(parents=True)
    (left / "1.eml").write_bytes(LETTERS[0])

    messages, _ = read(zipped(tmp_path / "talk.zip", {"1.eml": LETTERS[1]}))

    assert messages == [LETTERS[1]]


def pipermail(identifier: int) -> bytes:
    return (
        b"From ayu at example.org  Thu Jul  1 09:00:00 2004\n"
        b"From: ayu at example.org (Ayu Lestari)\nDate: Thu, 1 Jul 2004 09:00:00 +0700\n"
        b"Subject: [Talk] vpn\nMessage-ID: <%d@example.org>\n\nFrom here on it fails.\n\n"
        b"-------------- next part --------------\nAn HTML attachment was scrubbed...\n"
        % identifier
    )


def test_the_months_of_pipermail_are_read_in_order_and_once(tmp_path: Path) -> None:
    talk = tmp_path / "talk"
    (talk / "2004-July").mkdir(parents=True)
    (talk / "2004-July" / "000001.html").write_text("<html>")
    (talk / "attachments").mkdir()
    (talk / "attachments" / "a.eml").write_bytes(LETTERS[0])
    (talk / "2004-July.txt.gz").write_bytes(gzip.compress(pipermail(1)))
    (talk / "2004-August.txt").write_bytes(pipermail(2) + b"\n" + pipermail(3))
    (talk / "2004-August.txt.gz").write_bytes(gzip.compress(pipermail(2)))
    (talk / "2003-December.txt.gz").write_bytes(gzip.compress(pipermail(0)))
    (talk / "index.html").write_text("<html>")

    messages, refused = read(talk)

    assert [raw.partition(b"Message-ID: <")[2][:1] for raw in messages] == [b"0", b"1", b"2", b"3"]
    assert refused == {}
    (tmp_path / "talk.mbox").mkdir()
    (tmp_path / "talk.mbox" / "talk.mbox").write_bytes(as_mbox(*LETTERS))
    found = list(SourceReader("auto", 1_000_000).read(tmp_path))
    assert [one.raw for one in found if isinstance(one, FoundMessage)] == LETTERS
    assert [one.where for one in found if isinstance(one, PassedOver)] == [str(talk)]
