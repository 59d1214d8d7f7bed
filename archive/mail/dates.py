"""Dates of mail: RFC 5322 with its obsolete forms, and what clients write instead."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime, parsedate_tz
from functools import lru_cache

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari"),
            ("feb", "februari", "peb"),
            ("mar", "maret", "mrt"),
            ("apr", "april"),
            ("may", "mei", "mai"),
            ("jun", "june", "juni"),
            ("jul", "july", "juli"),
            ("aug", "august", "agu", "agt", "ags", "agustus"),
            ("sep", "sept", "september"),
            ("oct", "october", "okt", "oktober"),
            ("nov", "november", "nop", "nopember"),
            ("dec", "december", "des", "desember", "dez"),
        ),
        start=1,
    )
    for name in names
}
# Hours east of UTC. RFC 5322 section 4.3 gives the first nine; the rest are what
# mail carries in practice. Letters of the military zones tell nothing: UTC.
_ZONES = {
    "ut": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "utc": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1,
    "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "msd": 4,
    "wib": 7, "wita": 8, "wit": 9, "sgt": 8, "hkt": 8, "jst": 9, "kst": 9, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13, "akst": -9, "hst": -10,
}  # fmt: skip
_COMMON = re.compile(
    r"\s*+(?:[^\W\d_]{2,12}+\.?+,?+\s*+)?+(\d{1,2})[\s-]++([^\W\d_]{3,12})[a-z.]?+[\s-]++"
    r"(\d{2,4})\s++(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?+(?:\.\d++)?+\s*+"
    r"(?:([+-])\s?(\d\d):?(\d\d)(?!\d)|([A-Za-z]{1,5})(?![A-Za-z]))?+"
)
_ISO = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)[T\s]+(\d\d):(\d\d):(\d\d)(?:\.\d+)?\s*(?:([+-])(\d\d):?(\d\d)|Z?)"
)
_LARGEST_OFFSET = timedelta(hours=15)
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_OLDEST_EXAMPLE = datetime(1969, 1, 1, tzinfo=UTC)
"""RFC 5322, appendix A.5, has a message of 1969, the network's first year."""
_EPOCH_ZERO = datetime(1969, 12, 31, tzinfo=UTC)
_LENIENCE = timedelta(days=2)


def _full_year(digits: str) -> int:
    """RFC 5322 section 4.3: two digits are 1950–2049, three count from 1900."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


@lru_cache(maxsize=512)
def _offset(sign: str | None, hours: str | None, minutes: str | None) -> timedelta:
    if not sign or not hours or not minutes:
        return timedelta()
    span = timedelta(hours=int(hours), minutes=int(minutes))
    if span > _LARGEST_OFFSET:
        # No place keeps such a zone; the hour of the day is all that is lost.
        return timedelta()
    return -span if sign == "-" else span


def _parse_common(value: str) -> datetime | None:
    match = _COMMON.match(value)
    if match is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes, zone = match.groups()
    number = MONTHS.get(month.lower()) or MONTHS.get(month[:3].lower())
    if number is None:
        return None
    offset = _offset(sign, hours, minutes)
    if zone:
        offset = timedelta(hours=_ZONES.get(zone.lower(), 0))
    # A leap second has no place in datetime.
    seconds = min(int(second or 0), 59)
    instant = datetime(
        _full_year(year), number, int(day), int(hour), int(minute), seconds, tzinfo=UTC
    )
    return instant - offset if offset else instant


def _parse_iso(value: str) -> datetime | None:
    match = _ISO.match(value)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    instant = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    return instant - _offset(match[7], match[8], match[9])


def _parse_other(value: str) -> datetime | None:
    parts = parsedate_tz(value)
    if parts is None:
        return None
    year = parts[0] if parts[0] > 100 else _full_year(f"{parts[0]:02}")
    instant = datetime(year, *parts[1:5], min(parts[5], 59), tzinfo=UTC)
    offset = timedelta(seconds=parts[9] or 0)
    return instant - offset if abs(offset) <= _LARGEST_OFFSET else instant


def parse_date(value: str) -> datetime | None:
    """The instant a date field names, in UTC, or None. Never raises."""
    if not value:
        return None
    value = value[:200]
    for parse in (_parse_common, _parse_iso, _parse_other):
        try:
            found = parse(value)
        except (ValueError, OverflowError, TypeError, IndexError):
            found = None
        if found is not None:
            return found
    return None


def parse_received(value: str) -> datetime | None:
    """The instant of a Received field: what follows its last semicolon."""
    _, semicolon, date = value.rpartition(";")
    return parse_date(date) if semicolon else None


def is_plausible(date: datetime, now: datetime, received: datetime | None) -> bool:
    """Not before 1970 nor its first day, and at most two days after ``received`` or ``now``.

    A clock without a time shows that first day. A date of 1969 is believed where
    no ``received`` contradicts it.
    """
    if received is None and _OLDEST_EXAMPLE <= date < _EPOCH_ZERO:
        return True
    latest = now if received is None else min(now, received)
    return _EARLIEST <= date <= latest + _LENIENCE


def read_envelope_date(text: bytes) -> datetime | None:
    """The date of a From_ line (asctime form, taken as UTC), if it is one."""
    words = text.decode("ascii", "replace").replace(",", "").split()
    try:
        if len(words) >= 5 and words[1][:1].isalpha():
            year = next(word for word in words[4:] if len(word) == 4 and word.isdigit())
            plain = f"{words[0]}, {words[2]} {words[1]} {year} {words[3]} +0000"
        else:
            plain = " ".join(words)
        moment = parsedate_to_datetime(plain)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment if moment.timestamp() > 86_400 else None
    except (ValueError, StopIteration, OverflowError, TypeError):
        return None
