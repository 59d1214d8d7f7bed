from __future__ import annotations

import base64
import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.mail.body import read_attachment, safe_filename
from archive.mail.message import READER_VERSION, ParsedMessage, parse_message

HEAD = (
    b"From: Ayu Lestari <ayu@example.com>\n"
    b"To: talk@example.org\n"
    b"Subject: Re: [talk] stok beras\n"
    b"Date: Mon, 3 Feb 2020 10:00:00 +0700\n"
    b"Message-ID: <own@example.com>\n"
)


def multipart(kind: str, *parts: bytes, boundary: str = "b1") -> bytes:
    """A multipart entity's fields and body."""
    mark = b"--" + boundary.encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\npreamble\n'.encode()
    return head + b"".join(mark + b"\n" + part + b"\n" for part in parts) + mark + b"--\nepilogue\n"


def part(content_type: str, body: bytes, *fields: str) -> bytes:
    head = "".join(f"{field}\n" for field in (f"Content-Type: {content_type}", *fields))
    return head.encode() + b"\n" + body


PLAIN = part("text/plain", b"plain words")
HTML = part("text/html", b"<p>html <b>words</b></p>")
PICTURE = part("image/png", b"iVBORw0KGgo=", "Content-Transfer-Encoding: base64")


def read(body: bytes) -> ParsedMessage:
    return parse_message(HEAD + body)


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


# --- MIME ----------------------------------------------------------------------------------


def test_alternative_prefers_plain_text() -> None:
    assert read(multipart("alternative", PLAIN, HTML)).text == "plain words"


def test_alternative_with_blank_plain_text_takes_the_html() -> None:
    blank = part("text/plain", b" \n\n")
    assert read(multipart("alternative", blank, HTML)).text == "html words"


def test_related_and_mixed_and_alternative_in_each_other() -> None:
    related = multipart("related", HTML, PICTURE, boundary="b3")
    alternative = multipart("alternative", PLAIN, related, boundary="b2")
    footer = part("text/plain", b"____________________\ntalk mailing list\ntalk@example.org")
    message = read(multipart("mixed", alternative, PICTURE, footer))
    assert message.text.startswith("plain words\n")
    assert message.own_text == "plain words"
    assert [item.content_type for item in message.attachments] == ["image/png", "image/png"]


def test_html_with_a_plain_list_footer_keeps_both() -> None:
    footer = part("text/plain", b"____________________\ntalk mailing list\ntalk@example.org")
    message = read(multipart("mixed", HTML, footer))
    assert message.own_text == "html words"
    assert "talk@example.org" in message.text


def test_plain_text_deep_in_an_alternative_is_chosen() -> None:
    mixed = multipart("mixed", PLAIN, PICTURE, boundary="inner")
    message = read(multipart("alternative", mixed, HTML))
    assert message.text == "plain words"
    assert [item.content_type for item in message.attachments] == ["image/png"]


def test_every_plain_text_of_an_alternative_is_read() -> None:
    footer = part("text/plain", b"list footer")
    assert read(multipart("alternative", PLAIN, HTML, footer)).text == "plain words\nlist footer"


def test_a_boundary_that_only_begins_like_the_declared_one_serves_where_there_is_no_other() -> None:
    raw = b'Content-Type: multipart/mixed; boundary="a"\n\n--ab\n\nwords\n--ab\n\nmore\n'
    assert read(raw).text == "words\nmore"


def test_a_closing_boundary_on_the_last_line_of_text_is_not_shown() -> None:
    raw = b'Content-Type: multipart/mixed; boundary="a"\n\n--a\n\nwords--a--\n'
    assert read(raw).text == "words"


def test_the_html_of_a_forwarded_message_is_read_beside_the_plain_text_before_it() -> None:
    forwarded = part("message/rfc822", b"Subject: hers\nContent-Type: text/html\n\n<p>her words")
    assert "her words" in read(multipart("mixed", PLAIN, forwarded)).text


def test_html_beside_plain_text_is_attached() -> None:
    message = read(multipart("mixed", PLAIN, HTML))
    assert message.text == "plain words"
    assert [item.content_type for item in message.attachments] == ["text/html"]


def test_signed_mail_gives_text_and_attaches_the_signature() -> None:
    message = read(multipart("signed", PLAIN, part("application/pgp-signature", b"sig")))
    assert message.text == "plain words"
    assert [item.content_type for item in message.attachments] == ["application/pgp-signature"]


def test_a_named_text_part_after_the_text_is_attached() -> None:
    patch = part("text/plain", b"diff", "Content-Disposition: inline; filename=a.patch")
    message = read(multipart("mixed", PLAIN, patch))
    assert message.text == "plain words"
    assert message.attachments[0].filename == "a.patch"


def test_a_named_text_part_that_is_the_text_is_read_and_listed() -> None:
    patch = part("text/plain", b"diff", "Content-Disposition: inline; filename=a.patch")
    message = read(multipart("mixed", patch))
    assert message.text == "diff"
    assert [(item.filename, item.size) for item in message.attachments] == [("a.patch", 4)]


def test_an_invitation_among_the_versions_of_a_text_is_listed() -> None:
    calendar = part("text/calendar", b"BEGIN:VCALENDAR")
    message = read(multipart("alternative", PLAIN, HTML, calendar))
    assert message.text == "plain words"
    assert [item.content_type for item in message.attachments] == ["text/calendar"]


def test_attachments_have_the_size_and_digest_of_their_content() -> None:
    content = bytes(range(256)) * 10
    attached = part(
        "application/octet-stream",
        base64.encodebytes(content),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename*=utf-8''laporan%20akhir.pdf",
    )
    raw = HEAD + multipart("mixed", PLAIN, attached)
    message = parse_message(raw)
    found = message.attachments[0]
    assert (found.filename, found.size) == ("laporan akhir.pdf", 2560)
    assert found.digest == hashlib.sha256(content).digest()
    assert read_attachment(raw, 0) == (found, content)
    assert read_attachment(raw, 1) is None
    assert read_attachment(raw, -1) is None


def test_a_single_part_that_is_no_text_is_an_attachment() -> None:
    message = read(b"Content-Type: image/png; name=x.png\n\ndata")
    assert message.text == ""
    assert message.attachments[0].filename == "x.png"


def test_an_enclosed_message_is_attached_and_read_as_forwarded() -> None:
    enclosed = part("message/rfc822", b"From: Budi <budi@example.com>\nSubject: old\n\nold words")
    message = read(multipart("mixed", PLAIN, enclosed))
    assert message.own_text == "plain words"
    assert "old words" in message.text
    assert [item.content_type for item in message.attachments] == ["message/rfc822"]


def test_an_enclosed_message_as_attachment_stays_out_of_the_text() -> None:
    enclosed = part(
        "message/rfc822", b"Subject: old\n\nold words", "Content-Disposition: attachment"
    )
    message = read(multipart("mixed", PLAIN, enclosed))
    assert "old words" not in message.text


def test_digest_parts_are_messages_by_default() -> None:
    message = read(multipart("digest", b"\nSubject: one\n\nfirst", b"\nSubject: two\n\nsecond"))
    assert message.automation == "digest"
    assert [item.content_type for item in message.attachments] == ["message/rfc822"] * 2


def test_a_missing_end_boundary_is_a_defect_only() -> None:
    raw = b'Content-Type: multipart/mixed; boundary="x"\n\n--x\n\nwords\n'
    message = read(raw)
    assert message.text == "words"
    assert "boundary-open" in message.defects


@pytest.mark.parametrize(
    "field",
    [b"multipart/mixed", b'multipart/mixed; boundary=""', b"multipart/mixed; boundary=no-such"],
)
def test_a_multipart_without_its_boundary_is_read_as_text(field: bytes) -> None:
    message = read(b"Content-Type: " + field + b"\n\nwords")
    assert message.text == "words"
    assert "boundary-missing" in message.defects


def test_a_boundary_inside_a_line_or_with_a_tail_splits_nothing() -> None:
    message = read(b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\na --x b\n--xy\nc\n--x--")
    assert message.text == "a --x b\n--xy\nc"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_line_end_before_a_boundary_is_no_text(end: bytes) -> None:
    raw = (HEAD + multipart("mixed", PLAIN, PICTURE)).replace(b"\n", end)
    assert parse_message(raw).text == "plain words"


def test_types_that_cannot_be_read_are_plain_text() -> None:
    assert read(b"Content-Type: text\n\nwords").text == "words"
    assert read(b"Content-Type: \xff\xfe/;\n\nwords").text == "words"


# --- transfer encodings ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("quoted-printable", b"Gr=C3=B6=\n=C3=9Fe =\nx", "Größe x"),
        ("quoted-printable", b"=ZZ broken = end=", "=ZZ broken = end"),
        ("base64", b"R3LDtsOfZQ==", "Größe"),
        ("BASE64 ", b"R3LD tsOf\nZQ", "Größe"),
        ("7bit", b"a", "a"),
        ("x-uuencode", b"begin 644 x\n#86)C\n`\nend\n", "abc"),
        ("no-such", b"a", "a"),
    ],
)
def test_transfer_encodings_whole_and_broken(encoding: str, body: bytes, text: str) -> None:
    head = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    assert read(head.encode() + body).text == text


def test_broken_base64_is_noted() -> None:
    message = read(b"Content-Transfer-Encoding: base64\n\nR3LDtsOfZQ")
    assert "transfer-encoding-broken" in message.defects


def test_base64_with_a_plain_footer_behind_it() -> None:
    for encoded in (b"d29yZHM=", b"d29yZHMh", b"d29yZHM"):
        head = b"Content-Transfer-Encoding: base64\n\n"
        message = read(head + encoded + b"\n_____\nmailing list Ayu\n")
        assert message.text.startswith("words")
        assert message.text.endswith("\n\n_____\nmailing list Ayu")
        assert message.own_text.rstrip("!") == "words"


def test_flowed_text_is_unflowed() -> None:
    head = b"Content-Type: text/plain; format=flowed; delsp=yes\n\n"
    assert read(head + b"one \ntwo\n").text == "onetwo"


def test_html_only_post_with_a_charset_in_the_markup() -> None:
    head = b"Content-Type: text/html\n\n"
    body = '<meta charset="koi8-r"><p>Привет</p>'.encode("koi8-r")
    assert read(head + body).text == "Привет"


def test_line_ends_are_one_character() -> None:
    assert read(b"\na\r\nb\rc\n").text == "a\nb\nc"


def test_nul_bytes_are_removed_everywhere() -> None:
    raw = b"Subject: a\x00b\nFrom: A\x00y <a\x00@example.com>\nMessage-ID: <a\x00b@c>\n\nx\x00y"
    message = parse_message(raw)
    assert message.text == "xy"
    assert "\x00" not in message.subject + message.author.name + str(message.message_id)


# --- bounds ------------------------------------------------------------------------------------


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


# --- threading fields ----------------------------------------------------------------------------


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


# --- real mail -------------------------------------------------------------------------------


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
