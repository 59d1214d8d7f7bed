"""Forms of past mail: each is recognised, read byte for byte, and bounded by name."""

from __future__ import annotations

import gzip
import io
import mailbox
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importing.formats.mbox import Dialect, read_mbox
from archive.importing.formats.reader import SourceReader
from archive.importing.formats.source import Found, FoundMessage, PassedOver, Refusal
from archive.mail.dates import read_envelope_date
from tests.archive.messages import mail
from tests.archive.messages import mbox as as_mbox

LIMIT = 1_000_000
LETTERS = [mail(f"{number}@example.org", day=number) for number in range(4)]


def found(path: Path, form: str = "auto", limit: int = LIMIT) -> list[Found]:
    return list(SourceReader(form, limit).read(path))


def raws(path: Path, form: str = "auto") -> list[bytes]:
    return [one.raw for one in found(path, form) if isinstance(one, FoundMessage)]


def reasons(path: Path, form: str = "auto", limit: int = LIMIT) -> dict[str, str]:
    """Refusals by what they name below ``path``."""
    return {
        one.where.removeprefix(str(path)).lstrip("/"): one.reason
        for one in found(path, form, limit)
        if isinstance(one, Refusal)
    }


def filled(box: mailbox.Mailbox[mailbox.Message]) -> None:
    for letter in LETTERS:
        box.add(letter)
    box.close()


def test_a_maildir_with_folders_gives_its_messages_and_when_they_were_delivered(
    tmp_path: Path,
) -> None:
    box = mailbox.Maildir(tmp_path / "mail")
    filled(box)
    filled(box.add_folder("Talk"))
    (tmp_path / "mail" / "tmp" / "1700000000.half").write_bytes(b"From: a@example.org\n")
    (tmp_path / "mail" / "cur" / "1700000000.M1.host:2,RS").write_bytes(LETTERS[0])

    messages = [one for one in found(tmp_path / "mail") if isinstance(one, FoundMessage)]

    assert sorted(one.raw for one in messages) == sorted([*LETTERS * 2, LETTERS[0]])
    (dated,) = [one for one in messages if "1700000000.M1" in one.where]
    assert dated.envelope_date is not None
    moment = read_envelope_date(dated.envelope_date)
    assert moment is not None
    assert moment.timestamp() == 1_700_000_000


def test_an_mh_folder_gives_its_messages_by_number_and_no_removed_ones(tmp_path: Path) -> None:
    box = mailbox.MH(tmp_path / "mail")
    filled(box)
    inner = box.add_folder("talk")
    for number in range(11):
        inner.add(mail(f"inner-{number}@example.org"))
    (tmp_path / "mail" / ",5").write_bytes(LETTERS[0])

    read = raws(tmp_path / "mail")

    assert read == [*LETTERS, *(mail(f"inner-{number}@example.org") for number in range(11))]


@pytest.mark.parametrize("make", [mailbox.mbox, mailbox.MMDF])
def test_mailboxes_that_the_standard_library_writes_are_read_back(
    tmp_path: Path, make: Callable[[Path], mailbox.Mailbox[mailbox.Message]]
) -> None:
    filled(make(tmp_path / "box"))

    assert [raw.rstrip(b"\n") for raw in raws(tmp_path / "box")] == [
        letter.rstrip(b"\n") for letter in LETTERS
    ]


def test_folders_of_single_messages_are_read_to_the_bottom_in_natural_order(
    tmp_path: Path,
) -> None:
    deep = tmp_path / "2004" / "juli"
    deep.mkdir(parents=True)
    (deep / "10.eml").write_bytes(LETTERS[2])
    (deep / "9.eml.gz").write_bytes(gzip.compress(LETTERS[1]))
    (tmp_path / "1.eml").write_bytes(LETTERS[0])
    (tmp_path / "index.html").write_text("<html>")
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    (tmp_path / "notes").write_text("Besok rapat jam 9.")
    (tmp_path / "talk.mbox").write_bytes(as_mbox(LETTERS[3]))

    everything = found(tmp_path)

    assert [one.raw for one in everything if isinstance(one, FoundMessage)] == [
        *(LETTERS[number] for number in (0, 1, 2, 3))
    ]
    assert {Path(one.where).name for one in everything if isinstance(one, PassedOver)} == {
        "index.html",
        ".DS_Store",
    }
    assert reasons(tmp_path) == {"notes": "not mail in any form that is known"}


def test_what_could_block_or_lead_astray_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(LETTERS[0])
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty.eml").touch()
    (tmp_path / "large.eml").write_bytes(mail("large@example.org", text="x" * 5_000))

    assert reasons(tmp_path, limit=4_000) == {
        "circle": "a symbolic link; name what it leads to",
        "self": "a symbolic link; name what it leads to",
        "pipe": "not a regular file",
        "empty.eml": "the file is empty",
        "large.eml": "larger than 4000 bytes",
    }
    assert reasons(tmp_path / "pipe") == {"": "not a regular file"}
    assert reasons(tmp_path / "self") == {"": "cannot be read: Too many levels of symbolic links"}
    assert reasons(Path("/dev/zero")) == {"": "not a regular file"}


def test_what_may_not_be_read_is_refused_and_the_rest_is_taken() -> None:
    # Root may read everything, so the reading is done by somebody who may not.
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from archive.importing.formats.reader import SourceReader\n"
        "os.getuid() or os.setuid(65534)\n"
        "for one in SourceReader('auto', 10**6).read(Path(sys.argv[1])):\n"
        "    print(one.where, getattr(one, 'reason', 'taken'))\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "locked").mkdir()
        (root / "locked" / "1.eml").write_bytes(LETTERS[0])
        (root / "2.eml").write_bytes(LETTERS[1])
        (root / "3.eml").write_bytes(LETTERS[2])
        (root / "3.eml").chmod(0)
        (root / "locked").chmod(0)
        root.chmod(0o755)
        seen = {
            path: subprocess.check_output([sys.executable, "-c", program, str(path)], text=True)
            for path in (root, root / "locked" / "1.eml")
        }
        (root / "locked").chmod(0o700)

    assert seen[root].splitlines() == [
        f"{root}/2.eml taken",
        f"{root}/3.eml cannot be read: Permission denied",
        f"{root}/locked cannot be read: Permission denied",
    ]
    assert "1.eml cannot be read: Permission denied" in seen[root / "locked" / "1.eml"]


def test_a_form_that_was_asked_for_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"tanpa kepala surat\n")
    (tmp_path / "box").write_bytes(as_mbox(*LETTERS))

    assert raws(tmp_path / "odd", "eml") == [b"tanpa kepala surat\n"]
    assert len(raws(tmp_path / "box", "eml")) == 1
    assert reasons(tmp_path / "odd", "mbox") == {
        "": "not an mbox: it does not begin with a From_ line"
    }
    assert reasons(tmp_path, "maildir") == {"": "not of the form maildir"}


def test_a_compressed_source_that_swells_without_end_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.importing.formats.stream.FREE_BYTES", 1 << 20)
    bomb = tmp_path / "bomb.mbox.gz"
    bomb.write_bytes(gzip.compress(as_mbox(LETTERS[0]) + b"\0" * (30 << 20)))

    assert [*reasons(bomb).values()] == [
        "cannot read on: it swells to more than 250 times its size"
    ]


def test_a_message_may_hold_separators_where_its_length_says_so() -> None:
    inner = as_mbox(LETTERS[1])
    head = b"Subject: terusan\nContent-Length: %d\n\n" % len(inner)
    stamp = b"From a Mon Jan  1 09:00:00 2024\n"
    data = stamp + head + inner + b"\n" + as_mbox(LETTERS[2])
    lying = stamp + head.replace(b": %d" % len(inner), b": 99999") + inner + as_mbox(LETTERS[2])

    assert read(data) == [head + inner, LETTERS[2]]
    assert read(data, Dialect.MBOXRD) == [head[:-1], LETTERS[1] + b"\n", LETTERS[2]]
    assert len(read(lying)) == 3


def test_separators_without_a_date_are_found_after_empty_lines_only() -> None:
    first = b"Subject: satu\n\nFrom here: to there\n"
    data = b"From ayu\n" + first + b"\nFrom budi\n" + LETTERS[1]

    assert read(data) == [first, LETTERS[1]]


def read(data: bytes, dialect: Dialect = Dialect.ANY) -> list[bytes]:
    messages = read_mbox(io.BytesIO(data), "talk", LIMIT, dialect)
    return [one.raw for one in messages if isinstance(one, FoundMessage)]


lines = st.sampled_from(
    [b"", b"From here", b">From there", b">>From afar", b"From a Mon Jan  1 09:00:00 2024", b"A: b"]
)


@given(st.lists(st.lists(lines, max_size=6).map(b"\n".join), min_size=1, max_size=5))
def test_every_dialect_gives_back_what_its_writers_wrote(bodies: list[bytes]) -> None:
    letters = [b"Subject: s\n\n" + body + b"\n" for body in bodies]
    stamp = b"From a Mon Jan  1 09:00:00 2024\n"

    def written(quote: Callable[[bytes], bytes], *, length: bool) -> bytes:
        boxed = b""
        for letter in letters:
            body = quote(letter.partition(b"\n\n")[2])
            field = b"\nContent-Length: %d" % len(body) if length else b""
            boxed += stamp + b"Subject: s" + field + b"\n\n" + body + b"\n"
        return boxed

    def bare(messages: list[bytes]) -> list[bytes]:
        return [b"Subject: s\n\n" + one.partition(b"\n\n")[2] for one in messages]

    def quoted(body: bytes, marks: bytes) -> bytes:
        shown = (
            b">" if line.lstrip(marks).startswith(b"From ") else b"" for line in lines_of(body)
        )
        return b"".join(mark + line for mark, line in zip(shown, lines_of(body), strict=True))

    rd = written(lambda body: quoted(body, b">"), length=False)
    assert read(rd, Dialect.MBOXRD) == letters
    assert read(rd) == letters
    assert bare(read(written(lambda body: body, length=True), Dialect.MBOXCL2)) == letters
    for dialect, length in ((Dialect.MBOXO, False), (Dialect.MBOXCL, True)):
        # These cannot tell a quoted line from one that was written so.
        lossy = written(lambda body: quoted(body, b""), length=length)
        expected = [letter.replace(b"\n>From ", b"\nFrom ") for letter in letters]
        assert bare(read(lossy, dialect)) == expected


def lines_of(body: bytes) -> list[bytes]:
    return body.splitlines(keepends=True)


def test_noise_of_any_kind_is_refused_and_never_raises(tmp_path: Path) -> None:
    chance = random.Random(11)
    for number, magic in enumerate([b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b""]):
        (tmp_path / f"{number}").write_bytes(magic + chance.randbytes(2_000))

    assert len(reasons(tmp_path)) == 5
    assert raws(tmp_path) == []


@pytest.mark.parametrize("half", ["cur", "new"])
def test_a_maildir_that_lost_its_empty_folder_is_read(tmp_path: Path, half: str) -> None:
    for folder, number in ((tmp_path, 1), (tmp_path / ".Lists.talk", 2)):
        (folder / half).mkdir(parents=True)
        (folder / half / f"107812800{number}.M1P1.host:2,S").write_bytes(
            mail(f"{number}@e.example")
        )

    assert [type(one) for one in found(tmp_path)] == [FoundMessage, FoundMessage]
