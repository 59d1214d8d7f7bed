"""Balinese (basa Bali)."""

from __future__ import annotations

from archive.mail.words.language import Language, Thanks
from archive.mail.words.phrases import words

BALINESE = Language(
    code="ban",
    thanks=Thanks(words=words("suksma"), pairs=words("matur_suksma")),
)
