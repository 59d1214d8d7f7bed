"""Minangkabau (baso Minang)."""

from __future__ import annotations

from archive.mail.words.language import Address, Language, Thanks
from archive.mail.words.phrases import phrases, words

MINANGKABAU = Language(
    code="min",
    thanks=Thanks(
        words=words("tarimakasih tarimokasih tarimokasi tarimakase"),
        pairs=words("tarimo_kasih tarimo_kasi"),
    ),
    address=Address(
        agreement=phrases("satuju !kalau|untuk|bila|jika|kah"),
        denials=words("indak alun"),
    ),
)
