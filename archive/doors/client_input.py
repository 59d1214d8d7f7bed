"""Reads what an SMTP client sends: command lines and message data, within bounds.

Both end with CR LF and nothing else (RFC 5321 section 2.3.8), so that no two
servers can disagree about where a command or a message ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

READ_BYTES = 262_144
DATA_SECONDS = 1_800.0
"""How long one message may take to arrive, however steadily it trickles."""
DISGUISED_END_SECONDS = 30.0
"""How long to wait for more after what a careless client takes for the end of its message."""
TOO_LARGE = "552 5.3.4 Message too large"
TOO_MUCH = "452 4.3.1 Too much mail at once, try again later"
BARE_LINE_END = "500 5.5.2 Commands end with <CR><LF>, and hold neither alone"
LINE_TOO_LONG = "500 5.5.2 Line too long"

_END_OF_DATA = b"\r\n.\r\n"
_DISGUISED_ENDS = (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\n.\r", b"\r.\n", b"\r.\r\n")


class LineError(Exception):
    """A command line that is refused; the argument is the reply."""


class Reservation(Protocol):
    """Memory that a message takes while it is on its way."""

    def take(self, size: int) -> bool:
        """Take ``size`` bytes more; returns False where there are not so many."""
        ...

    def release(self) -> None:
        """Give back all that was taken."""
        ...


class ClientInput:
    """What one client sends, read as commands or as message data."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._ahead = bytearray()

    def forget(self) -> None:
        """Drop what has arrived but was not read yet."""
        self._ahead.clear()

    async def command(self, limit: int) -> bytes | None:
        """Read the next command; returns it without CR LF, or None when the client has left.

        Raises ``LineError`` for a line of more than ``limit`` bytes or with a
        wrong end, after it was read to its end.
        """
        too_long = False
        while (end := self._ahead.find(b"\n")) < 0:
            if len(self._ahead) > limit:
                too_long = True
                self._ahead.clear()
            if not await self._read_more():
                return None
        line = bytes(self._ahead[: end + 1])
        del self._ahead[: end + 1]
        if too_long or len(line) > limit:
            raise LineError(LINE_TOO_LONG)
        command = line[:-2]
        if not line.endswith(b"\r\n") or b"\r" in command:
            raise LineError(BARE_LINE_END)
        return command

    async def data(
        self, limit: int, reservation: Reservation, patience: Callable[[float], None]
    ) -> bytes | str:
        """Read a message; returns it without transparency dots, or the reply that refuses it.

        Only CR LF dot CR LF ends it; with a bare CR or LF in its place it is
        text, so that nothing can be smuggled in behind it. A refused message
        is read to its end all the same, but not kept.

        limit: bytes of a message. patience: is told at each step how many
        seconds the client may be silent.

        Raises ``ConnectionResetError`` when the client leaves before the end.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + DATA_SECONDS
        # The line break that ended the DATA command also begins an empty message's end.
        buffer = self._ahead = bytearray(b"\r\n") + self._ahead
        refusal = ""
        searched = 0
        while (end := buffer.find(_END_OF_DATA, searched)) < 0:
            # Each transparency dot belongs to a line of at least three bytes more.
            if not refusal and len(buffer) > limit + limit // 3 + 8:
                refusal = TOO_LARGE
            if refusal:
                reservation.release()
                del buffer[: -len(_END_OF_DATA)]
            searched = max(0, len(buffer) - len(_END_OF_DATA) + 1)
            before = len(buffer)
            if not await self._read_more():
                raise ConnectionResetError
            if not refusal and not reservation.take(len(buffer) - before):
                refusal = TOO_MUCH
            wait = deadline - loop.time()
            if buffer.endswith(_DISGUISED_ENDS):
                wait = min(wait, DISGUISED_END_SECONDS)
            patience(wait)
        self._ahead = buffer[end + len(_END_OF_DATA) :]
        if refusal:
            return refusal
        del buffer[end + 2 :]
        content = bytes(buffer.replace(b"\r\n.", b"\r\n")[2:])
        return content if len(content) <= limit else TOO_LARGE

    async def _read_more(self) -> bool:
        """Wait for more; returns False at the end of the stream."""
        chunk = await self._reader.read(READ_BYTES)
        self._ahead += chunk
        return bool(chunk)
