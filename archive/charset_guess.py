"""Which charset bytes are in that nobody declared, or that were declared Western and are not.

Words of Western languages are mostly ASCII letters. Where bytes above 0x7F
outnumber them the text is Cyrillic or East Asian, and the ranges in which
those bytes stand tell which (GB 2312 and KS X 1001 row layouts; RFC 1489).
"""

from __future__ import annotations

import re

MAX_LOOKED_AT = 20_000
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LETTER = re.compile(rb"[A-Za-z]")
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
_MIN_HIGH = 4
_MIN_CYRILLIC = 6
_LAST_HANGUL_ROW = 0xC8


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
