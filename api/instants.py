"""Dates in requests: RFC 3339, a whole day or an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from archive.errors import UsageError


def instant(text: str, parameter: str) -> datetime:
    """``text`` as an aware UTC datetime; a plain date means its midnight, UTC.

    Raises ``UsageError`` naming ``parameter``.
    """
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.min, UTC)
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{parameter}: not a date like 2024-05-31 or 2024-05-31T12:00:00Z: {text[:60]!r}"
        ) from None
    if parsed.tzinfo is None:
        raise UsageError(f"{parameter}: says no time zone; end it in Z or an offset")
    return parsed.astimezone(UTC)
