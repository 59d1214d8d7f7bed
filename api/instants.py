"""Dates in requests and on the command line: an RFC 3339 date or instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from archive.errors import UsageError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")
_OFFSET_WITH_SPACE = re.compile(r" (?=\d{2}:\d{2}\Z)")
_EXPECTED = "expected a date as 2026-11-23, or an instant as 2026-11-23T08:30:00Z (RFC 3339)"


def parse_instant(text: str) -> datetime:
    """Parse an RFC 3339 date (meaning its first second in UTC) or date-time; returns aware UTC.

    Raises ``ValueError``, which says what was expected.
    """
    text = text.strip()
    if _DATE.fullmatch(text):
        text += "T00:00:00Z"
    elif len(text) > 20:
        # An unescaped "+" in a query arrives as a space, so restore the one of the offset.
        text = _OFFSET_WITH_SPACE.sub("+", text)
    if not _INSTANT.fullmatch(text):
        raise ValueError(_EXPECTED)
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(_EXPECTED) from None


def instant(text: str, parameter: str) -> datetime:
    """``parse_instant`` for the command line. Raises ``UsageError``, which names ``parameter``."""
    try:
        return parse_instant(text)
    except ValueError as error:
        raise UsageError(f"{parameter}: {error}") from None
