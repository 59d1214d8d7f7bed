"""What the fuzzers feed bytes to, and what must hold for any bytes."""

from __future__ import annotations

from collections.abc import Callable

from archive.mail.addresses import addresses_in, parse_author
from archive.mail.charset import decode_bytes
from archive.mail.dates import parse_date, parse_received
from archive.mail.fingerprints import quote_marks, signature_mark
from archive.mail.headers import (
    decode_words,
    message_ids,
    own_message_id,
    parameters,
    split_message,
)
from archive.mail.message import parse_message
from archive.mail.parts.body import read_attachment
from archive.mail.parts.flowed import unflow
from archive.mail.parts.markup import enriched_to_text, html_to_text
from archive.mail.subject import base_subject
from archive.mail.text.spans import find_spans, own_text


def _text(data: bytes) -> str:
    return decode_bytes(data, "utf-8")[0]


def message(data: bytes) -> None:
    """A whole message: every text is storable, spans cover the text, reading is repeatable."""
    found = parse_message(data)
    texts = (found.subject, found.text, found.own_text, found.author.name, found.message_id or "")
    for text in (*texts, *found.references, *(item.filename for item in found.attachments)):
        text.encode("utf-8")
        assert "\x00" not in text
    assert "".join(found.text[span.start : span.end] for span in found.spans) == found.text
    assert parse_message(data) == found
    quote_marks(found)
    signature_mark(found)
    for position, item in enumerate(found.attachments[:3]):
        read = read_attachment(data, position)
        assert read is not None
        assert read[0] == item
        assert len(read[1]) == item.size


def spans(data: bytes) -> None:
    """Spans tile the text and alternate in kind."""
    text = _text(data)
    for is_reply in (True, False):
        position, before = 0, None
        for span in find_spans(text, is_reply):
            assert span.start == position < span.end
            assert span.kind is not before
            position, before = span.end, span.kind
        assert position == len(text)
    own_text(text, find_spans(text))


def headers(data: bytes) -> None:
    """A header block and each of its fields."""
    split_message(data)
    text = _text(data)
    for read in (decode_words, message_ids, own_message_id, parameters, parse_date, parse_received):
        read(text)
    parse_author(text)
    addresses_in(text)
    base, _ = base_subject(text)
    assert base_subject(base)[0] == base


def charset(data: bytes) -> None:
    """Bytes under a charset that the first of them name."""
    name, _, rest = data.partition(b"\n")
    text, _ = decode_bytes(rest, name.decode("latin-1"))
    text.encode("utf-8")
    assert "\x00" not in text


def markup(data: bytes) -> None:
    """HTML and text/enriched as text; lines flowed together."""
    text = _text(data)
    html_to_text(text).encode("utf-8")
    enriched_to_text(text)
    unflow(text, True)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "message": message,
    "spans": spans,
    "headers": headers,
    "charset": charset,
    "markup": markup,
}
