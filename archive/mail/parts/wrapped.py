"""A post that its list put into a message of its own, to get past DMARC.

Mailman's ``Wrap Message`` keeps what the author sent whole, as message/rfc822, and puts a
header of the list around it; its footer is a part beside. What is inside is the post.
"""

from __future__ import annotations

from archive.mail.addresses import canonical_email, parse_author, parse_mailboxes
from archive.mail.author import list_addresses, names_mediator
from archive.mail.headers import Headers, parameters, split_message
from archive.mail.parts.mime import decode_transfer, split_at
from archive.mail.subject import base_subject

MAX_FOOTER = 5_000
"""Octets of a part beside the message that a list's header or footer has at most."""
MAX_BESIDE = 4


def unwrap(headers: Headers, data: bytes) -> tuple[Headers, bytes] | None:
    """Header and content of the message inside, or None where nothing was wrapped.

    The message outside must be the list's, and name the same subject and author.
    """
    content_type, fields = parameters(headers.raw("content-type"))
    if content_type == "message/rfc822":
        inside = decode_transfer(data, headers.raw("content-transfer-encoding"))[0]
    elif content_type == "multipart/mixed" and b"essage/rfc822" in data[:2_000]:
        found = _only_message(data, fields.get("boundary", ""))
        if found is None:
            return None
        inside = found
    else:
        return None
    if not _is_of_list(headers):
        return None
    inner, content, _ = split_message(inside.lstrip(b"\r\n"))
    inner.charset = parameters(inner.raw("content-type"))[1].get("charset")
    return (inner, content) if _is_same_post(headers, inner) else None


def _only_message(data: bytes, boundary: str) -> bytes | None:
    """The one enclosed message of a multipart that holds nothing else but a header or footer."""
    if not boundary:
        return None
    found: bytes | None = None
    parts = split_at(data, b"--" + boundary.encode("utf-8", "surrogateescape"), [])
    if len(parts) > MAX_BESIDE:
        return None
    for part in parts:
        headers, content, _ = split_message(part) if part[:1] != b"\n" else (Headers(), part, True)
        kind, fields = parameters(headers.raw("content-type"))
        if kind == "message/rfc822" and found is None:
            found = decode_transfer(content, headers.raw("content-transfer-encoding"))[0]
        elif kind not in ("", "text/plain") or "name" in fields or len(content) > MAX_FOOTER:
            return None
    return found


def _is_of_list(headers: Headers) -> bool:
    author = parse_author(headers.raw("from"))
    return author.email in list_addresses(headers) or names_mediator(author.name)


def _is_same_post(outer: Headers, inner: Headers) -> bool:
    if "from" not in inner or "message-id" not in inner:
        return False
    if base_subject(outer.text("subject"))[0] != base_subject(inner.text("subject"))[0]:
        return False
    writer = parse_author(inner.raw("from"))
    named = parse_author(outer.raw("from")).name.lower()
    replies = {canonical_email(box.address) for box in parse_mailboxes(outer.raw("reply-to"))[:50]}
    return writer.email in replies or writer.name.lower() in named or not writer.name
