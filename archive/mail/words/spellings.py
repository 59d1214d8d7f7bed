"""Words as they stand in mail that lost its accents on the way.

Programs drop accents (``Envoye``), put a question mark or the replacement
character in their place (``Envoy?``), or read the octets of UTF-8 as Latin-1
(``EnvoyÃ©``). Only Latin letters are spelt so: of other scripts nothing would
be left.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_WITHOUT_ACCENT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)
_LOST = ("?", "\N{REPLACEMENT CHARACTER}", "")
_LEAST = 3
_LEAST_DROPPED = 5
"""Letters of a word that lost some: fewer may be any word or name."""


def with_lost_accents(entries: Iterable[str]) -> tuple[str, ...]:
    """Words or phrases, and behind them all the ways in which their accents are lost, each once."""
    written = tuple(entries)
    lost = (spelling for entry in written if not entry.isascii() for spelling in _lost(entry))
    return tuple(dict.fromkeys((*written, *lost)))


def _lost(entry: str) -> Iterable[str]:
    if "ı" in entry:
        # Of a Turkish word in capitals: other languages have one small letter for I.
        yield entry.replace("ı", "i")
    marked = {letter for letter in entry if not letter.isascii() and _is_latin(letter)}
    if not marked or not any(letter.isascii() and letter.isalpha() for letter in entry):
        return
    plain = unicodedata.normalize("NFD", entry).translate(_WITHOUT_ACCENT)
    yield "".join(letter for letter in plain if not unicodedata.combining(letter))
    for stand_in in _LOST:
        found = "".join(stand_in if letter in marked else letter for letter in entry)
        if len(found) >= (_LEAST if stand_in else _LEAST_DROPPED):
            yield found
    yield "".join(
        letter.encode().decode("latin-1") if letter in marked else letter for letter in entry
    ).lower()


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN ")
