"""Digests split into the posts they carry: multipart/digest (RFC 2046) and forms of text.

Mailman, mlmmj and Sympa send multipart/digest; Mailman's plain form is
RFC 1153, and so, nearly, are LISTSERV's digests. Yahoo! Groups and Google
Groups have forms of their own. A post cut out of a digest
may lack header fields and always has other bytes than the post itself, to
which it yields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from archive.mail.digest_forms import google_posts, yahoo_posts
from archive.mail.headers import Headers, parameters, split_message
from archive.mail.parts.mime import decode_transfer, split_at

MAX_POSTS = 500
_MAX_DEPTH = 4
"""Mailman puts the multipart/digest into a multipart/mixed."""
_MAX_PARTS_LOOKED_INTO = 20
_MAX_RULES = 2_000
"""Each may begin a post, so each costs a look at a header."""
_HEAD_BYTES = 20_000

# RFC 1153: 70 hyphens end the preamble, 30 stand between messages; gateways shorten both.
_PREAMBLE_END = re.compile(rb"^-{60,80}[ \t]*\r?\n", re.MULTILINE)
_SEPARATOR = re.compile(rb"^-{25,80}[ \t]*\r?\n", re.MULTILINE)
_CLOSING = re.compile(rb"^End of [^\r\n]{1,300}\r?\n\*{5,}", re.MULTILINE | re.IGNORECASE)
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,40}:")


def split_digest(raw: bytes) -> list[bytes]:
    """The posts of a digest, each a message of its own; empty when ``raw`` is no digest.

    Pure, linear in the size of ``raw``, never raises.
    """
    headers, data, _ = split_message(raw)
    content_type, fields = parameters(headers.raw("content-type"))
    if content_type.startswith("multipart/"):
        return _enclosed(data, content_type, fields, headers.raw("date"))
    if content_type in {"", "text/plain"}:
        return _of_text(_decoded(headers, data), fields, headers.raw("date"))
    return []


def _enclosed(data: bytes, content_type: str, fields: dict[str, str], date: str) -> list[bytes]:
    """The posts of the first multipart/digest or text of posts inside a multipart."""
    level = [(data, content_type, fields)]
    for _ in range(_MAX_DEPTH):
        deeper: list[tuple[bytes, str, dict[str, str]]] = []
        for inside, kind, found in level:
            parts = _parts(inside, found)
            if kind == "multipart/digest":
                return [post for part in parts for post in _message(part)][:MAX_POSTS]
            for part in parts[:_MAX_PARTS_LOOKED_INTO]:
                headers, content, _ = split_message(part)
                kind_of_part, inner = parameters(headers.raw("content-type"))
                if kind_of_part.startswith("multipart/"):
                    deeper.append((content, kind_of_part, inner))
                elif kind_of_part in {"", "text/plain"}:
                    posts = _of_text(_decoded(headers, content), inner, date)
                    if posts:
                        return posts
        level = deeper[:_MAX_PARTS_LOOKED_INTO]
    return []


def _parts(data: bytes, fields: dict[str, str]) -> list[bytes]:
    boundary = fields.get("boundary", "")
    if not boundary:
        return []
    return split_at(data, b"--" + boundary.encode("utf-8", "surrogateescape"), [])


def _message(part: bytes) -> Iterator[bytes]:
    """The message in a part of a multipart/digest; parts are messages unless they say not."""
    headers, content, _ = split_message(part)
    kind, _ = parameters(headers.raw("content-type"))
    if kind not in {"", "message/rfc822"}:
        return
    message = _decoded(headers, content).lstrip(b"\r\n")
    if not _begins_as_post(message):
        # Without a header of its own, and without the blank line that would end one.
        message = part.lstrip(b"\r\n")
    if _begins_as_post(message):
        yield message


def _of_text(text: bytes, fields: dict[str, str], date: str) -> list[bytes]:
    """The posts of a text in any form; ``fields`` and ``date`` are those of the digest."""
    posts = _separated(text)
    if posts:
        return posts
    charset = fields.get("charset", "")
    return yahoo_posts(text, charset) or google_posts(text, charset, date)


def _separated(text: bytes) -> list[bytes]:
    """The posts of an RFC 1153 text; empty unless it is one."""
    opening = _PREAMBLE_END.search(text)
    if opening is None:
        return []
    rules = list(islice(_SEPARATOR.finditer(text, opening.end()), _MAX_RULES))
    starts = [opening.end(), *(match.end() for match in rules)]
    ends = [match.start() for match in rules]
    closing = _CLOSING.search(text, opening.end())
    ends.append(closing.start() if closing else len(text))
    posts: list[tuple[int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        if _begins_as_post(text[start : start + _HEAD_BYTES].lstrip(b"\r\n")):
            posts.append((start, end))
        elif posts and not (closing and end == ends[-1]):
            # A rule of hyphens inside a post; what follows the last one is the list's footer.
            posts[-1] = posts[-1][0], end
    return [text[start:end].strip(b"\r\n") + b"\n" for start, end in posts[:MAX_POSTS]]


def _begins_as_post(text: bytes) -> bool:
    """Whether ``text`` begins with a header that names an author and a subject or date."""
    if not _FIELD.match(text):
        return False
    headers, _, whole = split_message(text[:_HEAD_BYTES])
    return whole and "from" in headers and ("subject" in headers or "date" in headers)


def _decoded(headers: Headers, data: bytes) -> bytes:
    return decode_transfer(data, headers.raw("content-transfer-encoding"))[0]
