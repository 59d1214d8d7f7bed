"""A message is read whole, within bounds, with its threading fields."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.mail.message import READER_VERSION, parse_message
from archive.mail.parts.body import safe_filename
from tests.archive.mail.written import HEAD, read


def test_a_plain_post_is_read_whole() -> None:
    message = read(b"In-Reply-To: <parent@example.com>\n\nRudi wrote:\n> old\n\nnew\n")
    assert message.message_id == "own@example.com"
    assert message.subject == "Re: [talk] stok beras"
    assert message.base_subject == "stok beras"
    assert message.is_reply
    assert message.author.email == "ayu@example.com"
    assert message.recipients == ("talk@example.org",)
    assert message.date is not None
    assert message.date.isoformat() == "2020-02-03T03:00:00+00:00"
    assert (message.parent_reference, message.parent_source) == (
        "parent@example.com",
        "in-reply-to",
    )
    assert message.own_text == "new"
    assert message.defects == ()
    assert READER_VERSION >= 1


def test_no_bytes_at_all() -> None:
    message = parse_message(b"")
    assert message.text == ""
    assert message.spans == ()
    assert message.message_id is None
    assert {"message-id-missing", "date-missing"} <= set(message.defects)


def test_text_subject_and_base_subject_are_bounded() -> None:
    message = parse_message(b"Subject: " + b"a" * 5000 + b"\n\n" + b"b" * 1_500_000)
    assert len(message.text) == 1_000_000
    assert len(message.subject) == 1000
    assert len(message.base_subject) == 300
    assert "text-cut" in message.defects


def test_too_many_references_keep_the_first_and_the_last() -> None:
    ids = " ".join(f"<{number}@example.com>" for number in range(1000))
    message = read(f"References: {ids}\n\nx".encode())
    assert len(message.references) == 200
    assert message.references[0] == "0@example.com"
    assert message.references[-1] == "999@example.com"
    assert message.parent_reference == "999@example.com"


@pytest.mark.parametrize(
    ("name", "directory"),
    [("../../etc/passwd", "passwd"), ("C:\\temp\\x.exe", "x.exe"), ("..", "attachment-3")],
)
def test_file_names_have_no_folders(name: str, directory: str) -> None:
    assert safe_filename(name, 3) == directory


def test_file_names_have_no_control_or_direction_marks_and_a_bounded_length() -> None:
    assert safe_filename("a\u202egpj.exe\x00", 1) == "agpj.exe"
    long = safe_filename("a" * 400 + ".tar", 1)
    assert len(long) == 255
    assert long.endswith(".tar")


def nested(depth: int, kind: str) -> bytes:
    levels = b"".join(
        b"Content-Type: multipart/%s; boundary=b%d\n\n--b%d\n" % (kind.encode(), level, level)
        for level in range(depth)
    )
    return HEAD + levels + b"Content-Type: text/plain\n\nwords\n"


@pytest.mark.parametrize("kind", ["mixed", "alternative", "digest"])
def test_five_thousand_nested_parts_take_bounded_time(kind: str) -> None:
    started = time.process_time()
    message = parse_message(nested(5000, kind))
    assert time.process_time() - started < 2
    assert message.message_id == "own@example.com"


def test_twenty_nested_parts_are_read() -> None:
    assert parse_message(nested(20, "mixed")).text == "words"


def test_nesting_beyond_the_bound_is_attached_and_noted() -> None:
    message = parse_message(nested(100, "mixed"))
    assert "nesting-too-deep" in message.defects
    assert len(message.attachments) == 1


def test_messages_enclosed_in_messages_without_end() -> None:
    message = parse_message(HEAD + b"Content-Type: message/rfc822\n\n" * 5000 + b"words")
    assert len(message.attachments) <= 31


def test_a_hundred_thousand_parts_take_bounded_time() -> None:
    started = time.process_time()
    message = read(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000)
    assert time.process_time() - started < 2
    assert "parts-too-many" in message.defects


@pytest.mark.parametrize(
    ("fields", "parent", "source"),
    [
        ("In-Reply-To: <p@x>\nReferences: <r@x> <s@x>", "p@x", "in-reply-to"),
        ("In-Reply-To: <p@x> <q@x>\nReferences: <r@x> <s@x>", "s@x", "references"),
        ("In-Reply-To: <p@x> <q@x>", "p@x", "in-reply-to"),
        ("References: <r@x> <own@example.com>", "r@x", "references"),
        ("In-Reply-To: <own@example.com>\nReferences: <r@x>", "r@x", "references"),
        ("In-Reply-To: <own@example.com>", None, None),
        ("In-Reply-To: your message of Monday\nReferences: <r@x>", "r@x", "references"),
        ('In-Reply-To: Message from Ayu "x" <p@x>', "p@x", "in-reply-to"),
        ("References: <>", None, None),
        ("X-None: x", None, None),
    ],
)
def test_the_declared_parent(fields: str, parent: str | None, source: str | None) -> None:
    message = read(fields.encode() + b"\n\nx")
    assert (message.parent_reference, message.parent_source) == (parent, source)


def test_references_are_distinct_oldest_first_without_the_own_id() -> None:
    message = read(
        b"References: <a@x> <b@x> <a@x> <own@example.com>\nIn-Reply-To: <c@x> <b@x>\n\nx"
    )
    assert message.references == ("a@x", "b@x", "c@x")


def test_list_ids_are_lower_case_and_all_kept() -> None:
    message = read(
        b"List-Id: Talk, all of it <Talk.Example.ORG>\nList-ID: <other.example.org>\n\nx"
    )
    assert message.list_ids == ("talk.example.org", "other.example.org")


def test_absurd_dates_are_none_and_noted() -> None:
    raw = (
        b"Date: Mon, 3 Feb 2020 10:00:00 +0000\nReceived: by x; Mon, 6 Jan 2020 10:00:00 +0000\n\n"
    )
    message = parse_message(raw)
    assert message.date is None
    assert message.received is not None
    assert "date-absurd" in message.defects
    assert parse_message(b"Date: Mon, 3 Feb 2220 10:00:00 +0000\n\n").date is None
    assert parse_message(b"Date: Thu, 1 Jan 1970 00:00:00 +0000\n\n").date is None
    assert parse_message(b"Date: Wed, 31 Dec 1969 16:00:00 -0800\n\n").date is None
    # As in RFC 5322, appendix A.5; not where the mail came decades later.
    old = b"Date: Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)\n"
    assert parse_message(old + b"\n").date == datetime(1969, 2, 14, 3, 2, tzinfo=UTC)
    assert parse_message(old + b"Received: by x; 6 Jan 2020 10:00:00 +0000\n\n").date is None
    # Nor is such a stamp believed against a Date.
    stamped = old.replace(b"Date:", b"Received: by x;") + b"Date: 6 Jan 2020 10:00:00 +0000\n\n"
    assert parse_message(stamped).date == datetime(2020, 1, 6, 10, tzinfo=UTC)
    assert "date-unreadable" in parse_message(b"Date: soon\n\n").defects


def test_received_in_the_future_is_not_believed() -> None:
    raw = (
        b"Date: Mon, 3 Feb 2020 10:00:00 +0000\nReceived: by x; Mon, 6 Jan 2220 10:00:00 +0000\n\n"
    )
    message = parse_message(raw)
    assert message.received is None
    assert message.date is not None


def case_files(shared_data: Path) -> list[Path]:
    folders = (
        "cpython stalwart ponymail-unit-tests ponymail-foal ietf-mailarchive captures "
        "flufl-bounce confirmations talon"
    ).split()
    endings = {".eml", ".mbox", ".mail", ".txt", ".1", ".2"}
    return [
        path
        for folder in folders
        for path in sorted((shared_data / "cases" / folder).rglob("*"))
        if path.is_file() and path.suffix in endings
    ]


@pytest.mark.corpus
def test_every_message_of_the_cases_is_read(shared_data: Path) -> None:
    files = case_files(shared_data)
    assert len(files) > 250
    for path in files:
        for raw in path.read_bytes().split(b"\nFrom "):
            message = parse_message(raw)
            covered = "".join(message.text[span.start : span.end] for span in message.spans)
            assert covered == message.text
            message.text.encode()
            message.subject.encode()


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "text", "attachments"),
    [
        (
            "cpython/msg_04.txt",
            "a simple kind of mirror\nto reflect upon our own",
            ["text/plain"] * 2,
        ),
        ("cpython/msg_07.txt", "Hi there,\n\nThis is the dingus fish.", ["image/gif"]),
        ("cpython/msg_45.txt", "This is the signed contents.", ["application/pgp-signature"]),
        ("cpython/msg_35.txt", "counter to RFC 2822, there's no separating newline here", []),
        (
            "ponymail-unit-tests/corpus/empty_body.mbox",
            "",
            [],
        ),
    ],
)
def test_known_cases(shared_data: Path, name: str, text: str, attachments: list[str]) -> None:
    message = parse_message((shared_data / "cases" / name).read_bytes())
    assert message.text == text
    assert [item.content_type for item in message.attachments] == attachments


@pytest.mark.corpus
def test_one_post_from_several_archives_reads_alike(shared_data: Path) -> None:
    corpus = shared_data / "cases" / "ponymail-unit-tests" / "corpus"
    by_id: dict[str, set[str]] = {}
    for path in sorted(corpus.glob("maven_duplicates_2017_*.mbox")):
        for raw in path.read_bytes().split(b"\nFrom "):
            message = parse_message(raw.split(b"\n", 1)[1])
            if message.message_id and "charset" not in str(message.defects):
                by_id.setdefault(message.message_id, set()).add(message.own_text)
    assert len(by_id) >= 10
    assert not [key for key, texts in by_id.items() if len(texts) > 1]
