"""Messages as a reader may see them: text and spans, with what must go taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from api import schemas
from api.context import Context
from api.obfuscation import Redaction
from archive.mail.message import ParsedMessage
from archive.mail.text.spans import own_text

# What some charsets decode to and no UTF-8 can carry.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

DAMAGED = "damaged"
"""The defect of a message whose stored bytes do not match their digest."""


@dataclass(frozen=True, slots=True)
class ReadableText:
    """A message's text with spans that fit it, and the author's own part."""

    text: str
    own_text: str
    spans: list[schemas.Span]


def parsed(context: Context, message: int) -> ParsedMessage | None:
    """A stored message read from its bytes, None when they are damaged."""
    try:
        return context.store.parsed(message)
    except ValueError:
        return None


def readable(message: ParsedMessage, redaction: Redaction) -> ReadableText:
    """The text of ``message`` as it may be shown."""
    text, spans = redaction.spans(
        _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", message.text), message.spans
    )
    return ReadableText(
        text=text,
        own_text=own_text(text, spans),
        spans=[
            schemas.Span(
                kind=span.kind.value, start=span.start, end=span.end, author=span.author or None
            )
            for span in spans
        ],
    )
