"""What holds for any bytes and any text whatever."""

from __future__ import annotations

import itertools
import time
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.mail.addresses import addresses_in, canonical_email, parse_author
from archive.mail.charset import decode_bytes
from archive.mail.dates import parse_date
from archive.mail.headers import decode_words, message_ids, parameters
from archive.mail.message import ParsedMessage, parse_message
from archive.mail.parts.flowed import unflow
from archive.mail.parts.markup import html_to_text
from archive.mail.subject import base_subject
from archive.mail.text.spans import find_spans
from tests.fuzz.shapes import SHAPES

PIECES = st.sampled_from(
    [
        b"From: ", b"To: a@example.com, \"b", b"Subject: =?utf-8?q?", b"?=", b"References: <a@b> <",
        b"In-Reply-To: ", b"Message-ID: <x@y>", b"Date: Mon, 1 Jan ", b"Received: ; ",
        b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: text/html", b"--b", b"--b--",
        b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64",
        b"Content-Type: text/plain; charset=iso-2022-jp; format=flowed", b"\n", b"\n\n", b"\r\n",
        b" ", b"\t", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"> ", b"-- ", b"a wrote:", b"<div>",
        b"-----Original Message-----", b"List-Id: <a.b.c>", b"via", b"\x1b$B", b"utf-16", b"=\n",
    ]
)  # fmt: skip
TEXT_LINES = st.sampled_from(
    [
        "", " ", "> a", ">> b", " > c", "words of one's own", "Ayu wrote:", "-- ", "--", "| x",
        "On 1/2/2003 10:00, Ayu <a@b> wrote:", "Pada 1/2/03, Ayu menulis:", "____________________",
        "talk mailing list", "From: Ayu", "Sent: x", "Subject: y", "-----Original Message-----",
        "Sent from my iPhone", "To unsubscribe, send mail", "[...]", "[1] 2", "> f(x)", "out:",
        "-------------- next part --------------", "-----BEGIN PGP SIGNATURE-----",
        "2011/5/6 A <a@b>",
    ]
)  # fmt: skip


def all_texts(message: ParsedMessage) -> list[str]:
    return [
        message.text,
        message.own_text,
        message.subject,
        message.base_subject,
        message.author.name,
        message.author.email or "",
        message.author.written,
        message.message_id or "",
        message.parent_reference or "",
        *message.references,
        *message.recipients,
        *message.list_ids,
        *message.defects,
        *(item.filename + item.content_type for item in message.attachments),
    ]


def check(raw: bytes) -> None:
    message = parse_message(raw)
    for text in all_texts(message):
        text.encode("utf-8")
        assert "\x00" not in text
    covered = "".join(message.text[span.start : span.end] for span in message.spans)
    assert covered == message.text
    assert len(message.text) <= 1_000_000
    assert len(message.references) <= 200
    for identifier in (message.message_id, message.parent_reference, *message.references):
        if identifier is not None:
            assert 0 < len(identifier) <= 998
            assert not any(character.isspace() for character in identifier)
    assert message.message_id not in message.references
    assert parse_message(raw) == message


@given(st.binary(max_size=500))
def test_any_bytes_are_read(raw: bytes) -> None:
    check(raw)


@given(st.lists(PIECES, max_size=40).map(b"".join))
@example(b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x")
@example(b"Subject: =?utf-16?B?2AA=?=\n\n")
def test_anything_that_looks_like_mail_is_read(raw: bytes) -> None:
    check(raw)


@given(st.lists(TEXT_LINES, max_size=30).map("\n".join), st.booleans())
def test_spans_cover_any_text_without_gaps_and_alternate(text: str, is_reply: bool) -> None:
    spans = find_spans(text, is_reply)
    position = 0
    for span in spans:
        assert span.start == position
        assert span.end > span.start
        position = span.end
    assert position == len(text)
    assert all(a.kind is not b.kind for a, b in itertools.pairwise(spans))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_text_helpers_take_any_text(text: str) -> None:
    base_subject(text)
    decode_words(text)
    message_ids(text)
    parameters(text)
    parse_author(text)
    addresses_in(text)
    parse_date(text)
    unflow(text, True)
    html_to_text(text)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_under_any_charset_are_clean_text(data: bytes, charset: str) -> None:
    text, _ = decode_bytes(data, charset)
    text.encode("utf-8")
    assert "\x00" not in text


@given(st.text(max_size=100))
def test_the_base_of_a_base_subject_is_itself(subject: str) -> None:
    base, _ = base_subject(subject)
    assert base_subject(base) == (base, False)
    assert base_subject(f"Re: {base}") == (base_subject(f"Re: {base}")[0], True)


@given(st.text(max_size=50))
def test_canonical_addresses_are_stable(written: str) -> None:
    email = canonical_email(written)
    if email is not None:
        assert canonical_email(email) == email
        assert email.count("@") == 1


LETTERS = st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=12)


@given(
    words=st.lists(LETTERS, min_size=1, max_size=30),
    subject=st.lists(LETTERS, min_size=1, max_size=8),
    html=st.booleans(),
    encoding=st.sampled_from(["base64", "quoted-printable"]),
)
def test_what_the_standard_library_writes_is_read_back(
    words: list[str], subject: list[str], html: bool, encoding: str
) -> None:
    message = EmailMessage()
    message["From"] = "Ayu Lestari <ayu@example.com>"
    message["Subject"] = " ".join(subject)
    message["Message-ID"] = "<own@example.com>"
    text = " ".join(words)
    message.set_content(text, cte=encoding)
    if html:
        message.add_alternative(f"<p>{text}</p>", subtype="html", cte=encoding)
    message.add_attachment(text.encode(), maintype="application", subtype="x-test")
    parsed = parse_message(message.as_bytes())
    assert parsed.text == text
    # The library's folding may lose a space between encoded words: what it wrote counts.
    written = str(make_header(decode_header(message_from_bytes(message.as_bytes())["subject"])))
    assert parsed.subject == " ".join(written.split())
    assert parsed.author.email == "ayu@example.com"
    assert [item.size for item in parsed.attachments] == [len(text.encode())]


@pytest.mark.parametrize("shape", SHAPES)
def test_hostile_shapes_are_read_quickly(shape: str) -> None:
    # A tenth of what `make fuzz` reads in a second: enough to tell quadratic from linear.
    raw = SHAPES[shape]()[:100_000]
    started = time.process_time()
    message = parse_message(raw)
    assert len(message.own_text) <= len(message.text)
    assert time.process_time() - started < 1
