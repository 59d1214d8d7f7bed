"""The language of the texts in an answer."""

from __future__ import annotations

from functools import lru_cache

DEFAULT_LANGUAGE = "en"
"""For programs, which say nothing; browsers always say what their reader reads."""


@lru_cache(maxsize=256)
def language_of(accept_language: str | None) -> str:
    """``en`` or ``id``, by Accept-Language (RFC 9110, section 12.5.4)."""
    if accept_language is None or not accept_language.strip():
        return DEFAULT_LANGUAGE
    # The package of the pages itself reads requests by means of this module.
    from api.pages.translations import choose_language

    return choose_language(None, accept_language)
