"""The header block: split, unfold, decode (RFC 5322 section 2.2, RFC 2047, RFC 2231).

Own splitter instead of the standard library's parser, which spends most of a
short post's time on objects nobody asks for. A hostile block costs time linear
in its size.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from archive.mail.charset import decode_bytes

MAX_VALUE = 100_000
"""Characters of one header field that are looked at."""
MAX_REFERENCES = 200
MAX_MESSAGE_ID = 998
MAX_IDS_READ = 20_000

HEADERS_UNFINISHED = "headers-unfinished"

_REPEATED = frozenset({"list-id", "authentication-results"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# The text is bounded so that many openings without an end stay linear.
_ENCODED_WORD = re.compile(
    r"=\?([\w.:+-]{1,60})(?:\*[\w-]{0,20})?\?([bqBQ])\?((?:[^?]|\?(?!=)){0,1000})(?:\?=|$)"
)
_INDENTED_FIELD = re.compile(rb"[ \t]{1,80}[!-9;-~]{1,100}[ \t]*:")
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")
_PLAIN_ID = re.compile(r"<([^<>\s]{1,998})>")
_MESSAGE_ID = re.compile(r"<([^<>]+)>")
_BARE_ID = re.compile(r"[^\s<>@,;:()\"]{1,500}@[^\s<>@,;()\"]{1,490}\Z")
_PARAMETER = re.compile(r';\s*+([^\s=;"]++)\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
# A type and its first parameter with nothing, or a comma, between them.
_FORGOTTEN_SEMICOLON = re.compile(r"\s*([^\s;,=\"]+/[^\s;,=\"]+)[\s,]+(?=[\w*-]{1,60}\s*=)")
_AFTER_PADDING = re.compile(rb"=[^A-Za-z0-9+/]*+[A-Za-z0-9+/]")
_SEGMENT = re.compile(r"(.+?)\*(\d{1,3})(\*?)\Z|(.+?)\*\Z")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


class Headers:
    """Unfolded header fields by lower-case name; of repeated fields the first wins."""

    __slots__ = ("_fields", "charset", "repeated")

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}
        self.repeated: dict[str, list[str]] = {}
        self.charset: str | None = None
        """Charset of the body: the best guess for raw 8-bit header bytes."""

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def raw(self, name: str) -> str:
        """The unfolded field, clean of lone surrogates, or an empty string."""
        value = self._fields.get(name, "")
        if value and not value.isascii() and _SURROGATE.search(value):
            value = decode_bytes(value.encode("utf-8", "surrogateescape"), self.charset)[0]
            self._fields[name] = value
        return value

    def text(self, name: str) -> str:
        """The field decoded by RFC 2047, without control characters or outer space."""
        return clean(decode_words(self.raw(name)))

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be repeated (``_REPEATED``), undecoded."""
        return [clean(_SURROGATE.sub("\ufffd", value)) for value in self.repeated.get(name, [])]

    def add(self, name: str, value: str) -> None:
        """Keep a field unless one of that name is there already."""
        if name not in self._fields:
            self._fields[name] = value[:MAX_VALUE]
        if name in _REPEATED and len(self.repeated.setdefault(name, [])) < 20:
            self.repeated[name].append(value[:MAX_VALUE])


def _decode_block(block: bytes) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        return block.decode("utf-8", "surrogateescape")


def _header_end(raw: bytes) -> tuple[int, int]:
    """Where the header block ends and where the body starts."""
    end = raw.find(b"\n\n")
    crlf = raw.find(b"\n\r\n", 0, end if end >= 0 else len(raw))
    if crlf >= 0:
        return crlf, crlf + 3
    return (end, end + 2) if end >= 0 else (len(raw), len(raw))


def split_message(raw: bytes) -> tuple[Headers, bytes, bool]:
    """Header fields, the body's bytes, and whether the header block was whole.

    As in the standard library a line that is no field ends the block and
    starts the body. A leading mbox ``From `` line is passed over.
    """
    if raw[:1] in (b"\n", b"\r"):
        raw = raw.lstrip(b"\r\n")
    if raw[:1] in (b" ", b"\t") and _INDENTED_FIELD.match(raw):
        # There is no field that this line could go on.
        raw = raw.lstrip(b" \t")
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    end, start = _header_end(raw)
    block = _decode_block(raw[:end])
    if "\r" in block:
        block = block.replace("\r\n", "\n").replace("\r", " ")
    unfolded = block.replace("\n ", " ").replace("\n\t", "\t")
    headers = Headers()
    fields = headers._fields
    for line in unfolded.split("\n"):
        colon = line.find(":")
        name = line[:colon].lower()
        if colon <= 0 or " " in name or "\t" in name:
            name = name.rstrip()
            if colon <= 0 or " " in name or "\t" in name:
                if line.startswith(("From ", ">From ")) or not line.strip():
                    continue
                return headers, _body_from_line(raw, end, line), False
        if name not in fields or name in _REPEATED:
            # The common case of ``add`` without the call: this runs for every field of every post.
            if name in _REPEATED or len(line) > MAX_VALUE:
                headers.add(name, line[colon + 1 :])
            else:
                fields[name] = line[colon + 1 :]
    return headers, raw[start:], True


def _body_from_line(raw: bytes, end: int, unfolded: str) -> bytes:
    """The body of a message whose header block is broken off by ``unfolded``."""
    # Folding has only joined lines to its end, so the line's first words stand in the bytes.
    opening = unfolded[:60].encode("utf-8", "surrogateescape").split(b"\t")[0]
    position = 0
    for line in raw[:end].split(b"\n"):
        if line[:1] not in (b" ", b"\t") and line.startswith(opening[: max(1, len(line.rstrip()))]):
            return raw[position:]
        position += len(line) + 1
    return raw[end:]


def clean(value: str) -> str:
    """One line without control characters, runs of white space made one space."""
    if not value.isprintable():
        value = _CONTROL.sub(" ", value)
    return " ".join(value.split())


def _decode_word(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return decode_base64(data)[0]
    return _QUOTED_BYTE.sub(lambda match: bytes((int(match[1], 16),)), data.replace(b"_", b" "))


def decode_words(value: str) -> str:
    """``value`` with its encoded words (RFC 2047) decoded, also broken ones.

    White space between neighbouring words is dropped; the bytes of neighbours
    in one charset are joined first, since senders split multibyte characters.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    pending, charset = b"", ""
    position = 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[position : match.start()]
        data = _decode_word(match[2], match[3])
        neighbours = position > 0 and not between.strip()
        if pending and not (neighbours and match[1].lower() == charset):
            pieces.append(decode_bytes(pending, charset)[0])
            pending = b""
        if not neighbours:
            pieces.append(between)
        pending, charset = pending + data, match[1].lower()
        position = match.end()
    if pending:
        pieces.append(decode_bytes(pending, charset)[0])
    pieces.append(value[position:])
    return "".join(pieces)


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """Decoded bytes and whether the input was broken; what can be read is read.

    Base64 that goes on after padding is several pieces, one put behind the other.
    """
    padding = data.find(b"=")
    if padding < 0 or not _AFTER_PADDING.match(data, padding):
        try:
            return binascii.a2b_base64(data), False
        except binascii.Error:
            pass
    pieces = [_decode_letters(piece) for piece in re.split(rb"=+", data)]
    return b"".join(pieces), True


def _decode_letters(data: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    whole = letters[: len(letters) - len(letters) % 4]
    rest = letters[len(whole) :]
    if len(rest) > 1:
        whole += rest + b"=" * (4 - len(rest))
    return binascii.a2b_base64(whole)


def message_ids(value: str) -> list[str]:
    """The msg-ids of a field, in order, without brackets or white space.

    RFC 5322 section 3.6.4; encoded words, which RFC 2047 forbids here, are decoded.
    Ids over 998 octets are left out, and so are phrases in brackets that are no ids.
    Without any bracket, words that all look like ids are ids.
    """
    if "=?" in value:
        value = decode_words(value)
    if "<" not in value:
        return _bare_message_ids(value) if "@" in value else []
    found: list[str] = _PLAIN_ID.findall(value)
    plain = value.isascii() and value.isprintable() and len(value) <= MAX_VALUE
    if plain and len(found) == value.count("<"):
        return found
    return _odd_message_ids(value)


def _bare_message_ids(value: str) -> list[str]:
    words = [word.rstrip(">") for word in re.split(r"[\s,;]+", value[:MAX_VALUE]) if word]
    # Old programs wrote a sentence here, with the address of whom it answers.
    if not all(_BARE_ID.match(word) for word in words):
        return []
    return [printable(word) for word in words[:MAX_IDS_READ]]


def _odd_message_ids(value: str) -> list[str]:
    found = []
    for match in _MESSAGE_ID.finditer(value[:MAX_VALUE]):
        identifier = match[1]
        words = identifier.split()
        # A fold inside an id leaves white space; a phrase has no address sign.
        if len(words) != 1 and "@" not in identifier:
            continue
        identifier = "".join(words)
        # Counted in octets, as RFC 5322 does: an index on PostgreSQL holds no longer ones.
        if identifier and len(identifier.encode("utf-8", "replace")) <= MAX_MESSAGE_ID:
            found.append(printable(identifier))
        if len(found) >= MAX_IDS_READ:
            break
    return found


def printable(value: str) -> str:
    """``value`` without control characters."""
    return value if value.isprintable() else _CONTROL.sub("", value)


def own_message_id(value: str) -> str | None:
    """The id of a Message-ID field; a single word without brackets is kept as it is."""
    found = message_ids(value)
    if found:
        return found[0]
    words = decode_words(value).replace("<", " ").replace(">", " ").split()
    if len(words) == 1 and len(words[0].encode("utf-8", "replace")) <= MAX_MESSAGE_ID:
        return printable(words[0]) or None
    return None


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A structured field's first word, lower-case, and its parameters (RFC 2045, RFC 2231).

    ``text/plain; charset="utf-8"`` gives ``("text/plain", {"charset": "utf-8"})``.
    Of repeated parameters the first wins.
    """
    forgotten = _FORGOTTEN_SEMICOLON.match(value)
    if forgotten is not None:
        value = f"{forgotten[1]};{value[forgotten.end() :]}"
    main, semicolon, _ = value.partition(";")
    main = main.strip().lower()
    if not semicolon:
        return main, {}
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(value[:20_000]):
        name, content = match[1].lower(), match[2].strip()
        if content[:1] == '"':
            content = re.sub(r"\\(.)", r"\1", content.strip('"'))
        segment = _SEGMENT.match(name) if "*" in name else None
        if segment is None:
            plain.setdefault(name, content)
            continue
        base = segment[1] or segment[4]
        number = int(segment[2]) if segment[2] else 0
        coded = bool(segment[3]) or segment[4] is not None
        extended.setdefault(base, {}).setdefault(number, (content, coded))
    for base, segments in extended.items():
        plain[base] = _join_segments(segments)
    return main, plain


def _join_segments(segments: dict[int, tuple[str, bool]]) -> str:
    """A parameter from its RFC 2231 segments, percent-decoded where they say so."""
    charset, data = "", b""
    for number in sorted(segments):
        content, coded = segments[number]
        if coded and number == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        piece = content.encode("utf-8", "surrogateescape")
        if coded:
            piece = _PERCENT.sub(lambda match: bytes((int(match[1], 16),)), piece)
        data += piece
    return decode_bytes(data, charset or None)[0]
