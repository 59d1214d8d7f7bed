"""Dates of mail: RFC 5322 with its obsolete forms, and what clients write instead."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
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
    "aedt": 11, "awst": 8, "nzst": 12, "nzdt": 13, "akst": -9, "akdt": -8, "hst": -10, "sast": 2,
    "cat": 2, "eat": 3, "wat": 1, "pkt": 5, "ict": 7, "pht": 8, "myt": 8, "brt": -3, "art": -3,
}  # fmt: skip
_HALF = r"(?:\s{0,3}([ap])\.?m\b\.?)?+"
_CLOCK = rf"(\d{{1,2}})[:.](\d\d)(?:[:.](\d\d))?+(?:\.\d++)?+{_HALF}\s*+"
# An offset may lack its first zero or its minutes, and stand behind the name of its origin.
_ZONE = (
    r"[\"(]?(?:(?:(?:GMT|UTC?)\s?)?([+-])\s?(\d{1,2})(?:[:.]?(\d\d))?(?!\d)"
    r"|([A-Za-z]{3,5}-?\d{1,2}[A-Za-z]{3,5}|(?:eastern|central|mountain|pacific)\s(?:standard|daylight)"
    r"|[A-Za-z]{1,5}(?:\sDST)?)(?![A-Za-z]))?+"
)
_COMMON = re.compile(
    r"\s*+(?:[^\W\d_]{2,12}+\.?+,?+\s*+)?+(\d{1,2})[\s-]++([^\W\d_]{3,12})[a-z.]?+,?[\s-]++"
    rf"(\d{{2,4}}),?\s++{_CLOCK}{_ZONE}",
    re.IGNORECASE,
)
# As Americans write it, and Outlook over a quote: Tuesday, January 6, 2004 3:04 PM.
_MONTH_FIRST = re.compile(
    r"\s*+(?:[^\W\d_]{2,12}+\.?+,?+\s++)?([^\W\d_]{3,12})\.?\s++(\d{1,2}),\s++"
    rf"(\d{{4}}),?(?:\s+at)?\s++{_CLOCK}{_ZONE}",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)[T\s]+(\d\d):(\d\d):(\d\d)(?:\.\d+)?"
    rf"{_HALF}\s*(?:([+-])(\d\d):?(\d\d)|Z?)",
    re.IGNORECASE,
)
_TWELVE_HOURS = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)
_BOTH_HALVES = re.compile(r"[A-Za-z]{3,5}(-?\d{1,2})[A-Za-z]{3,5}\Z")
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
    if not sign or not hours:
        return timedelta()
    if len(hours) == 1 and minutes and len(minutes) == 1:
        hours, minutes = "0", hours + minutes
    span = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if span > _LARGEST_OFFSET:
        # No place keeps such a zone; the hour of the day is all that is lost.
        return timedelta()
    return -span if sign == "-" else span


def _hour(written: str, half: str | None) -> int:
    """The hour of 24 of one on the twelve-hour clock; midnight is 12 AM. ``half``: a or p."""
    hour = int(written)
    if half is None or not 1 <= hour <= 12:
        return hour
    return hour % 12 + (12 if half in "pP" else 0)


def _parse_common(value: str) -> datetime | None:
    match = _COMMON.match(value)
    if match is not None:
        day, month, *others = match.groups()
    else:
        match = _MONTH_FIRST.match(value)
        if match is None:
            return None
        month, day, *others = match.groups()
    year, hour, minute, second, half, sign, hours, minutes, zone = others
    number = MONTHS.get(month.lower()) or MONTHS.get(month[:3].lower())
    if number is None:
        return None
    # A leap second has no place in datetime.
    seconds = min(int(second or 0), 59)
    instant = datetime(
        _full_year(year), number, int(day), _hour(hour, half), int(minute), seconds, tzinfo=UTC
    )
    offset = _named_offset(zone, instant) if zone else _offset(sign, hours, minutes)
    return instant - offset if offset else instant


def _named_offset(zone: str, local: datetime) -> timedelta:
    """What a zone's name says; ``EST5EDT`` names both its halves, and the date decides."""
    both = _BOTH_HALVES.match(zone)
    if both is not None:
        # POSIX counts the hours west of Greenwich.
        hours = -int(both[1])
        return timedelta(hours=hours + _is_summer(local, american=hours < -3))
    name, _, half = zone.lower().partition(" ")
    if half in ("standard", "daylight"):
        name = f"{name[0]}{half[0]}t"
    return timedelta(hours=_ZONES.get(name, 0) + (half == "dst"))


def _is_summer(local: datetime, *, american: bool) -> bool:
    """Summer time by the rules of North America or of Europe; the hour of the change is ignored."""
    if not american:
        return _sunday(local.year, 3, -1) <= local.date() < _sunday(local.year, 10, -1)
    if local.year >= 2007:
        return _sunday(local.year, 3, 2) <= local.date() < _sunday(local.year, 11, 1)
    first = _sunday(local.year, 4, 1 if local.year >= 1987 else -1)
    return first <= local.date() < _sunday(local.year, 10, -1)


def _sunday(year: int, month: int, number: int) -> date:
    """The first, second … Sunday of a month, or the last one for -1."""
    if number < 0:
        end = date(year, month, 31 if month in (3, 10) else 30)
        return end - timedelta(days=(end.weekday() + 1) % 7)
    begin = date(year, month, 1)
    return begin + timedelta(days=6 - begin.weekday() + 7 * (number - 1))


def _parse_iso(value: str) -> datetime | None:
    match = _ISO.match(value)
    if match is None:
        return None
    year, month, day, _, minute, second = (int(part) for part in match.groups()[:6])
    hour = _hour(match[4], match[7])
    instant = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    return instant - _offset(match[8], match[9], match[10])


def _parse_other(value: str) -> datetime | None:
    parts = parsedate_tz(value)
    # A time that is not understood would be read as one of the morning.
    if parts is None or _TWELVE_HOURS.search(value):
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
