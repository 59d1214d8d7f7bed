"""Romanian."""

from __future__ import annotations

from archive.mail.words.language import Language, Quoting
from archive.mail.words.phrases import words

ROMANIAN = Language(
    code="ro",
    quoting=Quoting(verbs=words("scris")),
)
