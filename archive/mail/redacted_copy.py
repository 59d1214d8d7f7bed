"""A copy of a message that may be given to anybody: its words and files, no whole address.

The copy leaves out what mail servers wrote into the header, because that names
subscribers and machines, and all fields that no reader of the message needs.
It writes the text, and every attached file that is text, anew after redaction.
Every other file stays as it is, byte for byte.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import SMTP
from typing import Final

from archive.mail.charset import decode_bytes
from archive.mail.headers import split_message
from archive.mail.message import ParsedMessage
from archive.mail.parts.body import AttachedPart

MARK: Final = "X-Pakar-Redacted"
"""The field that says that these are not the bytes as they were sent."""
MARKED: Final = "addresses are shortened, transport fields and HTML are left out"
SHOWN: Final = (
    "From", "To", "Cc", "Reply-To", "Subject", "Date", "List-Id", "List-Post", "List-Archive",
    "Archived-At",
)  # fmt: skip
IDENTIFIERS: Final = ("Message-ID", "In-Reply-To", "References")
"""Fields of msg-ids, which look like addresses and are none."""
MAX_FIELD: Final = 10_000
_TEXTS: Final = ("text/", "message/", "application/json", "application/xml", "application/mbox")
_FOREIGN: Final = re.compile(r"[^\s<>@,;]*[^\x00-\x7f][^<>@,;]*(?<! )")
"""From the first word that is not ASCII to the next address or comma."""
_UTF8: Final = Charset("utf-8")
_UTF8.body_encoding = QP


def redacted_copy(
    raw: bytes,
    parsed: ParsedMessage,
    attachments: Iterable[tuple[AttachedPart, bytes]],
    shown: Callable[[str], str],
) -> bytes:
    """The message in RFC 5322 form, as far as anybody may see it.

    The copy is always the same for the same message and redaction.

    attachments: the message's attached parts with their decoded content.
    shown: redacts a text.
    """
    headers, _, _ = split_message(raw)
    fields = [(name, headers.raw(name.lower())) for name in IDENTIFIERS]
    fields += [(name, shown(headers.text(name.lower()))) for name in SHOWN]
    lines = [f"{name}: {_written(value, name)}" for name, value in fields if value.strip()]
    lines.append(f"{MARK}: {MARKED}")
    content = _content(parsed, list(attachments), shown, hashlib.sha256(raw).hexdigest()[:24])
    return "\r\n".join(lines).encode("ascii", "replace") + b"\r\n" + content


def redacted_file(part: AttachedPart, content: bytes, shown: Callable[[str], str]) -> bytes:
    """The content of an attached file as anybody may see it: UTF-8 where it is text."""
    if not part.content_type.startswith(_TEXTS) or b"\0" in content:
        return content
    text, _ = decode_bytes(content)
    redacted = shown(text)
    return content if redacted == text else redacted.encode("utf-8", "replace")


def _content(
    parsed: ParsedMessage,
    attachments: list[tuple[AttachedPart, bytes]],
    shown: Callable[[str], str],
    boundary: str,
) -> bytes:
    """The fields of the content and, after a blank line, the content."""
    text = MIMENonMultipart("text", "plain")
    text.set_payload(shown(parsed.text).encode("utf-8", "replace").decode("utf-8"), _UTF8)
    if not attachments:
        return text.as_bytes(policy=SMTP)
    whole = MIMEMultipart("mixed", boundary=f"pakar-{boundary}")
    whole.attach(text)
    for part, content in attachments:
        file = MIMEBase(*_media_type(part))
        file.set_payload(redacted_file(part, content, shown))
        encode_base64(file)
        name = shown(part.filename)
        file.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        whole.attach(file)
    return whole.as_bytes(policy=SMTP)


def _media_type(part: AttachedPart) -> tuple[str, str]:
    kind, slash, subtype = part.content_type.partition("/")
    # Enclosed messages and multiparts go as plain files: they are redacted as texts.
    if not slash or kind in ("message", "multipart") or not subtype.isascii():
        return "application", "octet-stream"
    return kind, subtype


def _written(value: str, name: str) -> str:
    """A field's value: ASCII, with encoded words (RFC 2047) in place of all other words."""
    plain = " ".join(value[:MAX_FIELD].replace("…@", "...@").split())
    if plain.isascii():
        # One msg-id a line keeps the lines of a long thread's references short.
        return plain.replace(" <", "\r\n <") if name == "References" else plain
    return _FOREIGN.sub(lambda found: Header(found[0], "utf-8").encode(linesep="\r\n"), plain)
