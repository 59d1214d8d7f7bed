"""Choose the language of an answer from what its reader prefers."""

from __future__ import annotations

from functools import lru_cache

from archive.wording.catalogue import PROGRAM_LANGUAGE

LANGUAGES = ("id", "en")
DEFAULT_LANGUAGE = "id"
FOREIGN_LANGUAGE = "en"
"""For readers who prefer other languages than these two."""
_MAXIMUM_HEADER = 1000


@lru_cache(maxsize=256)
def language_of(accept_language: str | None) -> str:
    """``en`` or ``id``, by Accept-Language (RFC 9110, section 12.5.4).

    Programs state no preference; browsers always do.
    """
    if accept_language is None or not accept_language.strip():
        return PROGRAM_LANGUAGE
    return choose_language(None, accept_language)


def choose_language(asked: str | None, accept_language: str | None) -> str:
    """A page's language: ``?lang=``, else Accept-Language (RFC 9110 12.5.4), else a default.

    Unknown or malformed preferences are ignored; they are never an error.
    """
    if asked in LANGUAGES:
        return asked
    if not accept_language or not accept_language.strip(" *"):
        return DEFAULT_LANGUAGE
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language[:_MAXIMUM_HEADER].split(",")):
        tag, _, parameter = part.partition(";")
        primary = tag.strip().lower().split("-")[0]
        quality = _quality(parameter)
        # Old clients write "in" for Indonesian (ISO 639 before 1989). Malay readers can read it.
        primary = "id" if primary in ("in", "ms") else primary
        if primary in LANGUAGES and quality > 0:
            wishes.append((-quality, position, primary))
    return min(wishes)[2] if wishes else FOREIGN_LANGUAGE


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
