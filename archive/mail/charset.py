"""Bytes to text: declared, wrong, missing and hostile charsets.

Only codecs on a fixed list are used, since a sender names the charset and
Python also ships codecs that are no charsets (``unicode_escape``, ``idna``).
UTF-7 is refused: it hides markup and no list mail needs it.

Where no charset is declared, or a Western one wrongly, the bytes themselves are
asked. Words of Western languages are mostly ASCII letters. Where bytes above
0x7F outnumber them the text is Cyrillic or East Asian, and the ranges in which
those bytes stand tell which (GB 2312 and KS X 1001 row layouts; RFC 1489).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

from archive.mail.east_asian import decode_windows_jis, guess_east_asian

MAX_LOOKED_AT = 20_000
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LETTER = re.compile(rb"[A-Za-z]")
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
_MIN_HIGH = 4
_MIN_CYRILLIC = 6
_LAST_HANGUL_ROW = 0xC8
CHARSET_UNKNOWN = "charset-unknown"
CHARSET_WRONG = "charset-wrong"

_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
_CONTROL_TABLE = dict.fromkeys(_CONTROLS)

# Codecs in which a byte below 0x80 may be something else than that ASCII character.
_SHIFTING = frozenset(
    "iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext "
    "iso2022_kr hz utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be".split()
)
_KNOWN = _SHIFTING | frozenset(
    "ascii utf-8 utf-8-sig gb2312 gbk gb18030 big5 big5hkscs cp950 euc_kr cp949 johab "
    "euc_jp euc_jis_2004 euc_jisx0213 shift_jis shift_jis_2004 shift_jisx0213 cp932 "
    "koi8-r koi8-u koi8-t kz1048 ptcp154 tis-620 hp-roman8 "
    "mac-roman mac-cyrillic mac-greek mac-iceland mac-latin2 mac-turkish mac-croatian "
    "mac-romanian mac-arabic mac-farsi "
    "cp437 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864 "
    "cp865 cp866 cp869 cp874 cp1125 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 "
    "cp1258 iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 "
    "iso8859-9 iso8859-10 iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16".split()
)
# What senders write, to what they mean; supersets where mislabelling is the rule.
_ALIASES = {
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "windows-949": "cp949",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "unicode": "utf-16",
    "utf8mb4": "utf-8",
    "utf": "utf-8",
    "x-user-defined": "cp1252",
    "ansi": "cp1252",
    "cn-big5": "big5hkscs",
    "big5-eten": "big5hkscs",
    "euc-cn": "gb18030",
    "gb-2312": "gb18030",
    "chinese": "gb18030",
    "chinesebig5": "big5hkscs",
    "korean": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc_5601": "cp949",
    "euckr": "cp949",
    "ms949": "cp949",
    "sjis": "cp932",
    "ms932": "cp932",
    "shiftjis": "cp932",
    "ms_kanji": "cp932",
    "eucjp": "euc_jp",
    "iso2022jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50222": "iso2022_jp_ext",
    "iso-2022-jp-1": "iso2022_jp_ext",
    "koi8": "koi8-r",
    "koi": "koi8-r",
    "koi8-ru": "koi8-u",
    "unicode-1-1-utf-8": "utf-8",
    "unicode11utf8": "utf-8",
    "unicode20utf8": "utf-8",
    "visual": "iso8859-8",
    "logical": "iso8859-8",
    "sun_eu_greek": "iso8859-7",
    "iso-8859-12": "cp1252",
    "cp-850": "cp850",
}
_SUPERSETS = {
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "iso2022_jp": "iso2022_jp_ext",
}
"""Python's codecs of charsets that are the same and less."""
_NUMBERED = re.compile(
    r"((?:windows|win|cp|codepage|ms|ibm|dos|latin|l|iso-?8859|iso|8859|koi8)[-_ ]?)[-_ ]?"
    r"(\d{1,4})\Z"
)
_FAMILIES = {
    **dict.fromkeys(("windows", "win", "cp", "codepage", "ms", "ibm", "dos"), "cp"),
    **dict.fromkeys(("iso-8859", "iso8859", "8859", "iso"), "iso8859-"),
    **dict.fromkeys(("latin", "l"), "latin"),
    "koi8": "koi8-",
}
# Charsets senders name when they do not know: no promise to hold them to.
_NO_PROMISE = frozenset(
    {"", "unknown", "unknown-8bit", "x-unknown", "8bit", "7bit", "none", "default", "_charset"}
)
_WESTERN = frozenset({"iso8859-1", "cp1252"})
_ASCII_ONLY = frozenset({None, "ascii", "utf-8"})


def guess_codec(data: bytes) -> str | None:
    """A codec's name, or None where the bytes may well be Western. Linear, and bounded."""
    data = data[:MAX_LOOKED_AT]
    runs = _HIGH_RUN.findall(data)
    high = b"".join(runs)
    if not high:
        return "iso2022_jp_ext" if _JAPANESE_ESCAPE.search(data) else None
    if len(high) < _MIN_HIGH or len(high) <= len(_LETTER.findall(data)):
        return None
    return _double_byte(runs) or _cyrillic(runs, high)


def _double_byte(runs: list[bytes]) -> str | None:
    """Runs of whole pairs, in the rows where common characters stand."""
    if any(len(run) % 2 for run in runs[:-1]):
        return None
    leads = b"".join(run[0 : len(run) // 2 * 2 : 2] for run in runs)
    trails = b"".join(run[1::2] for run in runs)
    # Rows before 0xB0 are punctuation; those after 0xD7 are rare in any text.
    common = sum(0xB0 <= lead <= 0xD7 for lead in leads)
    signs = sum(0xA1 <= lead <= 0xA3 for lead in leads)
    if (common + signs) * 20 < len(leads) * 19 or min(trails, default=0) < 0xA1:
        return None
    # Letters of an alphabet all stand above; of a pair's second bytes a third do not.
    if not any(trail < 0xC0 for trail in trails) or common < 2:
        return None
    korean = common >= 8 and all(lead <= _LAST_HANGUL_ROW for lead in leads)
    return "cp949" if korean else "gb18030"


def _cyrillic(runs: list[bytes], high: bytes) -> str | None:
    """KOI8 has its small letters where windows-1251 has its capitals."""
    # Western letters with accents do not stand in rows.
    if len(high) < _MIN_CYRILLIC or len(high) < len(runs) * 3:
        return None
    upper_half = sum(byte >= 0xE0 for byte in high)
    lower_half = sum(0xC0 <= byte <= 0xDF for byte in high)
    if (upper_half + lower_half) * 10 < len(high) * 9:
        return None
    return "cp1251" if upper_half > lower_half else "koi8-r"


@lru_cache(maxsize=512)
def find_codec(declared: str) -> str | None:
    """The codec to use for a charset name as written in mail, or None when unknown."""
    name = declared.strip().strip("\"'").lower()
    if len(name) > 40:
        return None
    for written in (_ALIASES.get(name, name), *_other_names(name)):
        try:
            found = codecs.lookup(_ALIASES.get(written, written)).name
        except (LookupError, ValueError):
            continue
        found = _SUPERSETS.get(found, found)
        if found in _KNOWN:
            return found
    return None


def _other_names(name: str) -> Iterator[str]:
    """What a name that no codec has may mean: ``latin-9``, ``win-1251``, ``x-euc-jp``."""
    plain = name.removeprefix("x-").removeprefix("cs")
    match = _NUMBERED.match(plain)
    if match is not None:
        family, number = match.groups()
        yield f"{_FAMILIES[family.rstrip('-_ ')]}{number}"
    yield plain
    yield plain.replace("-", "").replace("_", "")
    # The Encoding Standard's names for ISO 2022 as other programs write them.
    yield plain.partition(":")[0].partition("(")[0].strip()


def _decode_unlabelled(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    guessed = guess_codec(data) or guess_east_asian(data)
    if guessed:
        return data.decode(guessed, "replace")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        # Five positions of windows-1252 are empty; Latin-1 has a control there.
        return data.decode("latin-1")


def _decode_labelled(data: bytes, codec: str) -> tuple[str, str | None]:
    if codec in _WESTERN:
        # Text that is valid UTF-8 beyond ASCII is Latin-1 by label only.
        try:
            return data.decode("utf-8"), CHARSET_WRONG
        except UnicodeDecodeError:
            return _decode_unlabelled(data), None
    try:
        return data.decode(codec), None
    except (UnicodeDecodeError, ValueError):
        pass
    if codec in ("ascii", "utf-8", "utf-8-sig"):
        return _decode_unlabelled(data), CHARSET_WRONG
    try:
        return data.decode("utf-8"), CHARSET_WRONG
    except UnicodeDecodeError:
        return data.decode(codec, "replace"), CHARSET_WRONG


def decode_bytes(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Text of ``data`` and the name of a defect, or None.

    Never raises. The text has no control characters but tab and line ends, no
    lone surrogates, and no byte order mark. An unknown or absent charset is
    read as UTF-8, else as what the bytes look like, else as windows-1252 (the
    WHATWG Encoding Standard's fallback for the web).
    """
    codec = find_codec(declared) if declared else None
    if codec in _ASCII_ONLY and b"\x1b$" in data:
        # Seven-bit Japanese looks like ASCII but for its escapes.
        codec = guess_codec(data) or codec
    if codec in _SHIFTING:
        text, defect = _decode_labelled(data, codec)
        if defect and codec.startswith("iso2022_jp"):
            text = decode_windows_jis(data)
        return text.translate(_CONTROL_TABLE).lstrip("\ufeff"), defect
    defect = None
    if codec is None and declared and declared.strip().lower() not in _NO_PROMISE:
        defect = CHARSET_UNKNOWN
    data = data.translate(None, _CONTROLS)
    if data.isascii():
        return data.decode("ascii"), defect
    if codec is None:
        text = _decode_unlabelled(data)
    else:
        text, defect = _decode_labelled(data, codec)
    return text.lstrip("\ufeff"), defect
