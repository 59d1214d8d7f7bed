"""What tells a separator of an mbox from a line of text that looks like one.

RFC 4155 wants a sender and a date on it; programs write more than twenty other forms, and
some leave out one or both. git format-patch begins a patch with the line of a separator.
"""

from __future__ import annotations

import re

DATED = re.compile(
    rb"From (?P<sender>[^\n]{0,500}?)[ \t]+"
    rb"(?P<date>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +[^\n]{8,60}?\d{4}[^\n]{0,40})\r?\n"
    # The line after it must be a header field, or a From_ line quoted once more.
    rb"(?=>?[!-9;-~]{1,200}[ \t]*:)"
)
# For files whose first separator tells no date: a From_ line between an empty line and a field.
DATELESS = re.compile(
    rb"From (?P<sender>[^\s]{0,500})(?P<date>[^\n]{0,200})\r?\n(?=[!-9;-~]{1,200}[ \t]*:)"
)
# In a file with dates: nothing, one word, or one word and a date without a weekday.
HALF = re.compile(
    rb"From (?P<sender>[^\s]{0,500})"
    rb"(?P<date>[ \t]*|[ \t]+(?=[^\n]{0,60}\d:\d\d)(?=[^\n]{0,60}(?:19|20)\d\d)"
    rb"[^\n]{8,100})\r?\n(?=[!-9;-~]{1,200}[ \t]*:)"
)
_PATCH = re.compile(rb"From (?:[0-9a-f]{40}|[0-9a-f]{64}) Mon Sep 17 00:00:00 2001[ \t]*\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:|^\r?\n", re.MULTILINE)
_SENDER = re.compile(rb"[^\s@]+@[^\s@]+\Z|-\Z|MAILER-DAEMON\Z|\?\?\?@\?\?\?\Z|\Z")
_MAIL_FIELDS = frozenset(
    b"from to cc date subject message-id received return-path delivered-to mime-version "
    b"content-type list-id reply-to sender x-mailer user-agent in-reply-to references".split()
)
_LEADING_FIELDS = frozenset(b"from received return-path message-id delivered-to".split())
_BOUNDARY = re.compile(
    rb"^content-type:[^\n]*(?:\n[ \t][^\n]*)*?boundary\s*=\s*"
    rb"(?:\"([^\"\n]{1,200})\"|([^\s;\"]{1,200}))",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
HEAD_BYTES = 1 << 16
"""A boundary further down in a header is not looked for."""


def begins_patch(buffer: bytes, at: int) -> bool:
    """A patch of git format-patch begins at ``at``: a digest, and always the same date."""
    return _PATCH.match(buffer, at) is not None


def names_sender(sender: bytes) -> bool:
    """What stands on the line can be a sender: an address, or nothing."""
    return _SENDER.match(sender) is not None


def looks_like_message(head: bytes) -> bool:
    """The lines that follow are the header of a mail: two of its fields, one of them early.

    head: what follows the line, as far as it is at hand.
    """
    found: set[bytes] = set()
    for match in _FIELD.finditer(head):
        if match[1] is None:
            break
        found.add(match[1].lower())
    return len(found & _MAIL_FIELDS) >= 2 and not found.isdisjoint(_LEADING_FIELDS)


def ends_blank(before: bytes) -> bool:
    """The line before is empty."""
    return not before or before.replace(b"\r", b"").endswith(b"\n\n")


class OpenPart:
    """Whether a message, fed piece by piece, stands inside its multipart (RFC 2046, 5.1.1)."""

    __slots__ = ("_head", "_is_open", "_tail", "boundary")

    def __init__(self) -> None:
        self._head: bytes | None = b""
        self._tail = b""
        self._is_open = False
        self.boundary = b""
        """With its two hyphens; empty without a multipart, and as long as the header goes on."""

    def feed(self, piece: bytes) -> None:
        """The next bytes of the message."""
        if self._head is not None:
            self._head += piece[: HEAD_BYTES - len(self._head)]
            end = _HEADER_END.search(self._head)
            if end is None and len(self._head) < HEAD_BYTES:
                return
            head, self._head = self._head, None
            boundary = declared_boundary(head[: end.start()] if end else head)
            if boundary:
                self.boundary = b"--" + boundary
                self._is_open = True
        if not self.boundary:
            return
        seen = self._tail + piece
        self._tail = seen[-len(self.boundary) - 4 :]
        if self._is_open and b"\n" + self.boundary + b"--" in seen:
            self._is_open = False

    @property
    def is_open(self) -> bool:
        """The closing boundary has not come yet."""
        return self._is_open

    def goes_on_in(self, following: bytes) -> bool:
        """``following``, up to the next separator, holds the boundary and does not declare it."""
        at = following.find(b"\n" + self.boundary)
        if at < 0:
            return False
        end = _HEADER_END.search(following)
        own = declared_boundary(following[: end.start()]) if end else b""
        return b"--" + own != self.boundary


def declared_boundary(head: bytes) -> bytes:
    """The boundary that a header declares, or nothing."""
    if b"oundary" not in head and b"OUNDARY" not in head:
        return b""
    match = _BOUNDARY.search(head.replace(b"\r\n", b"\n"))
    return (match[1] or match[2]).rstrip() if match else b""
