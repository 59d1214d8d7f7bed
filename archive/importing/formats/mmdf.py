"""MMDF mailboxes: each message between two lines of four control-A's."""

from __future__ import annotations

from collections.abc import Iterator

from archive.importing.formats.source import Found, FoundMessage, Refusal
from archive.importing.formats.stream import DECOMPRESSION_ERRORS, Readable

_FENCE = b"\x01\x01\x01\x01\n"


def is_mmdf(head: bytes, _name: str) -> bool:
    """It begins with a fence."""
    return head.startswith(_FENCE)


def _message(raw: bytes, where: str) -> FoundMessage:
    """Some writers put a From_ line of mbox first, which is no part of the message."""
    line, _, rest = raw.partition(b"\n")
    if not line.startswith(b"From "):
        return FoundMessage(where, raw)
    return FoundMessage(where, rest, line[5:].partition(b" ")[2])


def read_mmdf(stream: Readable, name: str, max_bytes: int) -> Iterator[Found]:
    """The messages between fences, byte for byte; larger ones are refused in bounded memory."""
    buffer = b""
    number, size = 0, 0
    try:
        while block := stream.read1(1 << 20):
            buffer += block
            while (fence := buffer.find(_FENCE)) >= 0:
                raw, buffer = buffer[:fence], buffer[fence + len(_FENCE) :]
                size += len(raw)
                if size > max_bytes:
                    yield Refusal(f"{name}: message {number + 1}", f"larger than {max_bytes} bytes")
                elif raw.strip():
                    yield _message(raw, f"{name}: message {number + 1}")
                number += size > 0
                size = 0
            if len(buffer) > max_bytes:
                # Only what may begin a fence is of use.
                size += len(buffer) - len(_FENCE)
                buffer = buffer[-len(_FENCE) :]
    except DECOMPRESSION_ERRORS as error:
        yield Refusal(f"{name}: message {number + 1}", f"cannot read on: {error}")
        return
    if buffer.strip() or size:
        yield Refusal(f"{name}: message {number + 1}", "cut short: no fence ends it")
