"""Sundanese (basa Sunda)."""

from __future__ import annotations

from archive.mail.words.language import Language, Thanks
from archive.mail.words.phrases import words

SUNDANESE = Language(
    code="su",
    thanks=Thanks(words=words("nuhun"), pairs=words("hatur_nuhun")),
)
