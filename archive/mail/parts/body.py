"""The MIME walk: which part of a message is to be read, and what is attached (RFC 2045–2049).

Own splitter at boundary lines: bounded in depth and parts, iterative, and
time linear in size times the depth bound, where the standard library's parser
recurses.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from archive.mail.charset import decode_bytes
from archive.mail.headers import Headers, clean, decode_words, parameters, split_message
from archive.mail.parts.flowed import unflow
from archive.mail.parts.markup import enriched_to_text, html_to_text
from archive.mail.parts.mime import MAX_PARTS, cut_uuencoded, decode_transfer, split_at
from archive.mail.parts.wrapped import unwrap

MAX_TEXT = 1_000_000
"""Characters of readable text kept."""
MAX_DEPTH = 30
MAX_FILENAME = 255

_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_FILENAME_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}\Z")
_READ = frozenset(
    "text/plain text/html text/enriched text/markdown text/x-markdown text/x-patch "
    "text/x-diff".split()
)
# Versions of a message's words; any other that an alternative offers is a thing of its own.
_VERSIONS = frozenset("text/plain text/html text/x-amp-html text/watch-html".split())
_OFTEN_FILES = _READ - {"text/plain", "text/html", "text/enriched"}
_BLANK_BYTES = 500
_UNSEEN = " \t\r\n\f\v\xa0\u200b\u200c\u200d\u2060\ufeff\xad"
_PLAIN_PART = re.compile(rb"^content-type[ \t]*:\s*text/plain\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class AttachedPart:
    """A part that is not the readable text; ``filename`` is safe to show."""

    filename: str
    content_type: str
    size: int
    digest: bytes


@dataclass(slots=True)
class Body:
    """What the MIME walk found. ``payloads`` go with ``attachments``, one each."""

    text: str = ""
    attachments: list[AttachedPart] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    def add_file(self, written: str, content_type: str, payload: bytes, keep: bool) -> None:
        """One more attachment, by the name its sender gave it."""
        self.attachments.append(
            AttachedPart(
                safe_filename(written, len(self.attachments) + 1),
                content_type[:127],
                len(payload),
                hashlib.sha256(payload).digest(),
            )
        )
        if keep:
            self.payloads.append(payload)


@dataclass(slots=True)
class _Part:
    """A part on the walk's stack."""

    headers: Headers
    data: bytes
    depth: int
    content_type: str
    parameters: dict[str, str]
    readable: bool = True
    """False inside what an alternative did not choose: only its files count."""


@dataclass(slots=True)
class _Segment:
    """A stretch of readable text and whether it was HTML."""

    text: str
    is_html: bool
    is_head: bool = False
    """The head of an enclosed message: what follows is that message's text."""


def _make_part(headers: Headers, data: bytes, depth: int, default: str, readable: bool) -> _Part:
    value = headers.raw("content-type")
    content_type, found = parameters(value) if value else (default, {})
    if not _TYPE.match(content_type):
        # RFC 2045 section 5.2: a type that cannot be read is plain text.
        content_type = "text/plain"
    headers.charset = found.get("charset")
    return _Part(headers, data, depth, content_type, found, readable)


def read_body(headers: Headers, data: bytes, keep_payloads: bool = False) -> Body:
    """The readable text and the attachments of a message. Never raises."""
    body = Body()
    root = _make_part(headers, data, 0, "text/plain", True)
    if root.content_type.startswith("text/"):
        body.text = _bounded(_read_text(root, body, keep_payloads).text, body)
        return body
    segments = _walk(root, body, keep_payloads)
    body.text = _bounded("\n".join(segment.text for segment in segments), body)
    return body


def _walk(root: _Part, body: Body, keep_payloads: bool) -> list[_Segment]:
    segments: list[_Segment] = []
    stack = [root]
    seen = 0
    while stack:
        part = stack.pop()
        seen += 1
        if seen > MAX_PARTS:
            body.defects.append("parts-too-many")
            break
        kind = part.content_type
        if kind.startswith("multipart/") and part.depth < MAX_DEPTH:
            children = _split_parts(part, body)
            if children:
                stack.extend(reversed(children))
                continue
            # No boundary to be found: what is there is read as text.
            kind = part.content_type = "text/plain"
        elif kind.startswith("multipart/"):
            body.defects.append("nesting-too-deep")
        if kind == "message/rfc822" and part.depth < MAX_DEPTH and _is_inline(part):
            _attach(part, body, keep_payloads)
            segments.append(_Segment(_forwarded_head(part, stack), False, True))
        elif _is_readable(part, segments):
            segment = _read_text(part, body, keep_payloads)
            if segment.text.strip() or not segments:
                segments.append(segment)
            if _filename(part):
                _attach(part, body, keep_payloads)
        elif part.readable or kind not in _VERSIONS:
            _attach(part, body, keep_payloads)
    return segments


def _is_inline(part: _Part) -> bool:
    return part.readable and not part.headers.raw("content-disposition").lstrip()[
        :10
    ].lower().startswith("attachment")


def _is_readable(part: _Part, segments: list[_Segment]) -> bool:
    if part.content_type not in _READ or not _is_inline(part):
        return False
    written = _is_written(segments)
    if part.content_type == "text/html" and written:
        # HTML goes on HTML (Apple Mail's pieces); beside plain text it is a double or an advert.
        return segments[-1].is_html and not _filename(part)
    return not (written or part.content_type in _OFTEN_FILES) or not _filename(part)


def _is_written(segments: list[_Segment]) -> bool:
    """The message at hand, enclosed or not, has text already."""
    for segment in reversed(segments):
        if segment.is_head:
            return False
        if segment.text.strip(_UNSEEN):
            return True
    return False


def _forwarded_head(part: _Part, stack: list[_Part]) -> str:
    """Puts the enclosed message on the stack; its head, as clients write it in text."""
    headers, data, _ = split_message(_decoded(part)[0])
    stack.append(_make_part(headers, data, part.depth + 1, "text/plain", True))
    lines = ["", "---------- Forwarded message ----------"]
    for label, name in (("From", "from"), ("Date", "date"), ("Subject", "subject"), ("To", "to")):
        value = headers.text(name)
        if value:
            lines.append(f"{label}: {value[:500]}")
    return "\n".join([*lines, ""])


def _split_parts(part: _Part, body: Body) -> list[_Part]:
    boundary = part.parameters.get("boundary", "").rstrip()
    if not boundary or len(boundary) > 1000:
        body.defects.append("boundary-missing")
        return []
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    children = []
    for piece in _pieces(part.data, boundary, body.defects):
        headers, data, _ = split_part(piece)
        children.append(_make_part(headers, data, part.depth + 1, default, part.readable))
    if part.content_type == "multipart/alternative":
        _choose(children)
    return children


def _pieces(data: bytes, boundary: str, defects: list[str]) -> list[bytes]:
    """The parts between boundaries, also where a relay folded the field within its boundary."""
    mark = b"--" + boundary.encode("utf-8", "replace")
    unfolded = b"".join(mark.split())
    if mark != unfolded and mark not in data and unfolded in data:
        mark = unfolded
    return split_at(data, mark, defects)


def split_part(piece: bytes) -> tuple[Headers, bytes, bool]:
    """A body part's header fields and content; an empty line first means no fields."""
    if piece[:1] == b"\n":
        return Headers(), piece[1:], True
    if piece[:2] == b"\r\n":
        return Headers(), piece[2:], True
    return split_message(piece)


def _choose(children: list[_Part]) -> None:
    """Which of an alternative's children are read: plain text unless blank, else the last.

    Several plain texts are no versions of one another, whatever the sender
    declared (footers put in by list software), and a multipart with plain text
    in it is as good as plain text.
    """
    if not all(child.readable for child in children):
        return
    plain = [child for child in children if _is_plain(child)]
    if not plain:
        others = ("text/html", "text/enriched", "multipart/")
        plain = [child for child in children if child.content_type.startswith(others)][-1:]
    elif plain[0].content_type.startswith("multipart/"):
        plain = plain[:1]
    for child in children:
        child.readable = any(child is chosen for chosen in plain)


def _is_plain(part: _Part) -> bool:
    if part.content_type == "text/plain":
        return not _is_blank(part)
    return part.content_type.startswith("multipart/") and bool(_PLAIN_PART.search(part.data))


def _is_blank(part: _Part) -> bool:
    """Nothing that shows: white space, no-break spaces, marks of no width."""
    data = _decoded(part)[0]
    if len(data) > _BLANK_BYTES:
        return False
    return not decode_bytes(data, part.parameters.get("charset"))[0].strip(_UNSEEN)


def _decoded(part: _Part) -> tuple[bytes, bool]:
    return decode_transfer(part.data, part.headers.raw("content-transfer-encoding"))[:2]


def _read_text(part: _Part, body: Body, keep_payloads: bool) -> _Segment:
    data, broken, rest = decode_transfer(part.data, part.headers.raw("content-transfer-encoding"))
    if broken:
        body.defects.append("transfer-encoding-broken")
    if part.content_type == "text/plain" and (data.startswith(b"begin ") or b"\nbegin " in data):
        data, files = cut_uuencoded(data)
        for one in files:
            name = decode_bytes(one.filename, part.parameters.get("charset"))[0]
            body.add_file(name, "application/octet-stream", one.content, keep_payloads)
    # Four bytes a character at most, and markup is bounded apart.
    data = data[: MAX_TEXT * 4]
    charset = part.parameters.get("charset")
    if not charset and part.content_type == "text/html":
        declared = _META_CHARSET.search(data[:2048])
        charset = declared[1].decode("ascii") if declared else None
    text, defect = decode_bytes(data, charset)
    if defect:
        body.defects.append(defect)
    if rest.strip() and part.content_type != "text/html":
        text = f"{text.rstrip()}\n\n{decode_bytes(rest[:MAX_TEXT])[0].lstrip()}"
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.content_type == "text/html":
        return _Segment(html_to_text(text), True)
    if part.content_type == "text/enriched":
        return _Segment(enriched_to_text(text), False)
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, part.parameters.get("delsp", "").lower() == "yes")
    return _Segment(text, False)


def _bounded(text: str, body: Body) -> str:
    text = text.strip("\n")
    if len(text) > MAX_TEXT:
        body.defects.append("text-cut")
        return text[:MAX_TEXT]
    return text


def _filename(part: _Part) -> str:
    written = parameters(part.headers.raw("content-disposition"))[1].get("filename")
    return written or part.parameters.get("name", "")


def _attach(part: _Part, body: Body, keep_payloads: bool) -> None:
    payload, broken = _decoded(part)
    if broken:
        body.defects.append("transfer-encoding-broken")
    body.add_file(_filename(part), part.content_type, payload, keep_payloads)


def safe_filename(written: str, number: int) -> str:
    """A name without folders, control and direction marks; ``attachment-N`` for none."""
    decoded = clean(decode_words(written[:5000]))
    name = _FILENAME_UNSAFE.sub("", decoded).replace("\\", "/").rpartition("/")[2].strip(" .")
    if len(name) > MAX_FILENAME:
        stem, dot, suffix = name.rpartition(".")
        keep = MAX_FILENAME - len(suffix) - 1
        name = f"{stem[:keep]}.{suffix}" if dot and len(suffix) <= 20 else name[:MAX_FILENAME]
    return name or f"attachment-{number}"


def read_attachments(raw: bytes) -> list[tuple[AttachedPart, bytes]]:
    """The attachments of a whole message, each with its content."""
    headers, data, _ = split_message(raw)
    headers, data = unwrap(headers, data) or (headers, data)
    body = read_body(headers, data, keep_payloads=True)
    return list(zip(body.attachments, body.payloads, strict=True))


def read_attachment(raw: bytes, position: int) -> tuple[AttachedPart, bytes] | None:
    """The attachment at ``position`` (from 0) of a whole message, with its content, or None."""
    found = read_attachments(raw)
    return found[position] if 0 <= position < len(found) else None
