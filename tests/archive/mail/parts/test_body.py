"""Which parts of a message are its text, and what they say once decoded."""

from __future__ import annotations

import base64
import binascii
import hashlib

import pytest

from archive.mail.message import parse_message
from archive.mail.parts.body import read_attachment
from tests.archive.mail.written import HEAD, HTML, PICTURE, PLAIN, multipart, part, read


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


def uuencoded(name: str, content: bytes) -> bytes:
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"begin 644 " + name.encode() + b"\n" + b"".join(lines) + b"`\nend\n"


def test_files_in_uuencode_are_attachments_and_no_text() -> None:
    first, second = bytes(range(256)), b"two"
    body = b"See.\n" + uuencoded("a.bin", first) + b"Between.\n" + uuencoded("b c.txt", second)
    message = read(b"From: a@example.com\n\n" + body + b"After.\n")

    assert message.text == "See.\nBetween.\nAfter."
    assert [(one.filename, one.size) for one in message.attachments] == [
        ("a.bin", 256),
        ("b c.txt", 3),
    ]
    found = read_attachment(b"From: a@example.com\n\n" + body, 1)
    assert found is not None
    assert found[1] == second


def test_a_text_that_only_begins_as_uuencode_stays_text() -> None:
    body = b"begin 644 words\nthis is no file\nend\n"
    assert read(b"From: a@example.com\n\n" + body).text == body.decode().strip()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"T25lCg==\nVHdvCg==\nVGhyZWUK\n", "One\nTwo\nThree"),
        (b"T25lCg==VHdvCg==\n", "One\nTwo"),
        (b"This is plain text, nothing else.\nReally, it is.\n", "This is plain text, nothing"),
    ],
)
def test_base64_in_pieces_and_plain_text_declared_as_base64(body: bytes, text: str) -> None:
    head = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    assert read(head + body).text.startswith(text)


@pytest.mark.parametrize("fold", [b"\n ", b"\n\t", b"\r\n "])
def test_a_boundary_that_a_relay_folded_is_found(fold: bytes) -> None:
    head = b'Content-Type: multipart/mixed; boundary="one' + fold + b'two"\n\n'
    body = b"--onetwo\n\nHello\n--onetwo\nContent-Type: image/png\n\nxx\n--onetwo--\n"
    assert read(head + body).text == "Hello"


def test_blank_plain_text_of_unseen_letters_yields_to_the_html() -> None:
    blank = part("text/plain; charset=utf-8", "\u00a0\u200b\n".encode())
    assert read(multipart("alternative", blank, HTML)).text == "html words"
