"""Texts for readers in Indonesian and English, with plurals, dates and numbers.

Texts are in ``catalogues/<language>.toml``: one table per page, plain text with
``{named}`` placeholders. A text that depends on a number is a table of CLDR plural
forms. A catalogue contains no HTML: texts are escaped, and so are the values put into
them, unless they are ``Markup`` already.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from api.languages import LANGUAGES

Entry = str | Mapping[str, str]


@cache
def catalogue(language: str) -> Mapping[str, Entry]:
    """All texts of ``language`` by ``section.name``.

    Raises ``KeyError`` for a language without a catalogue.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    source = files("api.pages").joinpath("catalogues", f"{language}.toml")
    tables = tomllib.loads(source.read_text("utf-8"))
    return {
        f"{section}.{name}": entry
        for section, entries in tables.items()
        for name, entry in entries.items()
    }


class Translator:
    """Gives texts in one language. ``translate("topics.title")`` returns escaped text."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self._texts = catalogue(language)

    def __call__(self, key: str, /, **values: Any) -> Markup:
        """The text at ``key``, with ``values`` in its placeholders.

        A text with plural forms takes ``n``, which is shown with the language's
        separators.
        Raises ``KeyError`` for an unknown key. A missing text is a bug, which tests
        find.
        """
        entry = self._texts[key]
        if not isinstance(entry, str):
            count = values["n"]
            form = str(self.locale.plural_form(count))
            entry = entry.get(form, entry["other"])
            values["n"] = self.number(count)
        return escape(entry).format(**values)

    def plain(self, key: str, /, **values: Any) -> str:
        """The same text unescaped, for places that escape it themselves (SVG, titles)."""
        return self(key, **values).unescape()

    def has(self, key: str) -> bool:
        """Whether a text exists at ``key``."""
        return key in self._texts

    def number(self, value: float, digits: int = 0) -> str:
        """``value`` with the language's separators and exactly ``digits`` decimals."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self.locale)

    def score(self, value: float) -> str:
        """A score from 0 to 100; a small one has a decimal, so that small scores still differ."""
        return self.number(value, 1 if 0 < value < 9.95 else 0)

    def score_range(self, low: float, high: float) -> str:
        """Two scores as a range, both with as many decimals as the higher one."""
        digits = 1 if 0 < high < 9.95 else 0
        return f"{self.number(low, digits)}–{self.number(high, digits)}"

    def percent(self, share: float) -> str:
        """A share from 0 to 1 as a whole percentage; a small one has a decimal."""
        pattern = "#,##0%" if share == 0 or share >= 0.1 else "#,##0.0%"
        return format_percent(share, format=pattern, locale=self.locale)

    def day(self, value: date | datetime | None, zone: int | None = None) -> str:
        """Day, month in words and year; a dash for None.

        zone: minutes east of UTC; UTC without it.
        """
        if value is None:
            return "–"
        if isinstance(value, datetime):
            value = _local(value, zone).date()
        return format_date(value, format="d MMM y", locale=self.locale)

    def moment(self, value: datetime | None, zone: int | None = None) -> str:
        """Day and time with their offset, as ``UTC+7``; a dash for None.

        zone: minutes east of UTC; UTC without it.
        """
        if value is None:
            return "–"
        written = format_datetime(_local(value, zone), "d MMM y, HH:mm", locale=self.locale)
        return f"{written} {_offset(zone or 0)}"

    def month(self, value: date | datetime | None) -> str:
        """Month in words and year; a dash for None."""
        return "–" if value is None else format_skeleton("yMMM", value, locale=self.locale)

    def period(self, period: str) -> str:
        """``2019-03`` as a month in words; quarters and years unchanged."""
        year, _, month = period.partition("-")
        if year.isdigit() and month.isdigit() and 1 <= int(month) <= 12 and 1 <= int(year) <= 9999:
            return self.month(date(int(year), int(month), 1))
        return period.replace("-", " ")

    def span(self, first: datetime | None, last: datetime | None) -> str:
        """The years from ``first`` to ``last``, or a single year if both are in it."""
        if first is None or last is None:
            return "–"
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"

    def listing(self, words: Iterable[str]) -> str:
        """``words`` separated by commas."""
        return ", ".join(words)

    def size(self, count: int) -> str:
        """A number of bytes in B, kB or MB (powers of 1000)."""
        if count < 1000:
            return f"{self.number(count)} B"
        if count < 1_000_000:
            return f"{self.number(count / 1000, 1)} kB"
        return f"{self.number(count / 1_000_000, 1)} MB"


def _local(value: datetime, zone: int | None) -> datetime:
    """``value`` as a clock shows it that is ``zone`` minutes ahead of UTC."""
    return value.astimezone(timezone(timedelta(minutes=zone)) if zone else UTC)


def _offset(minutes: int) -> str:
    """An offset as ``UTC``, ``UTC+7`` or ``UTC−3:30``."""
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
