"""The parts of a message that are not its readable text."""

from __future__ import annotations

from dataclasses import dataclass

from api.auth import ANYONE, Reader
from api.context import Context
from api.resources.messages import raw_message
from archive.body import read_attachment
from archive.errors import NotFoundError

# What a browser would run, were it ever to open it, is named as plain bytes.
_ACTIVE = ("html", "xml", "svg", "script", "pdf", "x-shockwave-flash")
OPAQUE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class AttachmentFile:
    """An attachment's decoded bytes, with a media type that is safe to name."""

    filename: str
    content_type: str
    content: bytes


def attachment(
    context: Context,
    message_id: str,
    number: int,
    *,
    version: int = 1,
    reader: Reader = ANYONE,
) -> AttachmentFile:
    """The attachment of that number, counted from 1. Raises ``NotFoundError``."""
    raw = raw_message(context, message_id, version=version, reader=reader)
    found = read_attachment(raw, number - 1)
    if found is None:
        raise NotFoundError(f"message {message_id[:200]!r} has no attachment {number}")
    part, content = found
    active = any(word in part.content_type for word in _ACTIVE)
    return AttachmentFile(part.filename, OPAQUE if active else part.content_type, content)
