"""One message a file: ``.eml`` and whatever else is a message from its first byte to its last."""

from __future__ import annotations

import re

from archive.errors import RefusedError
from archive.importing.formats.source import Found, FoundMessage, Place, Refusal, open_source
from archive.importing.formats.stream import DECOMPRESSION_ERRORS, Readable

_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_MAIL_FIELD = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|received|return-path|reply-to|sender|mime-version"
    rb"|content-type|delivered-to|in-reply-to|references|list-id|x-[a-z-]{1,60})[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_SUFFIXES = (".eml", ".mail", ".msg.txt", ".rfc822")


def is_message(head: bytes, name: str) -> bool:
    """It begins with header fields of mail, or its name says that it is a message."""
    if name.lower().endswith(_SUFFIXES):
        return True
    text = head.lstrip(b"\r\n")
    if text.startswith((b"From ", b">From ")):
        text = text.partition(b"\n")[2]
    if not _FIELD.match(text):
        return False
    block = re.split(rb"\r?\n\r?\n|\r\r", text, maxsplit=1)[0]
    return _MAIL_FIELD.search(block.replace(b"\r", b"\n")) is not None


def read_message(
    stream: Readable, where: str, max_bytes: int, envelope_date: bytes | None = None
) -> Found:
    """All of ``stream`` as one message, in bounded memory."""
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := stream.read1(1 << 20):
            size += len(piece)
            if size > max_bytes:
                return Refusal(where, f"larger than {max_bytes} bytes")
            pieces.append(piece)
    except DECOMPRESSION_ERRORS as error:
        return Refusal(where, f"cannot read on: {error}")
    raw = b"".join(pieces)
    if not raw.strip(b"\r\n\t \0"):
        return Refusal(where, "the file is empty" if not raw else "an empty message")
    return FoundMessage(where, raw, envelope_date)


def read_message_file(place: Place, max_bytes: int, envelope_date: bytes | None = None) -> Found:
    """The message that a file is, where it begins as one."""
    try:
        with open_source(place.path) as stream:
            head = stream.head()
            if head.strip() and not is_message(head, place.name):
                return Refusal(place.name, "not a message: it does not begin with header fields")
            return read_message(stream, place.name, max_bytes, envelope_date)
    except RefusedError as error:
        return Refusal(place.name, str(error))
    except DECOMPRESSION_ERRORS as error:
        return Refusal(place.name, f"cannot be read: {error}")
