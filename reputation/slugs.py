"""Names of topics in addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import count
from typing import Final

MAXIMUM_SLUG: Final = 60


def slug(label: str) -> str:
    """An ASCII name for addresses: lower-case words joined by hyphens, 1 to 60 characters."""
    plain = unicodedata.normalize("NFKD", label[:1000]).encode("ascii", "ignore").decode("ascii")
    short = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[: MAXIMUM_SLUG + 1]
    if len(short) > MAXIMUM_SLUG:
        short = short.rpartition("-")[0] or short[:MAXIMUM_SLUG]
    return short or "topic"


def unused_slug(label: str, taken: Collection[str]) -> str:
    """The slug of a label, with a number where another topic has it."""
    base = slug(label)
    numbers = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in numbers if name not in taken)
