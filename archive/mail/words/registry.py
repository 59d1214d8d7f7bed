"""The languages that Pakar knows, and what all of them give together."""

from __future__ import annotations

from collections.abc import Callable

from archive.mail.words.language import Language, load
from archive.mail.words.phrases import Words

CODES = """
id jv en su min ban bbc de fr es pt it nl sv da no fi pl cs sk ru uk tr el hu ro zh ja ko
ar he cy is ms fil vi th hr sl bg ca gl eu et lt lv fa hi af eo zxx
"""
"""ISO 639 codes of the languages, each with its table in a file of that name."""
LANGUAGES = tuple(map(load, CODES.split()))


def gather(field: Callable[[Language], tuple[str, ...]]) -> Words:
    """The words or phrases of one field of all languages, each once."""
    return tuple(dict.fromkeys(entry for language in LANGUAGES for entry in field(language)))
