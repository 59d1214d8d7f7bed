"""Where works are found: links, DOIs and ISBNs in texts, and one spelling for each."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

URL: Final = re.compile(r"https?://[^\s<>\"'()\[\]{}|\\^`]{4,600}", re.IGNORECASE)
DOI: Final = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]{1,200}")
ISBN: Final = re.compile(
    r"\bISBN(?:-1[03])?[ :]{0,3}((?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx])\b", re.IGNORECASE
)
TRAILING: Final = ".,;:!?)]}'\""
"""What ends the sentence around a locator and not the locator."""


def work_key(locator: str) -> str:
    """A locator such that two spellings of one work's address are equal.

    A DOI or its resolver's link becomes ``doi:…``; of an http address scheme,
    ``www.``, fragment and the final slash are dropped, and the host is lower-cased.
    """
    if locator.lower().startswith("urn:isbn:"):
        return isbn_key(locator[9:])
    doi = DOI.search(unquote(locator))
    if doi is not None:
        return f"doi:{doi[0].rstrip(TRAILING).lower()}"
    try:
        parts = urlsplit(locator)
    except ValueError:
        return locator
    host = parts.netloc.lower().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def isbn_key(written: str) -> str:
    """ISBN-13 digits; an ISBN-10 as the ISBN-13 that names the same book (ISO 2108)."""
    digits = re.sub(r"[^\dXx]", "", written).upper()
    if len(digits) == 10:
        body = f"978{digits[:9]}"
        total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
        digits = f"{body}{-total % 10}"
    return f"urn:isbn:{digits}"


def valid_isbn(digits: str) -> bool:
    """The check digit of ISBN-10 (modulo 11) or ISBN-13 (modulo 10), ISO 2108."""
    values = [10 if digit == "X" else int(digit) for digit in digits]
    if len(values) == 10:
        return sum(value * (10 - place) for place, value in enumerate(values)) % 11 == 0
    return (
        len(values) == 13
        and "X" not in digits
        and sum(value * (3 if place % 2 else 1) for place, value in enumerate(values)) % 10 == 0
    )
