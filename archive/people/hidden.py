"""What is left of an address that an archive has hidden.

Some archives replace letters and write the sign as words: ``t@m@ @end|ng |rom b@ndung@|d``.
The letters that are left say which addresses it cannot be, and often which it is.
"""

from __future__ import annotations

import re

UNKNOWN = "?"
"""Stands for a letter that was replaced."""
_REPLACED = re.compile(r"[@|?*]")
_KEY = re.compile(r"(name:.*) \((\S+)\)", re.DOTALL)
_MAX_REMAINS = 150


def remains(written: str) -> str:
    """The letters left of a hidden address, lower-case, ``?`` for each that is not.

    Empty if nothing was replaced, or more than half of the letters. written: the address
    as it stood: four words, of which the middle two stand for the sign, or one word.
    """
    words = written.lower().split()
    if len(words) == 4:
        parts = [words[0], words[3]]
    elif len(words) == 1 and written.count("@") > 1:
        parts = words
    else:
        return ""
    hidden = "@".join(_REPLACED.sub(UNKNOWN, part) for part in parts)
    unknown = hidden.count(UNKNOWN)
    if not unknown or unknown > len(hidden) / 2 or len(hidden) > _MAX_REMAINS:
        return ""
    return hidden


def with_remains(key: str, written: str) -> str:
    """``key`` of a sender known by name, with what is left of the address."""
    left = remains(written)
    return f"{key} ({left})" if left else key


def split_remains(key: str) -> tuple[str, str]:
    """The key by name alone, and what is left of the address; empty if nothing is."""
    match = _KEY.fullmatch(key)
    return (match[1], match[2]) if match else (key, "")


def fit(one: str, other: str) -> bool:
    """Whether two addresses, or what is left of them, can be the same: letter by letter."""
    return len(one) == len(other) and all(
        left == right or UNKNOWN in (left, right) for left, right in zip(one, other, strict=True)
    )
