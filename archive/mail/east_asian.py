"""East Asian text that is not what its label says, or that has none.

Windows writes into ISO-2022-JP what that charset lacks: row 13 of JIS (circled digits, Roman
numerals) and IBM's letters. The WHATWG Encoding Standard reads both under that label.
"""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

_ESCAPE = re.compile(rb"\x1b(\$[@B]|\$\([@BCDOPQ]|\([BJHI]|\$A)")
_WIDE = frozenset((b"$@", b"$B"))
_HALF_WIDTH_KATAKANA = b"(I"
_CANDIDATES = ("big5hkscs", "gb18030", "cp932", "euc_jp", "cp949", "tis_620")
"""One for each charset in use; Thai, whose letters make pairs that are Chinese."""
_LEAST_BYTES = 24
"""Bytes above 0x7F: of fewer no guess is worth anything."""
_MOST_BYTES = 2_000
"""Bytes that are looked at: a guess of more costs more than reading all of the message."""
_HIGH_RUN = re.compile(rb"[\x80-\xff][\x40-\x7e\x80-\xff]*")
_MARKS_TOGETHER = re.compile(r"(?:^|[^\u0e01-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_LETTER = re.compile(rb"[A-Za-z]")


def decode_windows_jis(data: bytes) -> str:
    """ISO-2022-JP as Windows writes it (code page 50220); what cannot be read is U+FFFD."""
    pieces = _ESCAPE.split(data)
    text = [pieces[0].decode("ascii", "replace")]
    for escape, content in zip(pieces[1::2], pieces[2::2], strict=True):
        if escape in _WIDE:
            text.append(_decode_wide(content))
        elif escape == _HALF_WIDTH_KATAKANA:
            shifted = bytes(byte | 0x80 if byte > 0x20 else byte for byte in content)
            text.append(shifted.decode("cp932", "replace"))
        elif escape.startswith(b"("):
            text.append(content.decode("ascii", "replace"))
        else:
            text.append((b"\x1b" + escape + content).decode("iso2022_jp_ext", "replace"))
    return "".join(text)


def _decode_wide(content: bytes) -> str:
    """Pairs of JIS X 0208, as Shift JIS by the arithmetic of both, line ends as they are."""
    shifted = bytearray()
    at = 0
    while at < len(content):
        first = content[at]
        second = content[at + 1] if at + 1 < len(content) else 0
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            shifted.append(first)
            at += 1
            continue
        lead = (first + 1) // 2 + (0x70 if first < 0x5F else 0xB0)
        trail = second + (0x7E if first % 2 == 0 else 0x1F + (second >= 0x60))
        shifted += bytes((lead, trail))
        at += 2
    return shifted.decode("cp932", "replace")


def guess_east_asian(data: bytes) -> str | None:
    """The codec of unlabelled Chinese, Japanese or Korean text that is long enough, or None.

    Only for bytes that are no UTF-8. Bytes above 0x7F must be as many as the letters outside
    of them: in text of the West they are few.
    """
    data = _whole_lines(data)
    runs = _HIGH_RUN.findall(data)
    paired = sum(len(run) for run in runs)
    high = sum(byte >= 0x80 for byte in data)
    if high < _LEAST_BYTES or paired < 2 * len(_LETTER.findall(_HIGH_RUN.sub(b"", data))):
        return None
    fitting = [codec for codec in _CANDIDATES if _fits(data, codec)]
    if "tis_620" in fitting and _is_thai(data):
        return "cp874"
    if len(fitting) < 2:
        return fitting[0] if fitting and _is_ideographic(data, fitting[0]) else None
    found = from_bytes(data, cp_isolation=fitting, threshold=0.5, enable_fallback=False).best()
    if found is None or not _is_ideographic(data, found.encoding):
        return None
    return found.encoding


def _is_thai(data: bytes) -> bool:
    """Vowels and tones stand over one letter in three; no pairs of bytes fall so."""
    text = data.decode("tis_620", "replace")
    letters = sum("\u0e01" <= letter <= "\u0e2e" for letter in text)
    marks = sum("\u0e30" <= letter <= "\u0e4e" for letter in text)
    return marks * 2 < letters * 3 < marks * 9 and not _MARKS_TOGETHER.search(text)


def _whole_lines(data: bytes) -> bytes:
    if len(data) <= _MOST_BYTES:
        return data
    # A character cut in two would rule its charset out.
    end = data.rfind(b"\n", 0, _MOST_BYTES)
    return data[: end if end > 0 else _MOST_BYTES]


def _fits(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _is_ideographic(data: bytes, codec: str) -> bool:
    """Nearly all of what is not ASCII are letters and signs of East Asia in common use."""
    foreign = [letter for letter in data.decode(codec, "replace") if letter > "\x7f"]
    common = sum(
        "\u3000" <= letter <= "\u30ff"
        or "\u4e00" <= letter <= "\u9fff"
        or "\u0e00" <= letter <= "\u0e7f"
        or "\uac00" <= letter <= "\ud7a3"
        or "\uff01" <= letter <= "\uff5e"
        for letter in foreign
    )
    return common * 20 >= len(foreign) * 19
