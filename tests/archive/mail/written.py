"""Small messages of several parts, put together by hand."""

from __future__ import annotations

from archive.mail.message import ParsedMessage, parse_message

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
