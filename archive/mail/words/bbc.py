"""Toba Batak."""

from __future__ import annotations

from archive.mail.words.language import Language, Thanks
from archive.mail.words.phrases import words

TOBA_BATAK = Language(
    code="bbc",
    thanks=Thanks(words=words("mauliate")),
)
