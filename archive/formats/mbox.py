"""The mbox format (RFC 4155 and its mboxrd quoting), read as a stream and written.

A separator is a From_ line with a date after it and a header field on the
next line; a body line that merely begins with "From " is neither. Exactly
one line end belongs to a separator, so that bytes survive a round trip.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BufferedIOBase
from typing import BinaryIO

from archive.errors import RefusedError
from archive.formats.source import DECOMPRESSION_ERRORS, FoundMessage, Refusal

BLOCK_BYTES = 1 << 20
UNTERMINATED = b"pakar-unterminated"
"""Sender on the From_ line of an exported message that has no final line end."""

_SEPARATOR = re.compile(
    rb"From (?P<sender>[^\n]{0,500}?)[ \t]+"
    rb"(?P<date>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +[^\n]{8,60}?\d{4}[^\n]{0,40})\r?\n"
    # The line after it must be a header field, or a From_ line quoted once more.
    rb"(?=>?[!-9;-~]{1,200}[ \t]*:)"
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_TO_QUOTE = re.compile(rb"^(>*From )", re.MULTILINE)
_LOOKAHEAD = 1_000
"""A separator and the field after it fit in this many bytes."""


def read_mbox(
    stream: BufferedIOBase, name: str, max_bytes: int
) -> Iterator[FoundMessage | Refusal]:
    """The messages of an mbox, mboxrd quoting undone, line ends as they are.

    name: how to call the file in ``where``.
    max_bytes: a larger message is refused and skipped in bounded memory.
    Raises ``RefusedError`` when the stream is no mbox at all.
    """
    splitter = _Splitter(name, max_bytes)
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

    def __init__(self, name: str, max_bytes: int) -> None:
        self.name = name
        self.max_bytes = max_bytes
        self.position = 0
        self._buffer = b""
        self._at_line_start = True
        self._started = False
        self._sender = b""
        self._date: bytes | None = None
        self._crlf = False
        self._message_at = 0
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def where(self) -> str:
        """The place of the message at hand."""
        return f"{self.name}: message at byte {self._message_at}"

    def feed(self, block: bytes) -> Iterator[FoundMessage | Refusal]:
        self._buffer += block
        yield from self._cut(final=False)

    def end(self) -> Iterator[FoundMessage | Refusal]:
        yield from self._cut(final=True)
        if not self._started:
            if self.position == 0 and not self._buffer:
                raise RefusedError("the file is empty")
            raise RefusedError("not an mbox: it does not begin with a From_ line")
        self._take(self._buffer)
        self._buffer = b""
        yield from self._finish(last=True)

    def _cut(self, *, final: bool) -> Iterator[FoundMessage | Refusal]:
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
            self._at_line_start = buffer[keep - 1 : keep] == b"\n"
            self.position += keep
            self._buffer = buffer[keep:]

    def _separators(self, buffer: bytes) -> Iterator[re.Match[bytes]]:
        # Searching a literal and then matching is ten times as fast as "^From" everywhere.
        at = 0 if self._at_line_start else buffer.find(b"\n") + 1 or len(buffer)
        if buffer.startswith(b"From ", at) and (match := _SEPARATOR.match(buffer, at)):
            yield match
        while (at := buffer.find(b"\nFrom ", at)) >= 0:
            at += 1
            if match := _SEPARATOR.match(buffer, at):
                yield match

    def _begin(self, match: re.Match[bytes]) -> None:
        self._started = True
        self._sender = match["sender"]
        self._date = match["date"]
        self._crlf = match[0].endswith(b"\r\n")
        self._message_at = self.position + match.start()

    def _take(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size <= self.max_bytes + 2:
            self._parts.append(piece)
        else:
            self._parts.clear()

    def _finish(self, *, last: bool) -> Iterator[FoundMessage | Refusal]:
        where = self.where
        size = self._size
        raw = b"".join(self._parts)
        self._parts = []
        self._size = 0
        if size > self.max_bytes + 2:
            yield Refusal(where, f"larger than {self.max_bytes} bytes")
            return
        raw = self._without_separator(raw, last=last)
        if b">From " in raw:
            raw = _QUOTED_FROM.sub(rb"\1", raw)
        if not raw.strip():
            yield Refusal(where, "an empty message")
        else:
            yield FoundMessage(where, raw, self._date)

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


def read_envelope_date(text: bytes) -> datetime | None:
    """The date of a From_ line (asctime form, taken as UTC), if it is one."""
    words = text.decode("ascii", "replace").replace(",", "").split()
    try:
        if len(words) >= 5 and words[1][:1].isalpha():
            year = next(word for word in words[4:] if len(word) == 4 and word.isdigit())
            plain = f"{words[0]}, {words[2]} {words[1]} {year} {words[3]} +0000"
        else:
            plain = " ".join(words)
        moment = parsedate_to_datetime(plain)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment if moment.timestamp() > 86_400 else None
    except (ValueError, StopIteration, OverflowError, TypeError):
        return None
