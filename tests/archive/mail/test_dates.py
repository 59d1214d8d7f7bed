"""Dates as other programs write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.mail.dates import parse_date


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Tue, 6 Jan 2004 3:04:00 PM +0000", 15),
        ("Tue, 6 Jan 2004 03:04:00PM +0000", 15),
        ("Tuesday, January 6, 2004 3:04 PM", 15),
        ("Jan 6, 2004 3:04 p.m. GMT", 15),
        ("Tue, 6 Jan 2004 12:04:00 AM +0000", 0),
        ("Tue, 6 Jan 2004 12:04:00 PM +0000", 12),
        ("2004-01-06 03:04:00 PM", 15),
        ("Tue, 6 Jan 2004 13:04:00 PM +0000", 13),
        ("Tue, 6 Jan 2004 10:04:00 GMT-0500", 15),
        ("Tue, 6 Jan 2004 10:04:00 GMT -05:00", 15),
        ("Tue, 6 Jan 2004 10:04:00 UTC+7", 3),
        ("Tue, 6 Jan 2004 10:04:00 +700", 3),
        ("Tue, 6 Jan 2004 10:04:00 +07", 3),
        ('Tue, 6 Jan 2004 10:04:00 "EST"', 15),
        ("Tue, 6 Jan 2004 10:04:00 EST5EDT", 15),
        ("Tue, 6 Jan 2004 10:04:00 Eastern Standard Time", 15),
        ("Tue, 6 Jan 2004 10:04:00 MET DST", 8),
        ("Tue, 6 Jan 2004 10:04:00 +0000 (GMT+02:00)", 10),
    ],
)
def test_the_twelve_hour_clock_and_odd_zones(written: str, hour: int) -> None:
    assert parse_date(written) == datetime(2004, 1, 6, hour, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Thu, 10 Jul 1997 14:00:00 EST5EDT", 18),
        ("Sat, 5 Apr 1997 14:00:00 EST5EDT", 19),
        ("Sun, 1 Apr 2007 14:00:00 PST8PDT", 21),
        ("Thu, 10 Jul 1997 14:00:00 CET-1CEST", 12),
        ("Fri, 10 Jan 1997 14:00:00 CET-1CEST", 13),
    ],
)
def test_a_zone_of_two_halves_is_told_by_the_date(written: str, hour: int) -> None:
    found = parse_date(written)
    assert found is not None
    assert found.hour == hour


def test_a_time_that_is_not_understood_is_not_read_as_the_morning() -> None:
    assert parse_date("1/6/2004 3:04:05 PM") is None
