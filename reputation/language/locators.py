"""Find links, DOIs and ISBNs of works in texts, and bring them to one spelling."""

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
"""Characters that end the sentence around a locator but do not belong to it."""


def work_key(locator: str) -> str:
    """Normalise a locator, so that two spellings of the same work's address are equal.

    A DOI, or a link to its resolver, becomes ``doi:…``. An http address loses its
    scheme, ``www.``, fragment and final slash, and its host becomes lower-case.
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
    """Normalise an ISBN to ``urn:isbn:`` and 13 digits; converts an ISBN-10 (ISO 2108)."""
    digits = re.sub(r"[^\dXx]", "", written).upper()
    if len(digits) == 10:
        body = f"978{digits[:9]}"
        total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
        digits = f"{body}{-total % 10}"
    return f"urn:isbn:{digits}"


def valid_isbn(digits: str) -> bool:
    """Whether the check digit of an ISBN-10 (mod 11) or ISBN-13 (mod 10) is right (ISO 2108)."""
    values = [10 if digit == "X" else int(digit) for digit in digits]
    if len(values) == 10:
        return sum(value * (10 - place) for place, value in enumerate(values)) % 11 == 0
    return (
        len(values) == 13
        and "X" not in digits
        and sum(value * (3 if place % 2 else 1) for place, value in enumerate(values)) % 10 == 0
    )
