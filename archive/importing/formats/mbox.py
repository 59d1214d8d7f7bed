"""The mbox format (RFC 4155) in its four dialects, read as a stream and written as mboxrd.

A separator is a From_ line with a date after it and a header field on the
next line; a body line that merely begins with "From " is neither. Without a
date it is one where an empty line stands before it and a mail's header after
it. The first line of a patch is one only in a file that begins with such a
line. What may have been decided wrongly is yielded as a ``Doubt``. Exactly one
line end belongs to a separator, so that bytes survive a round trip.

mboxo and mboxrd quote body lines that begin with "From "; mboxcl and mboxcl2
say in Content-Length how long the body is, and mboxcl2 quotes nothing. A
length is believed only when a separator or the end stands just where it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import BinaryIO

from archive.errors import RefusedError
from archive.importing.formats.separators import (
    DATED,
    DATELESS,
    HALF,
    OpenPart,
    begins_patch,
    ends_blank,
    looks_like_message,
    names_sender,
)
from archive.importing.formats.source import Doubt, FoundMessage, Refusal
from archive.importing.formats.stream import DECOMPRESSION_ERRORS, Readable

BLOCK_BYTES = 1 << 20
UNTERMINATED = b"pakar-unterminated"
"""Sender on the From_ line of an exported message that has no final line end."""

_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_QUOTED_ONCE = re.compile(rb"^>(From )", re.MULTILINE)
_PLAIN_FROM = re.compile(rb"^From ", re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,12})[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_TO_QUOTE = re.compile(rb"^(>*From )", re.MULTILINE)
_LOOKAHEAD = 1_000
"""A separator and the field after it fit in this many bytes."""
_LOOKED_AHEAD = 1 << 21
"""Bytes in which the boundary of an open part is looked for; further on it is not waited for."""
_LENGTH_WITHIN = 1 << 16
"""A Content-Length further down in the header is not looked for."""


class Dialect(Enum):
    """How body lines that look like separators were kept from being taken for one.

    ANY takes quoting for mboxrd's, and a Content-Length that is true for
    mboxcl2's where the body does hold a bare From_ line.
    """

    ANY = "mbox"
    MBOXO = "mboxo"
    MBOXRD = "mboxrd"
    MBOXCL = "mboxcl"
    MBOXCL2 = "mboxcl2"


_WITHOUT_LENGTH = (Dialect.MBOXO, Dialect.MBOXRD)


def is_mbox(head: bytes, _name: str) -> bool:
    """It begins with a From_ line."""
    return head.lstrip(b"\r\n").startswith(b"From ")


def read_mbox(
    stream: Readable, name: str, max_bytes: int, dialect: Dialect = Dialect.ANY
) -> Iterator[FoundMessage | Refusal | Doubt]:
    """The messages of an mbox, quoting of From_ lines undone, line ends as they are.

    name: how to call the file in ``where``.
    max_bytes: a larger message is refused and skipped in bounded memory.
    Raises ``RefusedError`` when the stream is no mbox at all.
    """
    splitter = _Splitter(name, max_bytes, dialect)
    while True:
        try:
            # read1 gives what a damaged stream still holds; read would drop it.
            block = stream.read1(BLOCK_BYTES)
        except DECOMPRESSION_ERRORS as error:
            # The message at hand may be cut short: refused, never half stored.
            yield Refusal(splitter.where, f"cannot read on: {error}")
            return
        if not block:
            break
        yield from splitter.feed(block)
    yield from splitter.end()


class _Splitter:
    """Cuts a stream into messages; holds one message and one block at most."""

    def __init__(self, name: str, max_bytes: int, dialect: Dialect) -> None:
        self.name = name
        self.max_bytes = max_bytes
        self.dialect = dialect
        self._separator = DATED
        self._of_patches = False
        """The file begins with a patch, so that patches are its messages."""
        self._part = OpenPart()
        self._fed = 0
        """Bytes behind the cursor that the part knows already."""
        self._doubts: list[Doubt] = []
        self.position = 0
        self._buffer = b""
        self._before = b""
        """The last bytes before those of the buffer."""
        self._at_line_start = True
        self._started = False
        self._sender = b""
        self._date: bytes | None = None
        self._crlf = False
        self._message_at = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._body_end: int | None = None
        """Where the message at hand ends by its Content-Length; -1: it tells nothing true."""

    @property
    def where(self) -> str:
        """The place of the message at hand."""
        return f"{self.name}: message at byte {self._message_at}"

    def feed(self, block: bytes) -> Iterator[FoundMessage | Refusal | Doubt]:
        self._buffer += block
        yield from self._cut(final=False)

    def end(self) -> Iterator[FoundMessage | Refusal | Doubt]:
        yield from self._cut(final=True)
        if not self._started:
            if self.position == 0 and not self._buffer:
                raise RefusedError("the file is empty")
            raise RefusedError("not an mbox: it does not begin with a From_ line")
        self._take(self._buffer)
        self._buffer = b""
        yield from self._finish(last=True)

    def _cut(self, *, final: bool) -> Iterator[FoundMessage | Refusal | Doubt]:
        buffer = self._buffer
        # Unless the stream ended, a separator at the very end may be incomplete.
        safe = len(buffer) if final else max(0, len(buffer) - _LOOKAHEAD)
        cursor = 0
        for match in self._separators(buffer):
            if match.start() > safe:
                break
            if not self._started:
                if buffer[: match.start()].strip():
                    raise RefusedError("not an mbox: it does not begin with a From_ line")
            else:
                inside = self._is_inside(buffer, cursor, match, final=final)
                if inside:
                    # Once taken, nothing is looked at again for the next such line.
                    self._take(buffer[cursor : match.start()])
                    cursor = match.start()
                    continue
                if inside is None:
                    # What follows must be seen first.
                    safe = match.start()
                    break
                self._take(buffer[cursor : match.start()])
                yield from self._finish(last=False)
            self._begin(match)
            cursor = match.end()
        if not self._started:
            if len(buffer) > _LOOKAHEAD and buffer.strip():
                raise RefusedError("not an mbox: it does not begin with a From_ line")
            return
        keep = max(cursor, safe)
        if keep:
            self._take(buffer[cursor:keep])
            self._before = (self._before + buffer[max(0, keep - 4) : keep])[-4:]
            self._at_line_start = buffer[keep - 1 : keep] == b"\n"
            self.position += keep
            self._buffer = buffer[keep:]

    def _separators(self, buffer: bytes) -> Iterator[re.Match[bytes]]:
        # Searching a literal and then matching is ten times as fast as "^From" everywhere.
        at = 0 if self._at_line_start else buffer.find(b"\n") + 1 or len(buffer)
        if buffer.startswith(b"From ", at) and (match := self._match(buffer, at)):
            yield match
        while (at := buffer.find(b"\nFrom ", at)) >= 0:
            at += 1
            if match := self._match(buffer, at):
                yield match

    def _match(self, buffer: bytes, at: int) -> re.Match[bytes] | None:
        match = self._separator.match(buffer, at)
        if not self._started:
            if match is None and (match := DATELESS.match(buffer, at)):
                self._separator = DATELESS
            return match
        if self._separator is DATELESS:
            return match if self._follows_blank(buffer, at) else None
        return match or HALF.match(buffer, at)

    def _is_inside(
        self, buffer: bytes, cursor: int, match: re.Match[bytes], *, final: bool
    ) -> bool | None:
        """Whether a separator belongs to the body of the message at hand; None: too early to say.

        cursor: where the part of the message that is in ``buffer`` begins.
        """
        if self.dialect in _WITHOUT_LENGTH:
            return match.re is HALF
        at = match.start()
        within_length = self._is_within_length(buffer, cursor, at, final=final)
        if within_length is not False:
            return within_length
        self._part.feed(buffer[cursor:at])
        self._fed = at - cursor
        if begins_patch(buffer, at) and not self._of_patches:
            if not self._part.is_open:
                self._doubt(at, "a line like a separator begins a patch; kept as text")
            return True
        if match.re is HALF and not self._is_separator(buffer, match):
            return True
        return self._is_in_open_part(buffer, match, final=final)

    def _follows_blank(self, buffer: bytes, at: int) -> bool:
        """Whether the line before ``at`` is empty, also where it was taken already."""
        return ends_blank((self._before + buffer[max(0, at - 4) : at])[-4:])

    def _is_separator(self, buffer: bytes, match: re.Match[bytes]) -> bool:
        """Whether a From_ line without weekday stands where a message begins."""
        at = match.start()
        if not looks_like_message(buffer[match.end() : match.end() + _LOOKAHEAD]):
            return False
        if self._follows_blank(buffer, at) and names_sender(match["sender"]):
            return True
        self._doubt(at, "a line like a separator stands over a mail's header; kept as text")
        return False

    def _is_in_open_part(
        self, buffer: bytes, match: re.Match[bytes], *, final: bool
    ) -> bool | None:
        if not self._part.is_open:
            return False
        limit = match.end() + _LOOKED_AHEAD
        following = self._following(buffer, match.end(), limit)
        if following is None and not final and len(buffer) < limit:
            return None
        if self._part.goes_on_in(buffer[match.start() : limit] if following is None else following):
            self._doubt(match.start(), "a separator stands in an open part; kept as text")
            return True
        self._doubt(match.start(), "the message before it ends inside an open part")
        return False

    def _following(self, buffer: bytes, at: int, limit: int) -> bytes | None:
        """What stands between a separator and the next one; None where none has come yet."""
        begin = at
        while (at := buffer.find(b"\nFrom ", at, limit)) >= 0:
            at += 1
            if DATED.match(buffer, at) and not begins_patch(buffer, at):
                return buffer[begin:at]
        return None

    def _doubt(self, at: int, reason: str) -> None:
        self._doubts.append(Doubt(f"{self.name}: line at byte {self.position + at}", reason))

    def _is_within_length(self, buffer: bytes, cursor: int, at: int, *, final: bool) -> bool | None:
        """Whether Content-Length counts ``at`` in with the message; None: too early to say."""
        if self._body_end is None:
            end = self._declared_end(buffer, cursor, at)
            if end is not None and self.position + at < end - 1:
                ahead = end - self.position
                if len(buffer) < ahead + _LOOKAHEAD and not final:
                    return None
                rest = buffer[ahead : ahead + _LOOKAHEAD]
                after = rest.lstrip(b"\r\n")
                true = len(buffer) >= ahead and (not after or self._separator.match(after))
                self._body_end = end if true else -1
            else:
                self._body_end = -1
        return self.position + at < self._body_end - 1

    def _declared_end(self, buffer: bytes, cursor: int, at: int) -> int | None:
        """Where in the stream the message at hand ends by its Content-Length, if it has one."""
        if self._size and not self._parts:
            # Over the limit: nobody wants to know any more.
            return None
        head = b""
        for part in [*self._parts, buffer[cursor:at]]:
            head += part[: _LENGTH_WITHIN - len(head)]
        header_end = _HEADER_END.search(head)
        if header_end is None:
            return None
        length = _LENGTH.search(head, 0, header_end.start() + 1)
        if length is None or int(length[1]) > self.max_bytes:
            return None
        begins = self.position + cursor - self._size
        return begins + header_end.end() + int(length[1])

    def _begin(self, match: re.Match[bytes]) -> None:
        self._body_end = None
        if not self._started:
            self._of_patches = begins_patch(match[0], 0)
        self._started = True
        self._part = OpenPart()
        self._fed = 0
        self._sender = match["sender"]
        self._date = match["date"]
        self._crlf = match[0].endswith(b"\r\n")
        self._message_at = self.position + match.start()

    def _take(self, piece: bytes) -> None:
        # What was looked at for a separator's sake is not fed twice.
        self._part.feed(piece[self._fed :])
        self._fed = 0
        self._size += len(piece)
        if self._size <= self.max_bytes + 2:
            self._parts.append(piece)
        else:
            self._parts.clear()

    def _finish(self, *, last: bool) -> Iterator[FoundMessage | Refusal | Doubt]:
        yield from self._doubts
        self._doubts.clear()
        where = self.where
        size = self._size
        raw = b"".join(self._parts)
        self._parts = []
        self._size = 0
        if size > self.max_bytes + 2:
            yield Refusal(where, f"larger than {self.max_bytes} bytes")
            return
        raw = self._without_separator(raw, last=last)
        raw = self._unquoted(raw)
        if not raw.strip():
            yield Refusal(where, "an empty message")
        else:
            yield FoundMessage(where, raw, self._date)

    def _unquoted(self, raw: bytes) -> bytes:
        """``raw`` as it was before its body lines were kept from looking like separators."""
        if b">From " not in raw or self.dialect is Dialect.MBOXCL2:
            return raw
        if self.dialect in (Dialect.MBOXO, Dialect.MBOXCL):
            return _QUOTED_ONCE.sub(rb"\1", raw)
        declared = self._body_end is not None and self._body_end > 0
        if declared and self.dialect is Dialect.ANY and _PLAIN_FROM.search(raw):
            # Nobody quotes one such line and leaves the next bare: mboxcl2.
            return raw
        return _QUOTED_FROM.sub(rb"\1", raw)

    def _without_separator(self, raw: bytes, *, last: bool) -> bytes:
        """``raw`` without the one line end that belongs to the separator after it."""
        line_end = b"\r\n" if self._crlf and raw.endswith(b"\r\n") else b"\n"
        if self._sender == UNTERMINATED or not last or raw.endswith(line_end * 2):
            return raw.removesuffix(line_end)
        return raw


def write_mbox(messages: Iterable[tuple[bytes, datetime]], stream: BinaryIO) -> int:
    """Write messages as mboxrd; returns how many. ``read_mbox`` gives the same bytes back."""
    count = 0
    for raw, date in messages:
        terminated = raw.endswith(b"\n")
        sender = b"MAILER-DAEMON" if terminated else UNTERMINATED
        stamp = date.astimezone(UTC).strftime("%a %b %e %H:%M:%S %Y").encode("ascii")
        stream.write(b"From " + sender + b" " + stamp + b"\n")
        stream.write(_TO_QUOTE.sub(rb">\1", raw) if b"From " in raw else raw)
        stream.write(b"\n")
        count += 1
    return count
